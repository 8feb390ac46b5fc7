"""Pictures of the tuner, compared as SVG."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.evaluation.cases import tuned, two, whole
from tests.tui.app.test_pictures import SVG
from tui.tune.replay.app import TunerApp

STATES = {
    "curves": ((80, 24), ("5", "0", "n")),
    "reliability": ((120, 32), ("tab",)),
    "models": ((100, 28), ("m",)),
    "narrow": ((50, 18), ("5", "0", "tab", "tab")),
}


@pytest.mark.parametrize("name", STATES)
async def test_picture(name: str, snapshot: SnapshotAssertion) -> None:
    size, keys = STATES[name]
    models = [two()] if name == "curves" else [whole()]
    if name == "models":
        models.append(tuned(whole().documents, name="openai:small", where="localhost", lowest=0.05))
    app = TunerApp(models, current=0.6)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        local = re.sub(r"\s*@font-face \{.*?\n    \}", "", app.export_screenshot(), flags=re.DOTALL)
        assert re.sub(r"terminal-\d+-", "terminal-", local) == snapshot(extension_class=SVG)
