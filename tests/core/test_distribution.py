from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.distribution import Distribution, Usage

TOKENS = st.one_of(st.binary(max_size=4), st.text(max_size=3).map(lambda text: text.encode("utf-8", "surrogatepass")))


@st.composite
def weighted(draw: st.DrawFn) -> tuple[list[tuple[bytes, float]], float, float]:
    """Some tokens, an end and unseen mass whose probabilities sum to at most 1."""
    tokens = draw(st.lists(TOKENS, max_size=8))
    weights = draw(st.lists(st.floats(0.0, 1.0), min_size=len(tokens) + 3, max_size=len(tokens) + 3))
    total = math.fsum(weights) or 1.0
    shares = [weight / total for weight in weights]
    return list(zip(tokens, shares[3:], strict=True)), shares[0], shares[1]


@given(weighted())
def test_the_mass_is_always_1(case: tuple[list[tuple[bytes, float]], float, float]) -> None:
    pairs, end, unseen = case
    answer = Distribution.from_pairs(pairs, end=end, unseen=unseen)
    assert math.fsum(p for _, p in answer.tokens) + answer.end + answer.residual == pytest.approx(1.0)
    assert answer.residual >= unseen - 1e-9
    assert len({token for token, _ in answer.tokens}) == len(answer.tokens)
    assert all(token and p > 0 for token, p in answer.tokens)
    assert list(answer.tokens) == sorted(answer.tokens, key=lambda pair: (-pair[1], pair[0]))


def test_equal_tokens_are_merged_and_zeros_dropped() -> None:
    answer = Distribution.from_pairs([(b" a", 0.25), (b" the", 0.125), (b" a", 0.25), (b" never", 0.0)])
    assert answer.tokens == ((b" a", 0.5), (b" the", 0.125))
    assert answer.residual == 0.375


def test_the_mass_of_a_token_without_bytes_is_unseen() -> None:
    answer = Distribution.from_pairs([(b"", 0.25), (b" a", 0.5)], end=0.125, unseen=0.0625)
    assert answer.tokens == ((b" a", 0.5),)
    assert (answer.end, answer.residual) == (0.125, 0.375)


def test_bytes_of_half_a_character_are_a_token_like_any_other() -> None:
    assert Distribution.from_pairs([(b"\xf0\x9f", 0.5)]).tokens == ((b"\xf0\x9f", 0.5),)


def test_an_empty_answer_is_all_residual() -> None:
    assert Distribution.from_pairs([]) == Distribution((), 1.0)


def test_a_sum_within_rounding_of_1_is_scaled() -> None:
    answer = Distribution.from_pairs([(b"a", 0.5004), (b"b", 0.25)], end=0.25)
    assert math.fsum(p for _, p in answer.tokens) + answer.end == pytest.approx(1.0, abs=1e-12)
    assert answer.residual == pytest.approx(0.0, abs=1e-12)


BAD = (-0.1, 1.1, math.nan, math.inf, -math.inf)


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("place", ["token", "end", "unseen"])
def test_what_is_no_probability_is_refused(value: float, place: str) -> None:
    with pytest.raises(ValueError, match="probabilit"):
        Distribution.from_pairs(
            [(b"a", value if place == "token" else 0.1)],
            end=value if place == "end" else 0.0,
            unseen=value if place == "unseen" else 0.0,
        )


def test_a_sum_over_1_is_refused_wherever_it_comes_from() -> None:
    for pairs, end, unseen in (([(b"a", 0.6), (b"b", 0.6)], 0.0, 0.0), ([(b"a", 0.6)], 0.6, 0.0), ([], 0.6, 0.6)):
        with pytest.raises(ValueError, match=r"sum to 1\.2"):
            Distribution.from_pairs(pairs, end=end, unseen=unseen)


def test_usage_adds_up_and_does_not_tell_answers_apart() -> None:
    assert Usage(3, 1) + Usage(4, 1) == Usage(7, 2)
    assert Distribution.from_pairs([], usage=Usage(9, 9)) == Distribution.from_pairs([])
