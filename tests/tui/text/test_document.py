"""The document under the editor against a plain string."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.text.document import LineDocument

#: All that `str.splitlines` would split at, and what it would not.
awkward = st.text(st.sampled_from("ab \n\r\x0b\x0c\x1c\x85\u2028\u2029東🙂"), max_size=30)


@given(awkward)
def test_any_text_comes_back_unchanged(text: str) -> None:
    document = LineDocument(text)
    assert document.text == text
    assert document.line_count == text.count("\n") + 1


@given(text=awkward, edits=st.lists(st.tuples(awkward, st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_edits_are_those_of_a_string(text: str, edits: list[tuple[str, int, int]]) -> None:
    document = LineDocument(text)
    for inserted, first, last in edits:
        top, bottom = sorted((min(first, len(text)), min(last, len(text))))
        result = document.replace_range(place(text, top), place(text, bottom), inserted)
        assert result.replaced_text == text[top:bottom]
        text = text[:top] + inserted + text[bottom:]
        assert document.text == text
        assert result.end_location == place(text, top + len(inserted))


@given(text=awkward, seeks=st.lists(st.integers(0, 40), min_size=1, max_size=8), back=st.integers(0, 50))
def test_offsets_and_locations_agree(text: str, seeks: list[int], back: int) -> None:
    document = LineDocument(text)
    for seek in seeks:
        offset = min(seek, len(text))
        assert document.offset_of(place(text, offset)) == offset
        assert document.location_back(place(text, offset), back) == place(text, max(0, offset - back))


@given(text=awkward, edit=st.integers(0, 40), ask=st.integers(0, 60))
def test_offsets_follow_edits_above_and_below(text: str, edit: int, ask: int) -> None:
    document = LineDocument(text)
    document.offset_of(document.end)
    at = min(edit, len(text))
    document.replace_range(place(text, at), place(text, at), "x\ny")
    text = text[:at] + "x\ny" + text[at:]
    assert document.offset_of(place(text, min(ask, len(text)))) == min(ask, len(text))


def place(text: str, offset: int) -> tuple[int, int]:
    """Return (row, column) of an offset."""
    before = text[:offset]
    return before.count("\n"), offset - (before.rfind("\n") + 1)
