"""Kinds of characters, graphemes, and what must not reach a terminal."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
import regex
from hypothesis import example, given

from autocomplete.core.characters import escape_controls, has_controls, is_drawable, is_hostile, whole_graphemes
from tests.core.awkward_texts import TEXTS

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
WHITE_SPACE_CONTROLS = set("\t\n\v\f\r\x85\u2028\u2029")


@pytest.mark.parametrize(
    ("text", "whole"), [("", ""), ("好", "好"), ("ok👩\u200d", "ok"), ("👩\u200d👩", "👩\u200d👩"), ("\u200d", "")]
)
def test_a_grapheme_that_more_characters_would_change_is_left_out(text: str, whole: str) -> None:
    assert whole_graphemes(text) == whole


def test_controls_and_what_turns_the_direction_cannot_be_drawn() -> None:
    turning = regex.compile(r"\p{Bidi_Control}")
    for char in EVERY_CHARACTER:
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or turning.match(char):
            assert not is_drawable(char)


def test_the_sets_differ_only_where_there_is_a_reason() -> None:
    for char in EVERY_CHARACTER:
        assert is_hostile(char) == (not is_drawable(char) and char not in WHITE_SPACE_CONTROLS)
        if has_controls(char):
            assert not is_drawable(char)


@pytest.mark.parametrize("text", ["naïve 東京", "نمی\u200cدانم", "❤\ufe0f", "👩\u200d🔬", "नि", "a\xa0b\u3000c"])
def test_prose_stays_as_it_is(text: str) -> None:
    assert is_drawable(text)
    assert escape_controls(text) == text


@given(TEXTS)
@example("\ud800 \u202e\x1b[31m\t\u2062\n")
def test_what_is_escaped_can_be_drawn_and_encoded(text: str) -> None:
    escaped = escape_controls(text)
    assert is_drawable(escaped)
    assert escaped.encode().decode() == escaped


def test_importing_it_compiles_no_unicode_tables() -> None:
    code = "import sys, autocomplete.editor as editor; editor.escape_controls(' '); print('regex' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
