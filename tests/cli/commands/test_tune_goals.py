"""Goals of `autocomplete tune`: what is recommended, what is saved, and the exit code that says whether one is met."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autocomplete.config.settings import load_settings, settings_path
from tests.cli.commands.running import Run

SENTENCES = (
    "Dear Ann, I look forward to hearing from you. It was good to see you and the children again, "
    "and I hope that we can do it in the summer.\n"
)

#: An interval that says that nothing else can be: from all to all.
CERTAIN = re.compile(r"\b100(?:\.0)?%?[-–]100")


@pytest.fixture
def few(home: Path) -> Path:
    """Return a text of 30 words."""
    path = home / "few.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


@pytest.fixture
def many(home: Path) -> Path:
    """Return a text of 240 words, most of which are easy to foresee."""
    path = home / "many.txt"
    path.write_text(SENTENCES * 8, encoding="utf-8")
    return path


def test_what_to_do_is_said_in_words(run: Run, many: Path) -> None:
    found = run("tune", many)
    assert found.code == 0
    *_, what, yours, why = found.out.splitlines()
    assert re.fullmatch(
        r"Recommended: set cutoff = 0\.\d+ \(--save does it\): (\d+ of 100?|all) suggestions right, \d+ in 100 words, "
        r"\d+% of keys saved",
        what,
    )
    assert yours.startswith("  yours (0.6): ")
    assert why.startswith("  precision=0.9: certified: at least 90% right")


def test_too_few_words_recommend_nothing(run: Run, few: Path) -> None:
    for goal in ((), ("--goal", "savings=max"), ("--goal", "precision=0.5"), ("--goal", "shows<=5/100 words")):
        assert "Recommended: nothing yet: 70 more words needed" in run("tune", few, *goal).out
    assert run("tune", few).code == 0  # no goal was asked for
    assert run("tune", few, "--goal", "savings=max").code == 1


def test_most_keys_saved_is_recommended_only_to_who_asks_for_it(run: Run, home: Path) -> None:
    (home / "odd.txt").write_text(" ".join(f"zq{i}x the of vw{i}" for i in range(60)), encoding="utf-8")
    found = run("tune", "odd.txt")
    assert "  savings=max: " in found.out
    assert "Recommended: nothing" in found.out
    assert "Recommended: set cutoff = " in run("tune", "odd.txt", "--goal", "savings=max").out


@pytest.mark.parametrize("to", ["--plain", "--json", "--csv", "--report=out.html"])
def test_no_interval_says_that_all_shows_will_be_right(run: Run, few: Path, to: str) -> None:
    found = run("tune", few, to)
    text = Path("out.html").read_text(encoding="utf-8") if "html" in to else found.out
    assert not CERTAIN.search(text)
    if to == "--json":
        figures = json.loads(text)["models"][0]["figures"]
        shares = [row[name] for row in figures for name in ("precision", "coverage", "savings", "precision_of_glances")]
        assert all(share["low"] < share["high"] for share in shares if share["value"] is not None)


def test_a_goal_that_is_not_met_has_no_cutoff_and_an_exit_code_of_its_own(run: Run, many: Path) -> None:
    found = run("tune", many, "--goal", "precision=0.999", "--json", "--report", "out.html")
    assert found.code == 1
    goal = json.loads(found.out)["models"][0]["goals"][0]
    assert (goal["met"], goal["cutoff"]) == (False, None)
    assert '<th scope="row">precision=0.999</th><td>–</td>' in Path("out.html").read_text(encoding="utf-8")
    assert run("tune", many, "--goal", "precision=0.999", "--goal", "precision=0.8").code == 0
    found = run("tune", many, "--goal", "precision=0.999")
    assert re.search(r"Recommended: nothing yet: (about|to prove)", found.out)


def test_the_goal_of_the_settings_is_that_of_the_command(run: Run, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_GOAL", "shows<=5/100 words")
    assert "  shows<=5/100 words: " in run("tune", many).out.splitlines()[-1]


def test_what_is_recommended_is_saved(run: Run, many: Path) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('goal = "time" # mine\n')
    found = run("tune", many, "--goal", "savings=max", "--save")
    assert found.code == 0
    assert "Saved cutoff = " in found.err
    assert "settings.toml, in place of the goal time." in found.err
    assert load_settings().goal is None
    assert f"= {load_settings().cutoff:g}" in found.err
    found = run("tune", many, "--goal", "time", "--save")
    assert found.code == 0
    assert 'Recommended: set goal = "time" (--save does it): ' in found.out
    assert "in place of" not in found.err
    assert load_settings().goal == "time"
    assert "in place of" not in run("tune", many, "--goal", "time", "--save").err


def test_nothing_is_saved_where_no_goal_is_met(run: Run, many: Path) -> None:
    found = run("tune", many, "--goal", "precision=0.999", "--save")
    assert found.code == 1
    (line,) = found.err.splitlines()
    assert line.startswith("autocomplete: Nothing is saved. precision=0.999: not certified yet: ")
    assert "--force" not in line
    assert not settings_path().exists()


def test_from_few_words_nothing_is_saved_unless_it_is_forced(run: Run, few: Path) -> None:
    found = run("tune", few, "--goal", "savings=max", "--save")
    assert found.code == 1
    assert found.err == ("autocomplete: Nothing is saved. savings=max: 70 more words needed. --force answers from fewer.\n")
    assert not settings_path().exists()
    assert run("tune", few, "--goal", "savings=max", "--save", "--force").code == 0
    assert settings_path().exists()
