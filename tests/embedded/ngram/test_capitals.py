"""Words in capitals: what is unknown as it is typed, against brute force over every known word."""

from __future__ import annotations

import pytest

from autocomplete.embedded.ngram.byte_query import ask, mass, probability
from autocomplete.embedded.ngram.lexicon import Cased, Lexicon
from autocomplete.embedded.ngram.vocabulary import UNKNOWN_ID
from tests.embedded.ngram.test_byte_query import CONTEXTS, spellings

TYPED = [" F", " Fr", " FR", " FROM", " THE", " The", " Do", " DO", " X", " NASA", "F", "FR", "T"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def unknown_in_capitals(lexicon: Lexicon, words: Cased, title: bool) -> dict[str, float]:
    """Return the mass of each known word with a capital (`title`, inside a sentence) or all in capitals, one by one."""
    casing, low = lexicon.vocabulary.casing, lexicon.small[0]
    weights = {}
    for i in range(*lexicon.small):
        capital = 0.0 if words.capitals is None else float(words.capitals[i - low])
        weights[lexicon.vocabulary.forms[i].decode()] = float(words.plain[i]) + capital
    share = lexicon.unknown_title if title else lexicon.unknown_upper
    if title and words.capitals is not None:
        share = 0.0  # there such words are known
    unknown = words.scale * float(words.plain[UNKNOWN_ID]) * share / sum(weights.values())
    found: dict[str, float] = {}
    for word, weight in weights.items():
        spelling = casing.capitalised(word) if title else casing.upper(word)
        found[spelling] = found.get(spelling, 0.0) + unknown * weight
    return found


def expected_mass(lexicon: Lexicon, context: str, typed: str) -> float:
    """Return the mass of all words that begin with what is typed, which begins with a capital."""
    position = lexicon.position(context)
    masses = lexicon.masses(position)
    words = masses.spaced if typed.startswith(" ") or position.line_start or position.spaced else masses.glued
    if words is None:
        return 0.0
    stem = typed.lstrip()
    known = sum(p for spelling, p in spellings(lexicon, context, typed.encode()) if spelling.startswith(typed.encode()))
    capitals = sum(
        p
        for title in (True, False)
        for spelling, p in unknown_in_capitals(lexicon, words, title).items()
        if spelling.startswith(stem)
    )
    others = 1.0 - lexicon.unknown_upper - (lexicon.unknown_title if words.capitals is None else 0.0)
    unknown = words.scale * float(words.plain[UNKNOWN_ID])
    return known + capitals + unknown * others * lexicon.unknown_words.starts_with(stem.encode())


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("context", CONTEXTS)
def test_the_mass_of_capitals_is_that_of_brute_force(lexicon: Lexicon, context: str, typed: str) -> None:
    assert mass(lexicon, context, typed.encode()) == pytest.approx(expected_mass(lexicon, context, typed), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_second_letter_of_a_word_makes_it_no_likelier(lexicon: Lexicon, context: str) -> None:
    for first in LETTERS:
        begun = mass(lexicon, context, f" {first}".encode())
        after = sum(mass(lexicon, context, f" {first}{second}".encode()) for second in LETTERS + LETTERS.lower())
        assert after <= begun * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize(
    ("context", "token"), [("I look", b" FROM"), ("foo/", b"FROM"), ("We hope it.", b" FROM"), ("I", b" Friend")]
)
def test_one_word_in_capitals_is_as_likely_as_it_is_listed(lexicon: Lexicon, context: str, token: bytes) -> None:
    listed = dict(ask(lexicon, context, token[:3], 1000)[0])
    assert probability(lexicon, context, token[:3], token) == pytest.approx(listed[token], rel=1e-2)
    assert [found for found, _ in ask(lexicon, context, token + b" ", 10)[0]] == [token]
