"""Whatever bytes a terminal sends, what is typed and pasted is text in its order, and the editor lives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from tests.support.terminal import Terminal, editor_in_a_terminal
from tui.widgets.terminal_input import InputDecoder

START, END = b"\x1b[200~", b"\x1b[201~"


def decoded(*portions: bytes) -> str:
    decoder = InputDecoder()
    return "".join(decoder.feed(portion) for portion in portions) + decoder.feed(b"", final=True)


@pytest.mark.parametrize(
    "data, text",
    [
        (b"", ""),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9 r", "caf� r"),
        (b"\xff\xfe", "��"),
        (b"\x1b[A\x1b", "\x1b[A\x1b"),
        (START + b"a\x1b[31mred\x07\x1b[0m b" + END + b"c", "\x1b[200~a␛[31mred\x07␛[0m b\x1b[201~c"),
        (START + b"\x1b\x1b[20\x1b" + END, "\x1b[200~␛␛[20␛\x1b[201~"),
        (START + b"caf\xe9" + END, "\x1b[200~caf�\x1b[201~"),
        (START + b"a" + START + b"b" + END + b"\x1b[B", "\x1b[200~a␛[200~b\x1b[201~\x1b[B"),
        (START + END + START + b"x" + END, "\x1b[200~\x1b[201~\x1b[200~x\x1b[201~"),
    ],
)
def test_bytes_as_text(data: bytes, text: str) -> None:
    assert decoded(data) == text


PIECES = st.lists(
    st.sampled_from([START, END, b"\x1b", b"[20", b"1~", b"a", "é🇩🇪".encode(), b"\xe9", b"\x00", b"\r"]), max_size=12
)


@given(PIECES, st.lists(st.integers(1, 40), max_size=6))
def test_however_the_bytes_are_split_the_text_is_the_same(pieces: list[bytes], lengths: list[int]) -> None:
    data, portions = b"".join(pieces), []
    rest = data
    for n in lengths:
        portions.append(rest[:n])
        rest = rest[n:]
    assert decoded(*portions, rest) == decoded(data)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_a_paste_is_one_text(pasted: str) -> None:
    parser, decoder = XTermParser(), InputDecoder()
    body = pasted.replace("\x1b[201~", "")
    found = list(parser.feed(decoder.feed(START + body.encode() + END + b"k")))
    texts = [event.text for event in found if isinstance(event, events.Paste)]
    assert texts == ([body.replace("\x1b", "␛")] if body else [])
    assert [event.key for event in found if isinstance(event, events.Key)] == ["k"]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = editor_in_a_terminal(tmp_path, "letter.txt", "--cutoff", "1")
    opened.expect("cutoff 100%")
    yield opened
    opened.kill()


@pytest.mark.parametrize("keys, saved", [([b"\xe9r"], "�r"), ([b"\xe9", b"r"], "�r"), ([b"\xc3", b"\xa9 r"], "é r")])
def test_a_byte_that_is_no_utf_8_is_a_character(keys: list[bytes], saved: str, terminal: Terminal, tmp_path: Path) -> None:
    for portion in (b"Important ", *keys):
        terminal.send(portion)
    terminal.send("\x13")
    terminal.expect(f"saved {len(f'Important {saved}'.encode())} bytes")
    assert (tmp_path / "letter.txt").read_text() == f"Important {saved}"
    terminal.send("\x11")
    assert terminal.wait() == 0


def test_a_paste_that_holds_escape_characters_keeps_its_order(terminal: Terminal, tmp_path: Path) -> None:
    terminal.send(START + b"x\x1b[31mred\x1b[0m \x07y\xe9" + END + b"!\x13")
    terminal.expect("saved 24 bytes")
    assert (tmp_path / "letter.txt").read_text() == "x␛[31mred␛[0m \x07y�!"
