"""Probabilities that mean what they say: the fitted map, and what is learned of it from what came."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.online_calibration import OnlineCalibration
from autocomplete.embedded.ngram.calibration import (
    IDENTITY,
    FittedParameters,
    calibrated_log_odds,
    candidate_of,
    features,
    log_odds,
    probability_of,
    with_probability,
)
from autocomplete.errors import ConfigError
from tests.embedded.adaptive.conftest import WEIGHTS


@given(
    st.lists(st.floats(0.001, 1.0), min_size=1, max_size=8),
    st.floats(0.001, 1.0),
    st.integers(0, 7),
    st.floats(0.0, 1.0),
)
def test_the_order_and_the_sum_are_kept(weights: list[float], rest: float, candidate: int, found: float) -> None:
    total = sum(weights) + rest
    tokens = [(b" %d" % i, w / total) for i, w in enumerate(sorted(weights, reverse=True))]
    changed, residual = with_probability(tokens, rest / total, min(candidate, len(tokens) - 1), found)
    assert sum(p for _, p in changed) + residual == pytest.approx(1.0)
    assert [token for token, _ in changed] == [token for token, _ in tokens]
    assert all(0.0 <= p <= 1.0 for _, p in changed)
    for (_, a), (_, b), (_, was_a), (_, was_b) in zip(changed, changed[1:], tokens, tokens[1:], strict=False):
        assert a >= b * (1 - 1e-9) if was_a > was_b else a >= b * (1 - 1e-5)


@pytest.mark.parametrize("typed", [b"", b" ", b" a", b" characters", " naïve".encode(), b"ab"])
def test_without_correction_the_stated_odds_are_kept(typed: bytes) -> None:
    tokens = [(typed + b"", 0.2), (typed + b" xyz", 0.1)] if typed else [(b",", 0.3), (b" xyz", 0.1)]
    candidate = candidate_of(tokens, typed)
    assert candidate == 1
    found = calibrated_log_odds(IDENTITY, features(tokens, candidate, typed))
    assert probability_of(found) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("tokens", "typed"),
    [([], b""), ([(b",", 0.9)], b""), ([(b" to", 0.9)], b" to"), ([(b"\n", 0.5)], b"")],
)
def test_where_no_word_can_be_shown_there_is_no_candidate(tokens: list[tuple[bytes, float]], typed: bytes) -> None:
    assert candidate_of(tokens, typed) is None


def offers(online: OnlineCalibration, came: str, token: bytes, n: int) -> None:
    text = "It"
    for _ in range(n):
        online.add_offer(text, b"", token, log_odds(0.5))
        online.add_offer(text, b" w", token, log_odds(0.5))
        text += came
        online.observe(text)


@pytest.mark.parametrize(("came", "surer"), [(" was", True), (" is", False), (" wasn't", False), (", was", False)])
def test_what_came_makes_it_surer_or_less_so(came: str, surer: bool) -> None:
    online = OnlineCalibration()
    offers(online, came, b" was", 20)
    assert (probability_of(online.corrected_log_odds(log_odds(0.5))) > 0.55) is surer
    assert (probability_of(online.corrected_log_odds(log_odds(0.5))) < 0.47) is not surer
    online.forget()
    assert probability_of(online.corrected_log_odds(log_odds(0.3))) == pytest.approx(0.3)


def test_a_text_that_did_not_go_on_teaches_nothing() -> None:
    online = OnlineCalibration()
    online.add_offer("It was", b"", b" not", log_odds(0.9))
    for other in ("It was", "It", "", "Elsewhere it was not"):
        online.observe(other)
    assert probability_of(online.corrected_log_odds(log_odds(0.9))) == pytest.approx(0.9)


@given(st.lists(st.tuples(st.booleans(), st.floats(-14, 14)), max_size=200))
def test_the_correction_stays_monotone(outcomes: list[tuple[bool, float]]) -> None:
    online = OnlineCalibration()
    text = "It"
    for right, odds in outcomes:
        online.add_offer(text, b"", b" was", odds)
        text += " was" if right else " is"
        online.observe(text)
    found = [probability_of(online.corrected_log_odds(odds)) for odds in (-9.0, -1.0, 0.0, 1.0, 9.0)]
    assert found == sorted(found)
    assert all(0.0 < p < 1.0 for p in found)


def test_tuning_is_read_as_it_was_written(tmp_path: Path) -> None:
    parameters = FittedParameters(IDENTITY, WEIGHTS)
    parameters.save(tmp_path / "tuning.json")
    assert FittedParameters.load(tmp_path / "tuning.json") == parameters


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"calibration": [1], "weights": []}', '{"calibration": null, "weights": [0.1]}']
)
def test_bad_tuning_is_a_config_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tuning.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="he tuning"):
        FittedParameters.load(path)
    with pytest.raises(ConfigError, match="he tuning"):
        FittedParameters.load(tmp_path / "missing.json")
