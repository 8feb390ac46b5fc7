"""Nothing is counted twice, and nothing that was not written is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autocomplete.core.root import context_start
from autocomplete.embedded.adaptive.learner import TextLearner
from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.lexicon import Lexicon
from tests.embedded.adaptive.conftest import WEIGHTS

TEXT = (
    "We hope the Grundlach may help. I look forward to it, he said.\n"
    "\"What is it?\" asked Xanthe. It is Friday. We don't know, and we don't care (e.g. about Dr. Moreau).\n\n"
    "The friend of Xanthe may help. We hope. "
)


def state(lexicon: Lexicon, context: str = "We hope the") -> tuple[float, ...]:
    """Return what a fresh question sees of all that was learned."""
    position = lexicon.position(context)
    return tuple(np.round(lexicon.distribution(position).astype(float), 7).tolist())


def fresh(stored: ArrayFile) -> tuple[Lexicon, TextLearner]:
    lexicon = Lexicon(stored)
    return lexicon, TextLearner(lexicon, WEIGHTS)


def type_through(learner: TextLearner, text: str, begin: int = 0) -> None:
    for end in range(begin, len(text) + 1):
        if end == len(text) or text[end] in " \n.,":
            learner.observe(text[:end])


def test_typing_learns_what_reading_does(stored: ArrayFile) -> None:
    typed, read = fresh(stored), fresh(stored)
    type_through(typed[1], TEXT + "It")
    read[1].learn(TEXT)
    read[1].observe(TEXT + "It")
    assert state(typed[0]) == pytest.approx(state(read[0]), abs=1e-6)


def test_asking_twice_counts_once(stored: ArrayFile) -> None:
    once, twice = fresh(stored), fresh(stored)
    type_through(once[1], TEXT)
    type_through(twice[1], TEXT)
    for _ in range(3):
        twice[1].observe(TEXT)
    assert state(once[0]) == state(twice[0])


def test_opening_a_file_and_typing_at_its_end_counts_it_once(stored: ArrayFile) -> None:
    lexicon, learner = fresh(stored)
    learner.learn(TEXT)
    before = state(lexicon)
    learner.observe(TEXT)
    assert state(lexicon) == before
    learner.learn(TEXT)
    assert state(lexicon) == before


def test_moving_about_counts_nothing_twice(stored: ArrayFile) -> None:
    lexicon, learner = fresh(stored)
    type_through(learner, TEXT)
    before = state(lexicon)
    for near in (40, 100, 10, 64, 130, len(TEXT)):
        learner.observe(TEXT[: TEXT.rindex(" ", 0, near)])
    learner.observe(TEXT)
    assert state(lexicon) == pytest.approx(before, abs=1e-6)


def test_the_window_moves_without_counting_twice(stored: ArrayFile) -> None:
    text = "".join(f"We hope the Grundlach{i:03} may help the friend number {i}. " for i in range(60))
    whole, moving = fresh(stored), fresh(stored)
    type_through(whole[1], text)
    for end in range(len(text) + 1):
        if end == len(text) or text[end] == " ":
            moving[1].observe(text[context_start(end, size=1024, block=256) : end])
    assert state(moving[0]) == pytest.approx(state(whole[0]), abs=1e-5)


def test_what_is_deleted_before_its_sentence_ends_is_forgotten(stored: ArrayFile) -> None:
    plain, changed = fresh(stored), fresh(stored)
    type_through(plain[1], TEXT + "It is Friday")
    type_through(changed[1], TEXT + "It is teh Grundlech of")
    changed[1].observe(TEXT + "It is Friday")
    assert changed[0].terms.find("teh") is not None
    n = len(plain[0].vocabulary) + len(plain[0].terms)
    assert state(changed[0])[:n] == pytest.approx(state(plain[0]), abs=1e-6)


def test_a_sentence_written_again_counts_again(stored: ArrayFile) -> None:
    lexicon, learner = fresh(stored)
    found = []
    text = ""
    for _ in range(3):
        type_through(learner, text + "We hope the frame may help. So", len(text))
        text += "We hope the frame may help. "
        found.append(state(lexicon)[lexicon.terms.word_id("frame")])
    assert found[0] < found[1] < found[2]


def test_the_generation_grows_with_finished_sentences_only(learner: TextLearner) -> None:
    learner.observe("We hope")
    learner.observe("We hope the")
    assert learner.generation == 0
    learner.observe("We hope the friend may help. It")
    assert learner.generation == 1
    learner.forget()
    assert learner.generation == 2


def test_forgetting_leaves_the_model_as_it_was(lexicon: Lexicon, learner: TextLearner) -> None:
    before = state(lexicon)
    type_through(learner, TEXT)
    assert state(lexicon) != before
    learner.forget()
    assert state(lexicon) == before
    assert len(lexicon.terms) == 0


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a" * 10_000, "x" * 50 + " ", "日本語", "😀 😀", "\ud800 a\ud800b c.", "\r\n a \r b"]
)
def test_awkward_texts_are_read(lexicon: Lexicon, learner: TextLearner, text: str) -> None:
    learner.learn(text)
    learner.observe(text)
    learner.observe(text + " The end.")
    assert float(lexicon.distribution(lexicon.position("The")).sum()) == pytest.approx(1.0, abs=1e-3)


@given(st.lists(st.tuples(st.integers(0, 200), st.text("ab. \nG", max_size=6)), max_size=15))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_editing_keeps_a_distribution(lexicon: Lexicon, learner: TextLearner, edits: list[tuple[int, str]]) -> None:
    text = TEXT
    for at, inserted in edits:
        text = text[:at] + inserted + text[at + len(inserted) // 2 :]
        learner.observe(text[: at + len(inserted)])
        assert float(lexicon.distribution(lexicon.position(text[:at])).sum()) == pytest.approx(1.0, abs=1e-3)
