"""`autocomplete stats` and `autocomplete calibrate`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from autocomplete.core.distribution import Usage
from autocomplete.evaluation.calibration.calibration import load_calibration
from autocomplete.evaluation.history.store import OutcomeStore
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from autocomplete.evaluation.word_shows import Label, Show
from tests.cli.commands.running import Run

ENGLISH = PredictionSource("english 0.1.0", "this machine")
TODAY = date(2026, 11, 21).toordinal()
WORD = WordOutcome(ENGLISH, TODAY, session=1, n_chars=10, keys=4, n_shown=1, n_right=1, requests=3)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OutcomeStore:
    path = tmp_path / "data" / "outcomes.db"
    monkeypatch.setattr("autocomplete.evaluation.history.store.store_path", lambda: path)
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr("platformdirs.user_data_path", lambda _: tmp_path / "data")
    return OutcomeStore(path)


def test_an_empty_store_says_what_to_do(run: Run, store: OutcomeStore) -> None:
    found = run("stats")
    assert found.code == 0
    assert "autocomplete FILE" in found.out
    assert not store.path.exists()


def test_switched_off_it_says_how_to_switch_it_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_STORE_OUTCOMES", "false")
    assert "store_outcomes = true" in run("stats").out


def test_a_day_and_a_model_are_a_line(run: Run, store: OutcomeStore) -> None:
    remote = PredictionSource("openai:gpt", "api.example.org", "estimated")
    store.add([WORD, replace(WORD, n_right=0), replace(WORD, day=TODAY - 1)])
    store.add([replace(WORD, source=remote, usage=Usage(900, 100))])
    lines = run("stats").out.splitlines()
    assert lines[0].split() == ["day", "model", "words", "shows", "right", "keys", "saved", "requests", "cost"]
    assert lines[1].split() == ["2026-11-20", "english", "0.1.0", "1", "1", "100%", "60.0%", "3", "-"]
    assert lines[2].split() == ["2026-11-21", "english", "0.1.0", "2", "2", "50%", "60.0%", "6", "-"]
    assert lines[3].split()[-3:] == ["3", "1000", "tokens"]
    assert lines[4].startswith("all days")


def test_a_model_whose_name_would_drive_the_terminal_is_escaped(run: Run, store: OutcomeStore) -> None:
    store.add([replace(WORD, source=PredictionSource("openai:a\x1b[2J\u202eb", "this machine"))])
    assert r"openai:a\x1b[2J\u202eb" in run("stats").out


def test_prices_make_a_cost(run: Run, store: OutcomeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_PROMPT_PRICE", "2")
    monkeypatch.setenv("AUTOCOMPLETE_COMPLETION_PRICE", "8")
    store.add([replace(WORD, usage=Usage(500_000, 250_000))])
    assert "3.0000" in run("stats").out
    assert json.loads(run("stats", "--json").out)["days"][0]["cost"] == 3.0


def test_only_the_newest_days_are_printed(run: Run, store: OutcomeStore) -> None:
    store.add([replace(WORD, day=TODAY - i) for i in range(30)])
    assert len(json.loads(run("stats", "--json").out)["days"]) == 14
    assert len(json.loads(run("stats", "--json", "--days", "0").out)["days"]) == 30


def test_hidden_words_tell_how_far_suggestions_steer(run: Run, store: OutcomeStore) -> None:
    store.add([*[WORD] * 90, *[replace(WORD, hidden=True, n_right=0)] * 40])
    out = run("stats").out
    assert "100 points more often where they are shown than where they are hidden (95%: +90 to +100" in out
    facts = json.loads(run("stats", "--json").out)
    assert (facts["hidden_words"], facts["suggestion_effect"], facts["suggestion_effect_high"]) == (40, 1.0, 1.0)
    assert 0.9 < facts["suggestion_effect_low"] < 1.0
    assert facts["days"][0]["shown"] == 90


def test_a_few_hidden_words_tell_nothing_and_say_so(run: Run, store: OutcomeStore) -> None:
    store.add([*[WORD] * 90, replace(WORD, hidden=True, n_right=0)])
    assert "How far suggestions steer you is not known yet: too few hidden words (1 of 30)." in run("stats").out
    facts = json.loads(run("stats", "--json").out)
    assert (facts["hidden_words"], facts["suggestion_effect"], facts["suggestion_effect_low"]) == (1, None, None)
    store.forget()
    store.add([*[WORD] * 5, *[replace(WORD, hidden=True)] * 30])
    assert "too few shown words (5 of 30)" in run("stats").out


def test_forgetting_deletes_the_file(run: Run, store: OutcomeStore) -> None:
    store.add([WORD])
    assert "deleted" in run("stats", "--forget").out
    assert list(store.path.parent.iterdir()) == []
    assert "no figures" in run("stats", "--forget").out


def test_a_damaged_store_is_told_and_moved_aside(run: Run, store: OutcomeStore) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"rubbish" * 999)
    found = run("stats")
    assert found.code == 2
    assert "outcomes.damaged-1.db" in found.err
    assert run("stats").code == 0


@pytest.mark.parametrize("arguments", [("--days", "-1"), ("--forget", "--json"), ("--days", "x")])
def test_bad_options_are_refused(run: Run, arguments: tuple[str, ...]) -> None:
    run("stats", *arguments).assert_refused()


@pytest.fixture
def labelled(store: OutcomeStore) -> Callable[[], None]:
    def fill() -> None:
        some = [replace(WORD, labels=(Label(i % 100 / 100, i % 100 > 70, i % 2 == 0),)) for i in range(900)]
        store.add(some)

    return fill


def test_without_words_it_says_what_to_do(run: Run) -> None:
    run("calibrate").assert_refused("write more in the editor, or name files")


def test_it_is_fitted_to_what_was_written_and_used_from_then_on(run: Run, labelled: Callable[[], None]) -> None:
    labelled()
    found = run("calibrate")
    assert found.code == 0
    assert "before: calibration error" in found.out
    assert "after: calibration error" in found.out
    stored = load_calibration(ENGLISH.key)
    assert stored is not None
    assert stored.n_labels == {"word start": 450, "inside a word": 450}
    assert run("calibrate", "--off").code == 0
    assert load_calibration(ENGLISH.key) is None


def test_a_dry_run_stores_nothing(run: Run, labelled: Callable[[], None]) -> None:
    labelled()
    assert run("calibrate", "--dry-run").code == 0
    assert load_calibration(ENGLISH.key) is None


@pytest.fixture
def truthful(store: OutcomeStore) -> None:
    """Fill the store with predictions that are right as often as they say."""
    rng = random.Random(3)
    stated = [rng.random() for _ in range(1200)]
    store.add([replace(WORD, labels=(Label(p, rng.random() < p, i % 2 == 0),)) for i, p in enumerate(stated)])


def test_what_is_no_better_than_nothing_is_not_stored(run: Run, truthful: None) -> None:
    found = run("calibrate")
    assert found.code == 1
    last = found.out.splitlines()[-1]
    assert last.startswith("Nothing is stored: on predictions that it had not seen it is not surely better (error 0.")
    assert re.search(r"error 0\.\d+ before, 0\.\d+ after; Brier score better by -?0\.\d+, 95%: -?0\.\d+ to -?0\.\d+\)", last)
    assert "--force" in last
    assert load_calibration(ENGLISH.key) is None
    assert "Stored in" in run("calibrate", "--force").out
    assert load_calibration(ENGLISH.key) is not None
    assert run("calibrate").out.splitlines()[-1] == "The calibration of earlier stays in force: --off deletes it."
    assert load_calibration(ENGLISH.key) is not None


def test_what_chance_alone_would_make_stands_beside_the_error(run: Run, truthful: None) -> None:
    out = run("calibrate", "--dry-run").out
    assert len(re.findall(r"(?:before|after): calibration error 0\.\d+, chance alone would make 0\.\d+", out)) == 2


def test_a_part_that_is_no_better_stays_as_it_is(run: Run, store: OutcomeStore) -> None:
    """Word starts are told too surely, inside words what is told is true."""
    rng = random.Random(5)
    stated = [rng.random() for _ in range(1600)]
    found = [Label(p, rng.random() < (p * p if i % 2 else p), i % 2 == 1) for i, p in enumerate(stated)]
    store.add([replace(WORD, labels=(label,)) for label in found])
    out = run("calibrate").out
    assert "Left as it is, not being surely better: inside a word." in out
    stored = load_calibration(ENGLISH.key)
    assert stored is not None
    assert list(stored.corrections) == list(stored.n_labels) == ["word start"]
    run("calibrate", "--force")
    stored = load_calibration(ENGLISH.key)
    assert stored is not None
    assert set(stored.corrections) == {"word start", "inside a word"}


def test_words_of_another_model_do_not_count(run: Run, labelled: Callable[[], None]) -> None:
    labelled()
    run("calibrate", "--model", "openai:gpt", "--base-url", "http://127.0.0.1:9/v1").assert_refused("Only 0 predictions")


def test_a_damaged_calibration_is_told(run: Run, labelled: Callable[[], None]) -> None:
    labelled()
    run("calibrate")
    path = next(Path.cwd().glob("data/calibration/*.json"))
    path.write_text("{", encoding="utf-8")
    assert "is damaged" in run("suggest", "I look forward to hearing ").err
    assert run("calibrate").code == 0


def test_a_goal_sets_the_gate_from_ones_own_words(run: Run, store: OutcomeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_GOAL", "precision=0.97")
    assert json.loads(run("suggest", "--json", "I look forward to hearing ").out)["cutoff"] == 0.97
    store.add([replace(WORD, shows=(Show(0.0, 0.7, True, 3),))] * 400)
    assert json.loads(run("suggest", "--json", "I look forward to hearing ").out)["cutoff"] <= 0.5
    given = run("suggest", "--json", "--cutoff", "0.8", "I look forward to hearing ")
    assert json.loads(given.out)["cutoff"] == 0.8


def test_calibrate_tells_that_the_store_was_damaged(run: Run, store: OutcomeStore) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"this is no database")
    run("calibrate").assert_refused("The outcome store was damaged: it lies in outcomes.damaged-1.db now")


def test_a_goal_leaves_a_damaged_store_to_those_who_tell_it(
    run: Run, store: OutcomeStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The editor opens its engine by the same goal, and afterwards the store, of which it tells."""
    monkeypatch.setenv("AUTOCOMPLETE_GOAL", "precision=0.9")
    store.path.parent.mkdir()
    store.path.write_bytes(b"this is no database")
    text = tmp_path / "text.txt"
    text.write_text("I look forward to hearing from you. " * 9, encoding="utf-8")
    assert run("suggest", "I look forward to hearing fr").code == 0
    assert run("tune", text).code == 1  # 63 words prove nothing
    assert "The outcome store was damaged" in run("stats").err
    assert store.path.with_name("outcomes.damaged-1.db").read_bytes() == b"this is no database"
