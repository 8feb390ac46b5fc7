"""The prior over beginnings of words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.prior import WordPrior
from autocomplete.embedded.ngram.unknown_words import N_SYMBOLS, Letters, symbol_probabilities


@pytest.fixture(scope="module")
def prior(lexicon: Lexicon) -> WordPrior:
    return WordPrior(lexicon)


PREFIXES = st.one_of(
    st.binary(max_size=6),
    st.text(" ,(aefrotFRO1'-é", max_size=8).map(str.encode),
    st.sampled_from([b" from", b" From", b" FROM", b" Zurich's", b" well-known", b" 1984", b"\n", " 日本".encode()]),
)


@given(PREFIXES)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_longer_beginning_is_never_likelier_and_never_impossible(prior: WordPrior, prefix: bytes) -> None:
    values = [prior.starts_with(prefix[:n]) for n in range(len(prefix) + 1)]
    assert values[0] == 1.0
    assert all(0.0 < v <= 1.0 + 1e-9 for v in values)
    assert all(longer <= shorter * (1 + 1e-9) for shorter, longer in pairwise(values))


@given(PREFIXES)
@example(b" ,")  # a mark, where marks have no space
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_word_is_never_likelier_than_its_letters(prior: WordPrior, token: bytes) -> None:
    assert 0.0 < prior.word(token) <= prior.starts_with(token) * (1 + 1e-9)


def test_words_with_a_space_and_marks_share_all_the_mass(prior: WordPrior, lexicon: Lexicon) -> None:
    low, high = lexicon.vocabulary.marks_from(b"")
    glued = {bytes([form[0]]) for form in lexicon.vocabulary.forms[low:high]}
    total = prior.starts_with(b" ") + prior.starts_with(b"\n") + sum(map(prior.starts_with, glued))
    assert total == pytest.approx(1.0, abs=1e-6)


def test_the_words_of_a_stem_share_its_mass(prior: WordPrior, lexicon: Lexicon) -> None:
    known = lexicon.vocabulary.forms[slice(*lexicon.vocabulary.words_from(b"fr"))]
    assert len(known) > 2
    total = sum(prior.word(b" " + form) for form in known)
    assert total <= prior.starts_with(b" fr")
    assert total == pytest.approx(prior.starts_with(b" fr"), rel=0.05)


def test_a_capital_gets_the_share_of_sentence_starts(prior: WordPrior) -> None:
    assert 0.0 < prior.word(b" From") < prior.word(b" from")


def test_letters_after_a_beginning_and_its_end_share_its_mass() -> None:
    letters = Letters(symbol_probabilities({"zebra": 3, "Zoë": 1, "x86": 2}).astype("float32"))
    for stem in (b"", b"z", b"ze", b"Zo\xc3"):
        assert sum(letters.next(stem, b) for b in range(256)) + letters.ends(stem) == pytest.approx(1.0, rel=0.02)


def test_no_unknown_words_still_spell_every_letter() -> None:
    letters = Letters(symbol_probabilities({}).astype("float32"))
    assert letters.next(b"", ord("a")) == pytest.approx(1 / N_SYMBOLS)
