"""The bounds against exhaustive enumeration; `python -m benchmarks.core.soundness` runs the same 100,000 times."""

from __future__ import annotations

import pytest

from autocomplete.core import mass_tree
from autocomplete.core.characters import is_hostile
from autocomplete.core.decision import Bounds
from autocomplete.core.distribution import Distribution
from autocomplete.core.mass_tree import Candidate, MassTree
from autocomplete.core.search import Search
from tests.core.soundness import Tally, run_model
from tests.core.tiny_process import ALPHABETS, KINDS, TinyProcess

N_MODELS = 12 * len(KINDS)


def run(first: int = 0, n_models: int = N_MODELS, *, until_caught: bool = False) -> Tally:
    tally = Tally()
    for seed in range(first, first + n_models):
        run_model(seed, tally)
        if until_caught and tally.violations:
            break
    return tally


def test_bounds_hold_against_enumeration() -> None:
    tally = run()
    assert tally.violations == []
    for kind in KINDS:
        assert tally.counts[kind, "intervals"] > 100, kind
    for what in ("shown", "withheld", "undecided", "phrases of 2 shown", "phrases, cold", "phrases, warm"):
        assert tally.total(what) > 15, what


@pytest.mark.slow
def test_bounds_hold_against_enumeration_100_000_times() -> None:
    tally = run(N_MODELS, 3600)
    assert tally.violations == []
    assert tally.total("intervals") > 100_000


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


@pytest.mark.slow
def test_a_word_before_that_is_not_looked_at_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = mass_tree._starts_apart
    monkeypatch.setattr(mass_tree, "_starts_apart", lambda word, text: sound("x", text))
    assert {"Han", "digits", "emoji"} <= {kind for kind, _ in run().violations}


@pytest.mark.slow
def test_mass_that_is_lost_behind_a_word_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = MassTree._place

    def strict(self: MassTree, key: bytes, mass: float, ended: bool) -> None:
        if is_hostile(key.decode(errors="ignore")):
            self._off += mass
        else:
            sound(self, key, mass, ended)

    monkeypatch.setattr(MassTree, "_place", strict)
    assert {"hostile", "zero width"} <= {kind for kind, _ in run().violations}


@pytest.mark.slow
def test_a_displayed_word_that_is_measured_by_the_cutoff_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MassTree, "expect", lambda self, text, open_ended: None)
    assert any("may stay" in what for _, what in run().violations)


@pytest.mark.parametrize("number", range(len(ALPHABETS)))
def test_enumeration_itself_sums_to_1(number: int) -> None:
    process = TinyProcess(number, ALPHABETS[number], depth=4, top_k=3)
    assert sum(process.texts().values()) == pytest.approx(1.0)
