"""Goals: what can be said, what each comes to, and what is said where it cannot be met."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autocomplete.config.settings import load_settings
from autocomplete.core.gate import LengthAware
from autocomplete.errors import ConfigError
from autocomplete.evaluation.goals.certificate import BlockCounts
from autocomplete.evaluation.goals.goals import KNOWN, Goal, Kind, Point, parse_goal, solve

POINTS = [Point(0.9, 0.05, 0.97, 4.0), Point(0.6, 0.2, 0.85, 20.0), Point(0.3, 0.15, 0.5, 60.0)]


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        *((text, Goal(Kind.PRECISION, 0.9)) for text in ("precision=0.9", "precision=90%", " Precision >= .9 ")),
        *((text, Goal(Kind.SHOWS, 5.0)) for text in ("shows<=5/100 words", "shows<=5", "SHOWS = 5.0 / 100")),
        *((text, Goal(Kind.SAVINGS)) for text in ("savings=max", "savings")),
        *((text, Goal(Kind.TIME)) for text in ("time", "net time", "time=max")),
    ],
)
def test_goals_are_read(text: str, goal: Goal) -> None:
    assert parse_goal(text) == goal
    assert parse_goal(str(goal)) == goal


@pytest.mark.parametrize(
    "text",
    ["", " ", "precision", "precision=x", "shows<=-1", "shows", "best", "0.9", "precision=0,9", "💡", "savings=min"],
)
def test_an_unknown_goal_lists_the_known_ones_in_one_line(text: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_goal(text)
    assert KNOWN in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["precision=0", "precision=1", "precision=100%", "precision=9"])
def test_an_impossible_precision_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        parse_goal(text)


def test_the_most_savings() -> None:
    assert solve(Goal(Kind.SAVINGS), POINTS).cutoff == 0.6
    nothing = solve(Goal(Kind.SAVINGS), [Point(0.5, -0.1, 0.2, 9.0), Point(0.9, 0.0, float("nan"), 0.0)])
    assert (nothing.met, nothing.cutoff) == (False, 0.9)


def test_the_most_savings_within_a_number_of_shows() -> None:
    assert solve(Goal(Kind.SHOWS, 25.0), POINTS).cutoff == 0.6
    assert solve(Goal(Kind.SHOWS, 5.0), POINTS).cutoff == 0.9
    never = solve(Goal(Kind.SHOWS, 1.0), POINTS)
    assert (never.met, never.cutoff) == (False, 0.9)
    assert "the fewest are 4.0, at cutoff 0.9" in never.text


def test_a_precision_is_certified_or_what_is_missing_is_said() -> None:
    shown = np.ones((100, 1), np.int16)
    good = solve(parse_goal("precision=0.9"), [], BlockCounts.of_words(shown, shown, (0.8,)))
    assert (good.met, good.cutoff) == (True, 0.8)
    assert good.text.startswith("certified: at least 90% right, with 95% confidence")
    poor = solve(parse_goal("precision=0.9"), [], BlockCounts.of_words(shown, shown * 0, (0.8,)))
    assert not poor.met
    assert "cannot be met" in poor.text
    with pytest.raises(ConfigError):
        solve(parse_goal("precision=0.9"), POINTS)


def test_net_time_is_a_gate_of_ones_own_times() -> None:
    own = LengthAware(key_s=0.4)
    assert solve(Goal(Kind.TIME), [], gate=own).gate == own
    assert solve(Goal(Kind.TIME), []).gate == LengthAware()


@pytest.mark.parametrize("kind", [Kind.SAVINGS, Kind.SHOWS])
def test_goals_of_figures_need_figures(kind: Kind) -> None:
    with pytest.raises(ConfigError, match="typed or replayed"):
        solve(Goal(kind, 5), [])


def test_the_settings_take_a_goal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: tmp_path / "none.toml")
    assert load_settings(goal="precision = 90%").goal == "precision=0.9"
    assert load_settings(goal=" ").goal is None
    with pytest.raises(ConfigError, match=r"Bad goal: unknown goal 'best'. Known: precision=0.9"):
        load_settings(goal="best")
