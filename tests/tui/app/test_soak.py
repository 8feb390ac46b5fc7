"""Long random writing: no crash, the text always that of the model, and no memory lost."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from tests.tui.app.soak import Run, RunningEditor, operations, soak


async def test_two_thousand_random_things(tmp_path: Path) -> None:
    await soak(seed=4, count=2_000, folder=tmp_path)


@pytest.mark.slow
async def test_a_hundred_thousand_random_things(tmp_path: Path) -> None:
    for seed in range(10):
        await soak(seed=seed, count=10_000, folder=tmp_path)


@pytest.mark.slow
async def test_memory_does_not_grow() -> None:
    editor = RunningEditor()
    async with editor.run_test(size=(60, 20)) as pilot:
        run = Run(editor, pilot)
        sizes = []
        for number, op in enumerate(operations(99, 30_000)):
            await run.do(op)
            if number % 5_000 == 4_999:
                await run.do(("load", 0.0, 0.0))
                gc.collect()
                sizes.append(resident())
    assert max(sizes[2:]) < 1.05 * sizes[1], sizes


def resident() -> int:
    """Return the resident memory of this process in pages."""
    return int(Path("/proc/self/statm").read_text().split()[1])
