"""What was written, mixed in: against a plain computation, and what a person notices of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.learner import TextLearner
from autocomplete.embedded.ngram.byte_query import ask, mass
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import UNKNOWN_ID
from tests.embedded.adaptive.conftest import WEIGHTS

WRITTEN = (
    "The Grundlach model is from Grundlach. We grok the frame. We grok it, and we hope. grok may help.\n"
    "Ask Dr. Moreau (the friend) of the Grundlach. We don't grok the frame; iPhone and Zürichsee may help."
)
CONTEXTS = [
    "",
    "I",
    "We",
    "We grok",
    "the",
    "The Grundlach",
    "Grundlach.",
    "One.\n",
    "Friday (",
    "foo/",
    "We hope. We ",
]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_distribution_still_sums_to_one(lexicon: Lexicon, learner: TextLearner, context: str) -> None:
    learner.learn(WRITTEN)
    position = lexicon.position(context)
    distribution = lexicon.distribution(position)
    assert len(distribution) == len(lexicon.vocabulary) + len(lexicon.terms)
    assert float(distribution.sum(dtype=np.float64)) == pytest.approx(1.0, abs=1e-3)
    assert distribution.min() >= 0.0
    assert mass(lexicon, context, b"") == pytest.approx(1.0, abs=1e-3) or context[-1:].isspace() or not context


@given(text=st.text("abcGx'-., \n", max_size=120), context=st.sampled_from(CONTEXTS), typed=st.text(" abG'.", max_size=4))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_learned(lexicon: Lexicon, learner: TextLearner, text: str, context: str, typed: str) -> None:
    learner.learn(text)
    learner.observe(text + context)
    assert float(lexicon.distribution(lexicon.position(context)).sum()) == pytest.approx(1.0, abs=1e-3)
    listed, residual = ask(lexicon, context, typed.encode(), 1000)
    assert sum(p for _, p in listed) + residual == pytest.approx(1.0)
    assert all(t.startswith(typed.encode()) or typed.encode().startswith(t) for t, _ in listed)


@pytest.mark.parametrize("typed", [b"", b" ", b" g", b" gr", b" G", b" Grund", b" i", b" Z", " Zü".encode(), b" IP", b" f"])
@pytest.mark.parametrize("context", ["We", "the friend", "We hope.", "One.\n"])
def test_listed_terms_have_the_odds_of_brute_force(lexicon: Lexicon, learner: TextLearner, context: str, typed: bytes) -> None:
    learner.learn(WRITTEN)
    position = lexicon.position(context)
    masses = lexicon.masses(position)
    separated = position.line_start or position.spaced
    before = typed[: len(typed) - len(typed.lstrip())] if separated else b" "
    first, end = lexicon.small
    expected: dict[bytes, float] = {}
    for form in lexicon.terms.forms:
        unit = lexicon.terms.find(form.decode())
        assert unit is not None
        words = masses.spaced
        spelled = [(before + form, words.scale * float(words.plain[unit]))]
        if words.capitals is not None:
            capital = words.scale * float(words.capitals[end - first + unit - len(lexicon.vocabulary)])
            spelled.append((before + (form.decode()[0].upper() + form.decode()[1:]).encode(), capital))
        for token, p in spelled:
            if token.startswith(typed) and p > 0.0:
                expected[token] = expected.get(token, 0.0) + p
    listed = dict(ask(lexicon, context, typed, 1000)[0])
    whole = mass(lexicon, context, typed)
    for token, p in expected.items():
        assert listed[token] * whole == pytest.approx(p, rel=1e-4)


def test_terms_are_complete_tokens_in_the_middle_of_typing(lexicon: Lexicon, learner: TextLearner) -> None:
    learner.learn(WRITTEN)
    whole = mass(lexicon, "We", b" grok ")
    assert whole == pytest.approx(
        float(lexicon.masses(lexicon.position("We")).spaced.plain[lexicon.terms.word_id("grok")])
        * mass(lexicon, "We grok", b" "),
        rel=1e-4,
    )
    assert [token for token, _ in ask(lexicon, "We", b" grok th", 5)[0]] == [b" grok"]


@pytest.mark.parametrize(
    ("context", "typed", "token"),
    [
        ("the friend of", b" Gr", b" Grundlach"),
        ("We", b" gr", b" grok"),
        ("We hope.", b" Gr", b" Grok"),
        ("We hope.", b" Gru", b" Grundlach"),
        ("One.\n", b"iP", b"iPhone"),
        ("the", " Zü".encode(), " Zürichsee".encode()),
    ],
)
def test_a_word_of_the_person_is_offered_as_it_would_be_typed(
    lexicon: Lexicon, learner: TextLearner, context: str, typed: bytes, token: bytes
) -> None:
    assert token not in dict(ask(lexicon, context, typed, 50)[0])
    learner.learn(WRITTEN)
    assert token in dict(ask(lexicon, context, typed, 50)[0])


def test_a_phrase_gets_likelier_with_every_use(lexicon: Lexicon, learner: TextLearner) -> None:
    def probability() -> float:
        return dict(ask(lexicon, "We hope the", b" ", 100)[0]).get(b" frame", 0.0)

    found = [probability()]
    for i in range(3):
        learner.learn(f"We hope the frame number {i} may help.")
        found.append(probability())
    assert found == sorted(found)
    assert found[-1] > 0.2


def test_new_words_are_expected_where_many_came(lexicon: Lexicon, learner: TextLearner) -> None:
    def unknown() -> float:
        return float(lexicon.distribution(lexicon.position("We hope the"))[UNKNOWN_ID])

    before = unknown()
    text = ""
    for word in ("Abcde", "Fghij", "Klmno", "Pqrst", "Uvwxy"):
        text += f"We hope the {word}"
        head = text.rpartition(" ")[0]
        learner.observe(head)
        lexicon.masses(lexicon.position(head))
        learner.observe(text)
        text += " may help. "
    assert unknown() > before


def test_the_oldest_term_makes_room(lexicon: Lexicon) -> None:
    from autocomplete.embedded.ngram.terms import Terms

    terms = Terms(lexicon.vocabulary, room=2)
    first, second, third = (terms.learn(word)[0] for word in ("aaxx", "bbxx", "ccxx"))
    assert (first, len(terms)) == (third, 2)
    assert terms.forms == [b"bbxx", b"ccxx"]
    assert terms.find("aaxx") is None
    assert (terms.arrays()[0] + len(lexicon.vocabulary)).tolist() == [second, third]
    assert terms.learn("bbxx") == (second, False)


def test_a_guess_teaches_nothing_of_what_it_was_asked_about(lexicon: Lexicon) -> None:
    """Engines also ask what would follow a word that is not typed yet; weights learn from the position that was typed at."""
    text, next_word = "We hope to hear from you. We hope to hear", " from"

    def weights(*guesses: str) -> tuple[list[float], list[float]]:
        lexicon.components.clear()
        lexicon.forget()
        learner = TextLearner(lexicon, WEIGHTS)
        learner.observe(text)
        for context in (text, *guesses):
            lexicon.distribution(lexicon.position(context))
        learner.observe(text + next_word)
        return learner.component.weights.state()

    assert weights(text + " you", text + " hope", "You") == weights()
