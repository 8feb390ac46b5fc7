"""The measures, against texts with every keystroke written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import ConfigError
from autocomplete.evaluation.binomial import interval
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.columns import ReplayResult, together
from autocomplete.evaluation.replay.intervals import bootstrap, share_interval
from autocomplete.evaluation.replay.metrics import (
    CUTOFFS,
    Figures,
    Meter,
    View,
    bins,
    brier,
    calibration_error,
    calibration_noise,
    curve,
)
from autocomplete.evaluation.replay.runner import replay_all
from tests.evaluation.typing_reference import fresh

TEXT = "I am so sad"


def answers(after_s: float = 0.5) -> ScriptedBackend:
    """Return a model of whole words that knows what to say of `TEXT`: after what is typed, words and their probabilities."""
    table: dict[tuple[str, str], dict[str, float]] = {
        ("", "I"): {"It": 0.4},
        ("I", " "): {" am": 0.7, " do": 0.2},
        ("I", " a"): {" am": 0.9},
        ("I am", " "): {" sad": 0.6, " so": 0.3},
        ("I am", " s"): {" sad": after_s, " so": 0.25},
        ("I am so", " "): {" sad": 0.8},
    }

    def answer(request: Request) -> Answer:
        words = table.get((request.context, request.starts_with.decode()), {})
        return Distribution.from_pairs(((w.encode(), p) for w, p in words.items()), whole_words=True)

    return ScriptedBackend(answer, capabilities=Capabilities(filters=True, local=True))


async def replayed(backend: ScriptedBackend, *texts: str) -> ReplayResult:
    documents = [Document(f"text {i}", text) for i, text in enumerate(texts)]
    return await replay_all(fresh(backend, 0.5, 0.2), documents, lowest=0.0)


def counts(figures: Figures) -> list[int]:
    """Return positions, accepts, glances, shows, right, covered, withdrawn and requests at the only cutoff."""
    f = figures
    columns = (f.positions, f.accepts, f.glances, f.shows, f.right, f.covered, f.withdrawn, f.requests)
    return [int(column[0]) for column in columns]


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [
        # I, then "t" of "It" stands there (wrong), space, "am" is accepted with its space, s: "sad" stands there (wrong) and
        # goes on as "ad", o, space, "sad" is accepted. Keys: I _ TAB s o _ TAB.
        (0.4, [7, 2, 4 + 1, 4, 2, 3, 0, 6]),
        # The same without "It".
        (0.5, [7, 2, 4, 3, 2, 3, 0, 6]),
        # "sad" for "so" appears no more. Keys: I _ TAB s o _ TAB.
        (0.65, [7, 2, 2, 2, 2, 2, 0, 6]),
        # "am" appears after its a only. Keys: I _ a TAB s o _ TAB.
        (0.75, [8, 2, 2, 2, 2, 2, 0, 7]),
        # Only "am" after its a: I _ a TAB s o _ s a d.
        (0.85, [10, 1, 1, 1, 1, 1, 0, 9]),
        # Nothing: every character is typed, and about all but the first a question was put.
        (0.95, [11, 0, 0, 0, 0, 0, 0, 10]),
    ],
)
async def test_every_keystroke_is_counted(cutoff: float, expected: list[int]) -> None:
    figures = Meter(await replayed(answers(), TEXT)).at(cutoff)
    assert counts(figures) == expected


async def test_measures_are_those_of_the_design() -> None:
    at = Meter(await replayed(answers(), TEXT)).at([0.5, 0.95])
    assert at.savings.tolist() == pytest.approx([1 - 7 / 11, 0.0])
    assert at.precision[0] == pytest.approx(2 / 3)
    assert at.precision_of_glances[0] == pytest.approx(2 / 4)
    assert at.coverage.tolist() == [0.75, 0.0]
    assert at.shows_per_100_words.tolist() == [75.0, 0.0]
    assert at.saved_per_show[0] == pytest.approx(4 / 3)
    assert at.requests_per_word.tolist() == [6 / 4, 10 / 4]
    assert at.withdrawn_per_100_shows[0] == 0.0
    assert all(math.isnan(getattr(at, name)[1]) for name in ("precision", "saved_per_show", "withdrawn_per_100_shows"))


@pytest.mark.parametrize(
    ("tokens", "max_words", "counts"),
    [
        (
            ["我", "们", "去", "公", "园"],
            1,
            (5, 2, 4),
        ),  # each letter is a word; four requests reach three of them: 们去公
        (["ไป", "เที่ยว", "กัน"], 1, (8, 1, 7)),
        (["He", " is", " so", " sad", "."], 3, (4, 1 + 1, 1 + 3)),
        (["He", " is", " so", " sad", "."], 1, (4, 4, 4)),
    ],
)
async def test_an_accepted_phrase_is_one_show_and_covers_all_its_words(
    tokens: list[str], max_words: int, counts: tuple[int, int, int]
) -> None:
    text = "".join(tokens)

    def answer(request: Request) -> Answer:
        """Tell which token comes next in the text."""
        begun = next((n for n in range(len(tokens)) if "".join(tokens[:n]) == request.context), None)
        return Distribution.from_pairs([] if begun is None else [(tokens[begun].encode(), 0.98)])

    engine = fresh(ScriptedBackend(answer, capabilities=Capabilities(local=True)), 0.5, 0.2, max_words=max_words)
    at = Meter(await replay_all(engine, [Document("", text)], lowest=0.5, highest=0.5)).at(0.5)
    n_words, n_shows, n_covered = counts
    assert (int(at.words[0]), int(at.shows[0]), int(at.covered[0])) == counts
    assert at.precision[0] == 1.0
    assert at.coverage[0] == n_covered / n_words
    assert at.shows_per_100_words[0] == 100 * n_shows / n_words


async def test_a_ghost_that_falls_below_what_keeps_it_is_withdrawn() -> None:
    meter = Meter(await replayed(answers(after_s=0.4), TEXT))
    # "sad" appears up to .6; once its s is typed it has .4, which keeps it up to .5 (less the hysteresis of a fifth).
    assert counts(meter.at(0.5))[-2] == 0
    assert counts(meter.at(0.5001))[-2] == 1
    assert counts(meter.at(0.61))[-2] == 0
    assert meter.at(0.55).withdrawn_per_100_shows[0] == pytest.approx(100 / 3)


async def test_the_text_tells_which_words_were_shown_right_or_wrong() -> None:
    view = View(await replayed(answers(), TEXT))
    found = view.at(0.5)
    assert found.word.tolist() == [1, 2, 3]
    assert found.right.tolist() == [True, False, True]
    assert found.typed.tolist() == [0, 0, 0]
    assert found.completion == ["am", "sad", "sad"]
    assert view.at(0.75).typed.tolist() == [1, 0]
    assert view.at(0.95).completion == []


async def test_documents_add_up_and_cutoffs_that_were_not_replayed_are_refused() -> None:
    both = await replayed(answers(), TEXT, TEXT)
    once = await replayed(answers(), TEXT)
    cutoffs = [cutoff for cutoff in CUTOFFS if cutoff <= 1.0]
    one, two = curve(once, cutoffs), curve(both, cutoffs)
    assert two.positions.tolist() == (2 * one.positions).tolist()
    assert np.array_equal(two.precision, one.precision, equal_nan=True)
    narrow = await replay_all(fresh(answers(), 0.5, 0.2), [Document("", TEXT)], lowest=0.5, highest=0.5)
    assert counts(curve(narrow, [0.5])) == counts(curve(once, [0.5]))
    with pytest.raises(ConfigError, match=r"tells of cutoffs from 0\.5 to 0\.5 only"):
        curve(narrow, [0.4])
    with pytest.raises(ConfigError, match="same model"):
        together([once, narrow])


def test_the_calibration_error_of_true_probabilities_is_what_is_put_down_to_chance() -> None:
    rng = np.random.default_rng(7)
    for stated in (rng.beta(0.4, 0.8, 3000), rng.random(40), np.array([0.3])):
        drawn = [calibration_error(stated, rng.random(len(stated)) < stated) for _ in range(400)]
        assert calibration_noise(stated) == pytest.approx(np.mean(drawn), rel=0.1)
    assert calibration_noise(np.empty(0)) == 0.0


def test_calibration_error_and_brier_of_four_positions() -> None:
    stated = np.array([0.2, 0.4, 0.6, 0.8])
    right = np.array([False, True, True, True])
    found = bins(stated, right, 2)
    assert found.stated.tolist() == pytest.approx([0.3, 0.7])
    assert found.observed.tolist() == [0.5, 1.0]
    assert calibration_error(stated, right, 2) == pytest.approx((0.2 + 0.3) / 2)
    assert brier(stated, right) == pytest.approx((0.04 + 0.36 + 0.16 + 0.04) / 4)


def test_neither_the_order_of_equal_probabilities_nor_dust_of_floating_point_changes_the_calibration_error() -> None:
    rng = np.random.default_rng(5)
    stated = np.repeat([0.1, 0.3, 0.5, 0.7], [7, 13, 11, 8])
    right = rng.random(39) < stated
    found = calibration_error(stated, right)
    for _ in range(20):
        order = rng.permutation(39)
        dusty = stated[order] + rng.uniform(-1e-14, 1e-14, 39)
        assert calibration_error(dusty, right[order]) == pytest.approx(found, abs=1e-12)
    assert calibration_error(np.full(30, 0.5), np.arange(30) < 15) == pytest.approx(0.0)


def test_of_no_position_nothing_is_known() -> None:
    nothing = np.empty(0), np.empty(0, dtype=np.bool_)
    assert calibration_error(*nothing) == 0.0
    assert math.isnan(brier(*nothing))


async def test_intervals_hold_the_figure_and_are_the_same_for_the_same_seed() -> None:
    found = await replayed(answers(), *[TEXT] * 10, *["I am sad so"] * 15)
    cutoffs = [0.5, 0.75, 0.95]
    intervals = bootstrap(found, cutoffs, seed=1)
    assert (intervals.unit, intervals.n_units) == ("documents", 25)
    figures = curve(found, cutoffs)
    for measure in ("savings", "precision", "coverage", "requests_per_word"):
        value, low, high = getattr(figures, measure), intervals[measure].low, intervals[measure].high
        known = ~np.isnan(value)
        assert (low[known] <= value[known]).all() and (value[known] <= high[known]).all()
        assert np.array_equal(low, bootstrap(found, cutoffs, seed=1)[measure].low, equal_nan=True)
    assert math.isnan(intervals["precision"].low[2])
    assert intervals["ece"].low[0] <= calibration_error(*found.labels()[:2]) + 0.05


async def test_the_interval_of_the_calibration_error_holds_it_also_where_a_model_tells_the_truth() -> None:
    """Each draw has the noise of the text and that of drawing: without a correction all of them lie above the error."""
    rng = np.random.default_rng(3)
    chances = rng.uniform(0.1, 0.9, 400).tolist()
    words = ["cat" if rng.uniform() < chance else "dog" for chance in chances]

    def answer(request: Request) -> Answer:
        n_words = len(request.context.split())
        if request.starts_with != b" " or n_words >= len(chances):
            return Distribution.from_pairs((), whole_words=True)
        pairs = ((b" cat", chances[n_words]), (b" dog", 1.0 - chances[n_words]))
        return Distribution.from_pairs(pairs, whole_words=True)

    found = await replayed(ScriptedBackend(answer, capabilities=Capabilities(filters=True, local=True)), " ".join(words))
    error, ends = calibration_error(*found.labels()[:2]), bootstrap(found, [0.5])["ece"]
    assert ends.low[0] < error < ends.high[0]
    assert ends.low[0] >= 0.0


async def test_few_documents_are_drawn_by_stretches_of_words() -> None:
    intervals = bootstrap(await replayed(answers(), " ".join([TEXT] * 150)), [0.5])
    assert (intervals.unit, intervals.n_units) == ("stretches of 15 words", 40)
    few = bootstrap(await replayed(answers(), TEXT), [0.5])
    assert (few.unit, few.n_units) == ("stretches of 10 words", 1)


def test_of_shows_that_were_all_right_it_is_not_known_that_all_are() -> None:
    """25 of 25: Wilson (1927) has 86.7% at the lower end; where neighbours are alike the rest of it is known less well."""
    right = np.full((25, 1), 1.0)
    found = share_interval(right, right)
    assert (round(float(found.low[0]), 3), float(found.high[0])) == (0.867, 1.0)
    rng = np.random.default_rng(1)
    alike = np.repeat(10.0 * (rng.random((40, 1)) < 0.8), 2, axis=1)
    alike[:, 1] = 10.0  # a stricter cutoff, at which nothing was wrong: it has the design effect of the looser one
    whole = np.full((40, 2), 10.0)
    widened, strict = share_interval(alike, whole), share_interval(whole[:, 1:], whole[:, 1:])
    assert widened.low[1] < strict.low[0] - 0.05
    assert widened.high[0] - widened.low[0] > 0.2
    nothing = share_interval(np.zeros((3, 1)), np.zeros((3, 1)))
    assert math.isnan(nothing.low[0])
    assert math.isnan(nothing.high[0])


def test_the_share_of_keys_saved_rests_on_words_not_on_letters() -> None:
    saved = share_interval(np.zeros((4, 1)), np.full((4, 1), 50.0), together=5.0)
    assert float(saved.high[0]) == pytest.approx(interval(0, 40)[1])
