"""The edits of a text as lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.files.recovery.edit_log import VERSION, Edit, Head, edits_in, head_line, line_of, read_head, replayed
from tui.text.document import LineDocument

TEXTS = st.text(st.sampled_from(["a", "b", "\n", " ", "é", "東", "🙂", "\u2028", "\ud83d", "\0", '"', "\\"]), max_size=8)


@given(text=TEXTS, edits=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TEXTS), max_size=12))
def test_written_edits_lead_to_the_text_that_they_were_made_in(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = LineDocument(text)
    written: list[bytes] = []
    for one, other, inserted in edits:
        start, end = sorted((document.location_of(one), document.location_of(other)))
        written.append(line_of(Edit(start, end, inserted)))
        document.replace_range(start, end, inserted)
    assert replayed(text, edits_in(written)) == document.text


@given(edits=st.lists(TEXTS, min_size=1, max_size=5), cut=st.integers(1, 30))
def test_a_journal_that_breaks_off_gives_all_whole_lines(edits: list[str], cut: int) -> None:
    lines = [line_of(Edit((0, 0), (0, 0), text)) for text in edits]
    torn = [*lines[:-1], lines[-1][: -min(cut, len(lines[-1]))]]
    assert [edit.text for edit in edits_in(torn)] == edits[:-1]


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"null\n", b"[]\n", b"[0,0,0,0]\n", b'[0,0,0,-1,"a"]\n', b'[0,0,0,true,"a"]\n', b"[0,0,0,0,1]\n"],
)
def test_what_is_no_edit_ends_the_journal(line: bytes) -> None:
    assert list(edits_in([line, line_of(Edit((0, 0), (0, 0), "a"))])) == []


@pytest.mark.parametrize("head", [Head("/a/b.md", "b.md", from_file=True), Head(None, "Untitled", from_file=False)])
def test_a_head_is_read_back(head: Head) -> None:
    assert read_head(head_line(head)) == head


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        json.dumps({"path": None, "title": "a", "from_file": False, "version": VERSION + 1}).encode(),
        json.dumps({"path": 3, "title": "a", "from_file": False}).encode(),
    ],
)
def test_what_is_no_head_is_an_error(line: bytes) -> None:
    with pytest.raises(ValueError):
        read_head(line)
