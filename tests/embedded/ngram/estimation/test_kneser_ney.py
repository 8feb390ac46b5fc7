"""Estimation, pruning and rounding, against dictionaries and against arithmetic."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.estimation import kneser_ney
from autocomplete.embedded.ngram.estimation.build import BuildSettings, ngram_arrays, unigram_table
from autocomplete.embedded.ngram.estimation.counts import NgramCounts, count_ngrams
from autocomplete.embedded.ngram.model import NgramModel, unpack_model
from tests.embedded.ngram.making import N_UNITS, SENTENCES, stream
from tests.embedded.ngram.reference import Reference


def tables_of(sentences: list[list[int]], order: int) -> list[NgramCounts]:
    ids = stream(sentences)
    return [unigram_table(ids, N_UNITS), *(count_ngrams(ids, n) for n in range(2, order + 1))]


def model_of(sentences: list[list[int]], *, order: int = 4, least_loss: float = -1.0) -> NgramModel:
    arrays = ngram_arrays(stream(sentences), N_UNITS, BuildSettings(order=order, least_loss=least_loss))
    return unpack_model(ArrayFile({"order": order}, arrays))


def histories(length: int) -> list[tuple[int, ...]]:
    return [h for n in range(length + 1) for h in itertools.product(range(N_UNITS), repeat=n)]


@given(SENTENCES)
@settings(max_examples=30, deadline=None)
def test_probabilities_are_those_of_the_formulas(sentences: list[list[int]]) -> None:
    reference = Reference([[0, *(2 + w for w in s), 1] for s in sentences], 3, N_UNITS)
    tables = tables_of(sentences, 3)
    levels = kneser_ney.estimate(tables, kneser_ney.link(tables))
    for order, (table, level) in enumerate(zip(tables, levels, strict=True), start=1):
        for key, probability in zip(table.keys.tolist(), level.probability.tolist(), strict=True):
            ngram = tuple(key >> (16 * i) & 0xFFFF for i in reversed(range(order)))
            assert probability == pytest.approx(float(reference.probability(ngram[-1], ngram[:-1])), abs=1e-12)


def test_a_bigram_worked_by_hand() -> None:
    # a b </s>, a b </s>, a c </s>. Too small for counts of counts, so the discounts are .5, 1 and 1.5.
    # Continuation counts: a 1 (<s>), b 1 (a), c 1 (a), </s> 2 (b, c); their sum is 5, uniform is 1/11.
    # Discounted: 3 * .5 + 1 = 2.5 stay, so 2.5/5 go to the uniform distribution.
    lower_b = 0.5 / 5 + 0.5 / 11
    # After a: b 2, c 1: (2 - 1)/3 for b, and (1 + .5)/3 to back off.
    tables = tables_of([[0, 1], [0, 1], [0, 2]], 2)
    levels = kneser_ney.estimate(tables, kneser_ney.link(tables))
    assert levels[0].probability[3] == pytest.approx(lower_b)
    a_b = int(np.flatnonzero(tables[1].keys == (2 << 16 | 3))[0])
    assert levels[1].probability[a_b] == pytest.approx(1 / 3 + 0.5 * lower_b)


@given(SENTENCES)
@example([[], [], [], [], [0], [0], [0], [0, 0], [2, 0], [1, 0, 0]])  # nothing is left to back off with
@settings(max_examples=15, deadline=None)
def test_an_unpruned_model_agrees_with_the_formulas_after_any_history(sentences: list[list[int]]) -> None:
    reference = Reference([[0, *(2 + w for w in s), 1] for s in sentences], 3, N_UNITS)
    model = model_of(sentences, order=3)
    for history in [(), (0,), (2,), (0, 2), (2, 3), (9, 9), (3, 0)]:
        given_history = model.distribution(history)
        for word in range(1, N_UNITS):
            expected = float(reference.probability(word, history))
            assert given_history[word] == pytest.approx(expected, rel=0.05, abs=1e-3)


@pytest.mark.parametrize("least_loss", [-1.0, 0.001, 0.02, 1e9])
@given(sentences=SENTENCES)
@settings(max_examples=8, deadline=None)
def test_the_distribution_sums_to_one_after_any_history(least_loss: float, sentences: list[list[int]]) -> None:
    model = model_of(sentences, order=3, least_loss=least_loss)
    for history in histories(2):
        distribution = model.distribution(history)
        assert distribution.min() >= 0.0
        assert distribution[0] == 0.0
        assert float(distribution.sum(dtype=np.float64)) == pytest.approx(1.0, abs=1e-3)


@given(SENTENCES)
@settings(max_examples=20, deadline=None)
def test_pruning_keeps_every_history_of_what_it_keeps(sentences: list[list[int]]) -> None:
    tables = tables_of(sentences, 4)
    links = kneser_ney.link(tables)
    kept = kneser_ney.kept_ngrams(tables, links, kneser_ney.estimate(tables, links), 0.005)
    for below, above, relatives in zip(kept, kept[1:], links[1:], strict=False):
        assert below[relatives.parent[above]].all()


def test_the_loss_is_the_relative_entropy_of_leaving_one_ngram_out() -> None:
    sentences = [[0, 1, 2], [0, 1, 3], [0, 2, 2], [1, 1, 4], [0, 1, 2]]
    tables = tables_of(sentences, 2)
    links = kneser_ney.link(tables)
    levels = kneser_ney.estimate(tables, links)
    frequency = tables[0].counts / tables[0].counts.sum()
    losses = kneser_ney.losses(frequency, levels[0], levels[1], links[0])
    lower = levels[0].probability
    for i, key in enumerate(tables[1].keys.tolist()):
        history, word = key >> 16, key & 0xFFFF
        after = {
            int(k) & 0xFFFF: float(p)
            for k, p in zip(tables[1].keys, levels[1].probability, strict=True)
            if int(k) >> 16 == history
        }
        before = spread(after, lower)
        without = spread({w: p for w, p in after.items() if w != word}, lower)
        entropy = float(np.sum(before[1:] * np.log(before[1:] / without[1:])))
        assert losses[i] == pytest.approx(frequency[history] * entropy, abs=1e-9)


def spread(explicit: dict[int, float], lower: kneser_ney.Floats) -> kneser_ney.Floats:
    """Return the distribution that has these values and is proportional to `lower` elsewhere."""
    result = lower.copy()
    words = list(explicit)
    rest = 1.0 - lower[words].sum()
    result *= (1.0 - sum(explicit.values())) / rest
    result[words] = list(explicit.values())
    return result


def test_fewer_ngrams_are_kept_the_more_each_must_be_worth() -> None:
    sentences = [[i % 8, (i * 3) % 8, (i * 5) % 7] for i in range(60)]
    sizes = [
        sum(len(ngram_arrays(stream(sentences), N_UNITS, BuildSettings(least_loss=loss))[f"codes{n}"]) for n in (2, 3, 4))
        for loss in (-1.0, 1e-4, 1e-2, 1.0)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] == 0


@pytest.mark.parametrize("order", [0, 5])
def test_an_order_that_does_not_fit_a_key_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match="order"):
        count_ngrams(stream([[0]]), order)


def test_an_empty_text_has_no_ngrams() -> None:
    assert len(count_ngrams(stream([]), 3).keys) == 0
