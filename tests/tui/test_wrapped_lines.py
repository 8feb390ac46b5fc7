"""Less work, the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import WrappedDocument

from autocomplete import Autocompleter, ScriptedBackend
from tests.tui.driving import desk
from tests.tui.test_line_document import awkward, place
from tui import ghost_area
from tui.app import EditorApp
from tui.line_document import LineDocument
from tui.wrapped_lines import WrappedLines


@given(
    text=awkward, width=st.integers(0, 9), edits=st.lists(st.tuples(awkward, st.integers(0, 40), st.integers(0, 40)))
)
def test_the_rows_are_textuals(text: str, width: int, edits: list[tuple[str, int, int]]) -> None:
    document = LineDocument(text)
    rows = WrappedLines(document, width=width, tab_width=4)
    for inserted, first, last in edits:
        text = document.text
        top, bottom = sorted((min(first, len(text)), min(last, len(text))))
        start, end = place(text, top), place(text, bottom)
        rows.wrap_range(start, end, document.replace_range(start, end, inserted).end_location)
    fresh = WrappedDocument(document, width, 4)
    assert (rows.height, rows.lines) == (fresh.height, fresh.lines)
    rows.wrap(width + 1, 8)
    fresh.wrap(width + 1, 8)
    assert (rows.height, rows.lines) == (fresh.height, fresh.lines)


class Counted(LineDocument):
    """A document that counts how often all its lines are gone through."""

    passes = 0

    @property
    def lines(self) -> list[str]:
        self.passes += 1
        return super().lines


def test_what_is_wrapped_already_is_not_wrapped_again() -> None:
    document = Counted("one two\nthree")
    rows = WrappedLines(document, width=5, tab_width=4)
    rows.wrap(5)
    rows.wrap(5, 4)
    assert document.passes == 1
    document.replace_range((0, 0), (0, 0), "x")
    rows.wrap(5)
    assert document.passes == 2


async def test_opening_another_text_wraps_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wraps: list[int] = []
    wrap = WrappedDocument.wrap

    def counted(self: WrappedDocument, width: int, tab_width: int | None = None) -> None:
        wraps.append(width)
        wrap(self, width, tab_width)

    async with desk() as at:
        monkeypatch.setattr(WrappedDocument, "wrap", counted)
        await at.load("one\ntwo")
        assert wraps == [at.area.wrap_width]


async def test_the_text_of_the_start_is_divided_into_lines_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided: list[str] = []

    class Noted(LineDocument):
        def __init__(self, text: str) -> None:
            divided.append(text)
            super().__init__(text)

    monkeypatch.setattr(ghost_area, "LineDocument", Noted)
    (tmp_path / "a.txt").write_text("one\ntwo")
    app = EditorApp(tmp_path / "a.txt", lambda: Autocompleter(ScriptedBackend({})))
    async with app.run_test():
        assert divided == ["one\ntwo"]


async def test_drawing_a_row_does_not_go_through_all_lines() -> None:
    class NoSum(list[list[int]]):
        def __iter__(self) -> Iterator[list[int]]:
            raise AssertionError("went through all lines")

    async with desk() as at:
        at.area.load_text("one\ntwo\n" * 100)
        await at.settle()
        at.area.wrapped_document._wrap_offsets = NoSum(at.area.wrapped_document._wrap_offsets)
        assert at.row(30) == "one"  # below the screen, so it was not drawn before
