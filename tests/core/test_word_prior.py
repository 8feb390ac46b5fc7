from __future__ import annotations

import pytest

from autocomplete.core.distribution import Distribution
from autocomplete.core.word_prior import compatible_share, ending_share

WORDS = {b" from": 0.3, b" fro": 0.1, b" you": 0.4}


class Words:
    """A prior over a few words."""

    def starts_with(self, prefix: bytes) -> float:
        return sum(p for word, p in WORDS.items() if word.startswith(prefix))

    def word(self, token: bytes) -> float:
        return WORDS.get(token, 0.0)


@pytest.mark.parametrize(
    ("rest", "seen", "share"),
    [
        (b"", (), 1.0),
        (b" fr", (), 0.4),
        (b" fr", (b" you",), 0.4 / 0.6),  # what is unseen is no " you"
        (b" fr", (b" from",), 0.1 / 0.7),
        (b" fr", (b" from", b" fro"), 0.4 * 0.05 / 0.6),  # other words in "fr" stay possible
        (b" x", (), 0.0),
    ],
)
def test_unseen_mass_fits_what_is_typed_as_often_as_unseen_words_do(rest: bytes, seen: tuple[bytes, ...], share: float) -> None:
    answer = Distribution.from_pairs((token, 0.1) for token in seen)
    assert compatible_share(Words(), rest, answer) == pytest.approx(share)


def test_unseen_mass_ends_a_word_as_often_as_that_word_is_whole() -> None:
    assert ending_share(Words(), " fro", 0) == pytest.approx(0.1 / 0.4)
    assert ending_share(Words(), " from", 0) == 1.0
    assert ending_share(Words(), " xyz", 0) == 0.0
