"""The bounds against exhaustive enumeration; `python -m benchmarks.core.soundness` runs the same 100,000 times."""

from __future__ import annotations

import pytest

from autocomplete.core.decision import Bounds
from autocomplete.core.distribution import Distribution
from autocomplete.core.mass_tree import Candidate, MassTree
from autocomplete.core.search import Search
from tests.core.soundness import Tally, run_model
from tests.core.tiny_process import ALPHABETS, TinyProcess

N_MODELS = 70


def run(*, until_caught: bool = False) -> Tally:
    tally = Tally()
    for seed in range(N_MODELS):
        run_model(seed, tally)
        if until_caught and tally.violations:
            break
    return tally


def test_bounds_hold_against_enumeration() -> None:
    tally = run()
    assert tally.violations == []
    assert tally.counts["intervals"] > 2000
    assert min(tally.counts[verdict] for verdict in ("shown", "withheld", "undecided")) > 15
    assert tally.counts["shown below cutoff"] == 0


def test_an_upper_bound_that_forgets_the_unseen_mass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = MassTree.bounds

    def forgetful(self: MassTree, candidate: Candidate) -> Bounds:
        seen = Candidate(candidate.key, candidate.completion, candidate.finished, candidate.open, 0.0)
        return sound(self, seen)

    monkeypatch.setattr(MassTree, "bounds", forgetful)
    assert run(until_caught=True).violations


def test_a_lower_bound_that_counts_open_mass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = MassTree.bounds

    def hopeful(self: MassTree, candidate: Candidate) -> Bounds:
        finished = candidate.finished + candidate.open
        return sound(self, Candidate(candidate.key, candidate.completion, finished, 0.0, candidate.residual))

    monkeypatch.setattr(MassTree, "bounds", hopeful)
    assert run(until_caught=True).violations


def test_a_search_that_loses_unseen_mass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Search.feed

    def sure(self: Search, key: bytes, distribution: Distribution, *, filtered: bool = False) -> None:
        sound(self, key, Distribution(distribution.tokens, 0.0, distribution.end), filtered=filtered)

    monkeypatch.setattr(Search, "feed", sure)
    assert run(until_caught=True).violations


@pytest.mark.parametrize("number", range(len(ALPHABETS)))
def test_enumeration_itself_sums_to_1(number: int) -> None:
    process = TinyProcess(number, ALPHABETS[number], depth=4, top_k=3)
    assert sum(process.texts().values()) == pytest.approx(1.0)
