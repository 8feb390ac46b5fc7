"""A replay made ready to be looked at: it says what the metrics say, and marks what was shown."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from autocomplete.errors import ConfigError
from autocomplete.evaluation.goals.certificate import BlockCounts, rows_of
from autocomplete.evaluation.goals.goals import Goal, Kind
from autocomplete.evaluation.measures import MEASURES
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.metrics import Meter
from autocomplete.evaluation.report.summary import ReplaySummary, tally
from autocomplete.evaluation.word_shows import Show
from tests.evaluation.cases import SENTENCE, texts, tuned, whole


@pytest.fixture
def found() -> ReplaySummary:
    return whole()


def test_figures_are_those_of_the_metrics(found: ReplaySummary) -> None:
    meter = Meter(found.replayed)
    for cutoff in (0.05, 0.5, 0.62, 1.0):
        at = found.at(cutoff)
        for name in (measure.name for measure in MEASURES):
            assert at[name].value == pytest.approx(getattr(meter.at(cutoff), name)[0], nan_ok=True)
    assert found.curve("precision")[found.stop(0.5)] == at_half(found, "precision")


def at_half(found: ReplaySummary, name: str) -> float:
    return found.at(0.5)[name].value


def test_intervals_hold_the_figures(found: ReplaySummary) -> None:
    for estimate in found.at(0.5).values():
        assert estimate.low <= estimate.value + 1e-9
        assert estimate.value <= estimate.high + 1e-9


@pytest.mark.parametrize(("cutoff", "nearest"), [(0.0, 0.05), (0.514, 0.51), (0.99951, 0.9995), (2.0, 1.0)])
def test_the_nearest_stop(found: ReplaySummary, cutoff: float, nearest: float) -> None:
    assert found.cutoffs[found.stop(cutoff)] == nearest


def test_words_that_are_completed_and_words_with_wrong_shows() -> None:
    found = tuned(texts(SENTENCE))
    marks = found.marks(0, 0.5)
    words = {SENTENCE[mark.start : mark.end]: mark for mark in marks.between(0, len(SENTENCE))}
    assert words["am"].right
    assert (words["so"].right, words["so"].completion.strip()) == (False, "sad")
    assert "there" not in words
    assert marks.n_wrong == len([mark for mark in words.values() if not mark.right])
    assert marks.n_right + marks.n_wrong == len(words)
    assert found.marks(0, 0.99).between(0, len(SENTENCE)) == []


def test_a_stretch_of_text_has_the_marks_that_reach_into_it() -> None:
    found = tuned(texts(SENTENCE))
    at = SENTENCE.index("sad")
    (mark,) = found.marks(0, 0.5).between(at + 1, at + 2)
    assert SENTENCE[mark.start : mark.end] == "sad"
    assert found.marks(0, 0.5).between(at + 3, at + 4) == []


def test_going_through_wrong_words_both_ways() -> None:
    marks = tuned(texts(f"{SENTENCE} {SENTENCE}")).marks(0, 0.3)
    wrong = [mark for mark in marks.between(0, 2 * len(SENTENCE)) if not mark.right]
    assert len(wrong) >= 2
    at, forwards = -1, []
    while (mark := marks.wrong_after(at)) is not None:
        forwards.append(mark)
        at = mark.start
    assert forwards == wrong
    assert marks.wrong_before(wrong[1].start) == wrong[0]
    assert marks.wrong_before(wrong[0].start) is None


def test_each_document_has_its_own_marks() -> None:
    found = tuned(texts("Nothing is known of this.", SENTENCE))
    assert found.marks(0, 0.5).n_right == 0
    assert found.marks(1, 0.5).n_right > 0


def test_the_tally_counts_as_certificates_do() -> None:
    documents = texts(" ".join([SENTENCE] * 3) + "\n" + SENTENCE, SENTENCE)
    found = tuned(documents)
    counted = tally(found.replayed)
    replayed, states, outcomes = found.replayed, found.replayed.states, found.replayed.outcomes
    begun = [0, replayed.documents[0].n_words]
    rows: list[list[Show]] = [[] for _ in range(replayed.n_words)]
    for row in np.flatnonzero(outcomes.first):
        document, word = states.document[outcomes.state[row]], states.word[outcomes.state[row]]
        if word >= 0:
            rows[begun[document] + word].append(Show(outcomes.low[row], outcomes.high[row], bool(outcomes.right[row]), 0))
    pairs = [rows_of(row, counted.cutoffs) for row in rows]
    expected = BlockCounts.of_words(np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]), counted.cutoffs)
    assert (counted.right == expected.right).all()
    assert counted.n_words == expected.n_words
    # shows before a line break count too, with the word after it
    assert (counted.shown >= expected.shown).all()
    at = list(counted.cutoffs).index(0.5)
    assert counted.shown.sum(axis=0)[at] == Meter(replayed).at(0.5).shows[0]
    assert (counted.covered == expected.covered).all()


def test_a_goal_that_cannot_be_met_says_the_best() -> None:
    found = tuned(wanted=[Goal(Kind.SHOWS, 0.0), Goal(Kind.PRECISION, 0.999)], lowest=0.3)
    assert found.choices[1].met is False
    assert found.recommended is not None  # nothing shown at all meets the first
    assert tuned(wanted=[Goal(Kind.PRECISION, 0.999)]).recommended is None
    assert "%" in tuned(wanted=[Goal(Kind.PRECISION, 0.999)]).advice.line


def test_the_first_wanted_goal_that_is_met_is_recommended() -> None:
    wanted = [Goal(Kind.PRECISION, 0.999), Goal(Kind.SAVINGS)]
    found = tuned(wanted=wanted)
    assert found.recommended is not None
    assert found.recommended.goal == "savings=max"
    assert found.recommended.cutoff in found.cutoffs


def test_net_time_is_answered_by_a_gate_not_a_cutoff() -> None:
    found = tuned(wanted=[Goal(Kind.TIME)])
    assert found.recommended is not None
    assert not found.recommended.has_cutoff
    assert math.isnan(found.recommended.cutoff)


def test_other_documents_are_refused(found: ReplaySummary) -> None:
    with pytest.raises(ConfigError, match="not the documents"):
        ReplaySummary(found.replayed, [Document("a", "b")])
    with pytest.raises(ConfigError, match="no usual cutoff"):
        ReplaySummary(replace(found.replayed, lowest=0.551, highest=0.552), found.documents)


def test_a_model_that_knows_nothing_is_looked_at_too() -> None:
    found = tuned(texts("Nothing is known of this text by any means."))
    assert found.at(0.5)["savings"].value == 0.0
    assert math.isnan(found.at(0.5)["precision"].value)
    assert found.reliability[0].bins == ()
    assert not found.choices[0].met
