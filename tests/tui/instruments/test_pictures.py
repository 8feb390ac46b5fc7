"""Pictures of the instruments in the editor, compared as SVG."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from autocomplete import Capabilities, Distribution, Request, ScriptedBackend
from tests.support.editor import HEARING, RunningEditor, Words, editor, knows
from tests.tui.app.test_pictures import SVG, picture

LETTER = "Dear Ann,\n\nI look forward to hearing from you soon.\nThe weather is lovely and so is the marmalade."

PROBABLE: Words = {
    **HEARING,
    " soon": {".": 0.6},
    "\n": {"The": 0.12, "I": 0.3},
    "\nThe": {" weather": 0.008},
    " weather": {" is": 0.31, " was": 0.3},
    " is": {" lovely": 0.021, " the": 0.2},
    " lovely": {" and": 0.24},
    " and": {" so": 0.09},
    " so": {" is": 0.11},
    " is the": {" marmalade": 0.0001, " garden": 0.1},
    "Dear": {" Ann": 0.0021, " Sir": 0.2},
}

TOKENS = {
    "I look forward to hearing": {" from": 0.61, " fr": 0.03, " of": 0.06, " back": 0.11, " your": 0.05, " the": 0.03},
    "I look forward to hearing from": {" you": 0.93, " the": 0.03},
}


def server(request: Request) -> Distribution:
    """Return what a server lists: the rest is not seen."""
    listed = next((TOKENS[text] for text in TOKENS if request.context.endswith(text)), {" a": 0.1, " the": 0.2})
    return Distribution.from_pairs((token.encode(), p) for token, p in listed.items())


def remote() -> ScriptedBackend:
    return ScriptedBackend(server, name="gpt-4.1-mini", capabilities=Capabilities(where="api.openai.com"))


async def scored(at: RunningEditor) -> None:
    """Wait until the heat map is complete."""
    await at.app.workers.wait_for_complete([worker for worker in at.app.workers if worker.group == "score"])
    await at.settle()


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_picture_of_the_heat_map(theme: str, snapshot: SnapshotAssertion) -> None:
    async with editor(knows(PROBABLE)) as at:
        at.app.theme = theme
        await at.load(LETTER)
        await at.press("f6")
        await scored(at)
        await at.press("left", "left")
        assert await picture(at) == snapshot(extension_class=SVG)


@pytest.mark.parametrize(("key", "name"), [("f5", "why"), ("f7", "spectrum")])
@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_picture_of_what_a_server_answers(
    key: str, name: str, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with editor(backend=remote(), size=size, cutoff=0.5) as at:
        await at.load("I look forward to hearing")
        await at.press(key, "space")
        assert await picture(at) == snapshot(extension_class=SVG, name=f"{name}-{size[0]}")
