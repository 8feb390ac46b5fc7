"""Which units before a place are read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.core.root import context_start
from autocomplete.embedded.neural.window import BLOCK, SIZE, Window
from autocomplete.embedded.ngram.sentences import NUMBERS, is_word, segments, sentences
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, Vocabulary

PARTS = [
    "I look",
    " forward.",
    " ",
    "\n",
    " Dr.",
    " A.",
    "e.g.",
    " I!",
    "I",
    " Li",
    ' "',
    '"',
    "!",
    "? ",
    ") ",
    " (",
    "3.14",
    ", ",
    " we hope",
    "…",
    "\r\n",
]


def all_units(text: str, vocabulary: Vocabulary) -> list[int]:
    """Return the units of a text, line by line, the last sentence left open unless its line is over."""
    ids = [START_ID]
    lines = text.split("\n")
    for number, line in enumerate(lines):
        found = sentences(line)
        for i, sentence in enumerate(found):
            first = True
            for form, _ in sentence:
                ids.append(vocabulary.form_id(form, first and is_word(form)))
                first = first and not (is_word(form) or form in NUMBERS)
            if number + 1 < len(lines) or i + 1 < len(found):
                ids.append(END_ID)
    return ids


@settings(max_examples=200, deadline=None)
@given(text=st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_a_short_text_is_read_whole_and_cut_as_for_counting(vocabulary: Vocabulary, text: str) -> None:
    assert list(Window(vocabulary).units(text)) == all_units(text, vocabulary)


@given(text=st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_segments_are_the_text(text: str) -> None:
    assert "".join(segment for segment, _ in segments(text)) == text


@pytest.mark.parametrize("context", ["", " ", "\n\n", "日本語", "🙂 🙂", "\ud83d", "a\r\nb", "half wo", "“Why?” he asked."])
def test_any_context_has_units(vocabulary: Vocabulary, context: str) -> None:
    units = Window(vocabulary).units(context)
    assert units[0] == START_ID
    assert START_ID not in units[1:]


def test_a_long_text_is_read_from_a_sentence_on(vocabulary: Vocabulary) -> None:
    sentence = "We hope to hear from you soon. "
    units = Window(vocabulary).units(sentence * 100)
    assert list(units) == all_units(sentence * units.count(END_ID) + sentence, vocabulary)
    assert len(units) < SIZE


def test_a_text_without_ends_is_read_from_a_word_on(vocabulary: Vocabulary) -> None:
    units = Window(vocabulary).units("forward " * 1000)
    known = vocabulary.word_id("forward")
    assert set(units) == {START_ID, known}
    assert (SIZE - BLOCK) // 8 - 1 <= len(units) - 1 <= SIZE // 8


def test_a_text_of_one_word_is_no_burden(vocabulary: Vocabulary) -> None:
    assert Window(vocabulary).units("x" * 100_000) == (START_ID,)


def test_most_new_words_only_add_units(vocabulary: Vocabulary) -> None:
    window = Window(vocabulary)
    text = "I look forward to hearing from you. We hope it's Friday. " * 100
    ends = [n for n in range(len(text)) if text[n] == " "]
    found = [window.units(text[:n]) for n in ends]
    grown = [now[: len(before)] == before for before, now in pairwise(found)]
    assert grown.count(False) == len(range(SIZE, ends[-1], BLOCK))


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), min_size=2, max_size=6))
def test_what_was_read_before_makes_no_difference(vocabulary: Vocabulary, texts: list[str]) -> None:
    window = Window(vocabulary)
    together = "".join(texts)
    asked = [*(together[:end] for end in range(len(together) + 1)), *texts, together, together[:-1], *texts]
    for text in asked:
        assert window.units(text) == Window(vocabulary).units(text)


@settings(max_examples=6, deadline=None)
@given(parts=st.lists(st.sampled_from(PARTS), min_size=800, max_size=1000), step=st.integers(1, 40))
def test_what_is_read_ahead_is_what_the_next_window_reads(vocabulary: Vocabulary, parts: list[str], step: int) -> None:
    text = "".join(parts)
    window = Window(vocabulary)
    ahead: tuple[int, ...] = ()
    for end in range(SIZE, len(text), step):
        units = window.units(text[:end])
        assert units == Window(vocabulary).units(text[:end])
        if (
            len(units) > 2
            and ahead
            and context_start(end, size=SIZE, block=BLOCK) > context_start(end - step, size=SIZE, block=BLOCK)
        ):
            assert units[: len(ahead) - 3] == ahead[:-3]
        ahead = window.units_of_next_window(text[:end])
