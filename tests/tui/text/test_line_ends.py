"""Where line ends are mixed, a carriage return before a line feed belongs to the line end: no key comes between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.editor import editor
from tui.text.document import LineDocument

MIXED = b"one\r\ntwo\nthree\r\r\nfour\r"


@pytest.mark.parametrize(
    "keys, saved",
    [
        (["end", "X"], b"oneX\r\ntwo\nthree\r\r\nfour\r"),
        (["end", "delete"], b"onetwo\nthree\r\r\nfour\r"),
        (["down", "backspace"], b"onetwo\nthree\r\r\nfour\r"),
        (["end", "backspace"], b"on\r\ntwo\nthree\r\r\nfour\r"),
        (["down", "left", "Y"], b"oneY\r\ntwo\nthree\r\r\nfour\r"),
        (["end", "right", "Y"], b"one\r\nYtwo\nthree\r\r\nfour\r"),
        (["ctrl+right", "ctrl+right", "Y"], b"one\r\nYtwo\nthree\r\r\nfour\r"),
        (["down", "down", "end", "Z"], b"one\r\ntwo\nthreeZ\r\r\nfour\r"),
        (["down", "down", "down", "backspace"], b"one\r\ntwo\nthreefour\r"),
        (["right", "ctrl+k"], b"o\r\ntwo\nthree\r\r\nfour\r"),
        (["shift+end", "Q"], b"Q\r\ntwo\nthree\r\r\nfour\r"),
        (["down", "down", "down", "end", "backspace"], b"one\r\ntwo\nthree\r\r\nfour"),
    ],
)
async def test_keys_at_mixed_line_ends(keys: list[str], saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(MIXED)
    async with editor(path=path) as at:
        await at.press(*keys)
        await at.press("ctrl+s")
    assert path.read_bytes() == saved


async def test_a_ghost_stands_before_the_line_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"I look \r\ntwo\n")
    async with editor(path=path) as at:
        await at.press("end")
        await at.type("f")
        await at.settle()
        assert at.area.ghost == "orward"
        await at.press("tab", "ctrl+s")
    assert path.read_bytes() == b"I look forward\r\ntwo\n"


@given(st.lists(st.sampled_from(["a", "\r", "\n", "\r\n"]), max_size=9).map("".join))
def test_a_line_ends_before_the_returns_of_its_line_end_and_the_last_has_none(text: str) -> None:
    document = LineDocument(text)
    for row, line in enumerate(text.split("\n")):
        last = row == document.line_count - 1
        assert document.end_of(row) == len(line if last else line.rstrip("\r"))
