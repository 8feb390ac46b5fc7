"""Which of the tokens that may follow are the likeliest, and how they are spelled."""

from __future__ import annotations

import numpy as np
import pytest

from autocomplete.embedded.ngram.continuations import Continuations, TokenGroup

FORMS = [b"'em", b"end", b"ending", b"ends", b"enter", b"entry"]
MASSES = np.array([0.01, 0.4, 0.05, 0.2, 0.1, 0.04], dtype=np.float32)


def group(scale: float = 1.0) -> TokenGroup:
    return TokenGroup(MASSES, scale, FORMS, 0, b"", b" ")


def titled(form: bytes) -> bytes:
    return form.title()


def test_the_total_is_of_groups_single_tokens_and_unlisted_masses() -> None:
    found = Continuations("", [group(0.5)], [(b"\n", 0.1)], [0.2, 0.05], overlap=False)
    assert found.total == pytest.approx(0.5 * 0.8 + 0.1 + 0.25)


@pytest.mark.parametrize("n", [1, 3, 20])
def test_the_heaviest_are_listed_with_the_space_before_them(n: int) -> None:
    tokens = dict(Continuations("", [group()], [], [], overlap=False).likeliest(n))
    heaviest = sorted(zip(MASSES.tolist(), FORMS, strict=True), reverse=True)[:n]
    assert tokens == {b" " + form: mass for mass, form in heaviest}


def test_unlikely_words_may_be_left_out_but_for_three_and_those_without_a_letter_next() -> None:
    tokens = [token for token, _ in Continuations("", [group()], [], [], overlap=False).likeliest(20, least=0.3)]
    assert tokens == [b" end", b" ends", b" enter", b" 'em"]


def test_nothing_is_left_out_where_a_token_may_be_in_two_groups() -> None:
    tokens = [token for token, _ in Continuations("", [group(), group()], [], [], overlap=True).likeliest(20, least=0.3)]
    assert sorted(tokens) == sorted(b" " + form for form in FORMS * 2)


def test_what_is_typed_stays_as_it_was_typed() -> None:
    words = TokenGroup(MASSES[1:4], 1.0, FORMS, 1, b"en", b" ", titled)
    tokens = [token for token, _ in Continuations("\u00a0En", [words], [], [], overlap=False).likeliest(20)]
    assert tokens == ["\u00a0End".encode(), "\u00a0Ends".encode(), "\u00a0Ending".encode()]
