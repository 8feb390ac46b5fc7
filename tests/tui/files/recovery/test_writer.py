"""Edits get to the disk in the order in which they were typed, whatever becomes of the threads that write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui.app.workspace import Page
from tui.files.recovery.store import read_store
from tui.files.recovery.writer import RecoveryWriter


class Kept:
    """A new document, its keeper and the place on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.page = Page()
        self.keeper = RecoveryWriter(self.page, root)

    def type(self, text: str) -> Callable[[], None]:
        """Type at the end, and return what writes it."""
        end = self.page.document.end
        self.page.document.replace_range(end, end, text)
        write = self.keeper.take((1, 0))
        assert write is not None
        return write

    def text(self) -> str:
        found = read_store(self.root)
        (one,) = (*found.unsaved, *found.open)
        return one.text()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "unsaved")
    yield kept
    kept.keeper.leave()


def test_a_thread_that_comes_late_changes_no_order(kept: Kept) -> None:
    first, second = kept.type("one "), kept.type("two")
    second()
    assert kept.keeper.safe
    kept.keeper.leave()
    first()
    assert kept.text() == "one two"


def test_what_a_thread_never_came_to_write_is_written_by_the_next(kept: Kept) -> None:
    kept.type("one ")
    assert not kept.keeper.safe
    again = kept.keeper.take((1, 0))
    assert again is not None
    again()
    assert (kept.keeper.safe, kept.text()) == (True, "one ")


def test_after_a_failure_that_nobody_heard_of_the_whole_text_is_written(kept: Kept) -> None:
    kept.root.write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        kept.type("one ")()
    kept.root.unlink()
    kept.type("two")()
    assert kept.text() == "one two"
