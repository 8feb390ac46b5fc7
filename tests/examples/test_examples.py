"""Each example runs as a user would run it, from its own folder, with no settings and no keys."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ModelServer

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*.py"))


def _run(name: str, *arguments: str, folder: Path, rc: int = 0) -> str:
    """Return what an example prints (where it fails, on standard error)."""
    unset = {"OPENAI_API_KEY", "OPENAI_BASE_URL"}
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == rc, done.stderr
    return done.stderr if rc else done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_short_says_what_it_shows_and_is_listed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    assert text.startswith('"""')
    assert f"python examples/{path.name}" in text
    assert f"]({path.name})" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def test_embedding_shows_what_is_sure_and_withholds_what_is_not(tmp_path: Path) -> None:
    shown, withheld = _run("embed_in_ten_lines.py", folder=tmp_path).splitlines()
    assert shown.startswith("I look forward to hearing fr[om] ")
    assert withheld.startswith("I look forward to hearing [] ")


def test_the_custom_gate_never_lets_short_completions_through(tmp_path: Path) -> None:
    rows = [line[32:].split() for line in _run("custom_gate.py", folder=tmp_path).splitlines()[1:]]
    assert len(rows) == 5
    assert all(worth == (fixed if len(fixed) >= 3 else "-") for fixed, worth in rows)
    assert {len(fixed) >= 3 for fixed, _ in rows} == {True, False}


def test_the_custom_backend_completes_with_the_words_of_its_text(tmp_path: Path) -> None:
    lines = _run("custom_backend.py", folder=tmp_path).splitlines()
    assert [line.partition("   ")[0] for line in lines] == [
        "that lay [in]",
        "the house th[at]",
        "This is the []",
        "the r[at]",
    ]


def test_the_custom_backend_learns_from_a_file(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Meet Zaphod. Ask Zaphod about the Zarquon.", encoding="utf-8")
    printed = _run("custom_backend.py", "--text", str(notes), "--before", "the ", "--before", "xyzzy ", folder=tmp_path)
    assert printed.splitlines()[0].startswith("the [Zarquon]")
    assert printed.splitlines()[1].startswith("xyzzy []")


def test_a_headline_is_labelled_only_when_the_label_passes(tmp_path: Path) -> None:
    labels = [line.partition("   ")[0] for line in _run("label_headline.py", folder=tmp_path).splitlines()]
    assert [label.split()[0] for label in labels] == ["Science", "Sports", "not"]
    assert _run("label_headline.py", "--cutoff", "0.95", folder=tmp_path).count("not sure") == 3


def test_a_question_is_answered_only_where_the_text_holds_the_answer(tmp_path: Path) -> None:
    answered, abstained = _run("answer_or_abstain.py", folder=tmp_path).splitlines()
    assert "arrive?  Thursday   ('Thursday' has at least" in answered
    assert "weigh?  I do not know.   (is the answer in the text? 'No' has at least" in abstained


def test_word_probabilities_are_bounds_and_make_a_perplexity(tmp_path: Path) -> None:
    *words, last = _run("word_probabilities.py", folder=tmp_path).splitlines()
    rows = [(float(row[1]), float(row[2])) for row in (re.split(r"\s+(?:to\s+)?", line) for line in words)]
    assert " ".join(line.split()[0] for line in words) == "I would like to thank you for your help"
    assert all(0.0 < lower <= upper <= 1.0 for lower, upper in rows)
    expected = math.exp(-sum(math.log(lower) for lower, _ in rows) / len(rows))
    assert float(last.split()[-1]) == pytest.approx(expected, rel=0.02)


def test_the_probability_of_a_word_is_that_of_the_model(tmp_path: Path, server: ModelServer) -> None:
    printed = _run("word_probabilities.py", "--model", "openai:m", "--base-url", server.url, "Thank you.", folder=tmp_path)
    lower, upper = (float(number) for number in printed.splitlines()[1].split()[1::2])
    assert printed.splitlines()[1].startswith("you ")
    after = dict(enumerate(server.model.full("Thank")))
    spaced = sum(p for token, p in after.items() if server.model.tokens[token].startswith(b" "))
    whole = sum(p for token, p in after.items() if server.model.tokens[token] == b" you") / spaced
    assert 0.0 < lower <= whole + 1e-3  # other ways to spell it have next to nothing
    assert lower < upper


def test_word_probabilities_of_a_chat_model_are_refused(tmp_path: Path, server: ModelServer) -> None:
    server.be(endpoints="chat")
    arguments = ("--model", "openai:m", "--base-url", server.url, "Thank you.")
    assert "answers a text instead" in _run("word_probabilities.py", *arguments, folder=tmp_path, rc=2)


@pytest.mark.parametrize("name", [path.name for path in FILES if "--base-url" in path.read_text(encoding="utf-8")])
def test_a_server_that_is_not_there_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    told = _run(name, "--model", "openai:m", "--base-url", "http://127.0.0.1:9/v1", folder=tmp_path, rc=1)
    assert told.startswith("Cannot reach http://127.0.0.1:9/v1.")
    assert len(told.splitlines()) == 1


def test_remembering_knows_the_letter_and_not_the_diary(tmp_path: Path) -> None:
    assert _run("remember.py", folder=tmp_path).splitlines() == [
        "Where is the Que[llwerk]",
        "Ask Ann Gru[ndlach]",
        "What is the Xylb[]",
        "own words: Grundlach, Quellwerk",
        "forgotten: True",
    ]


def test_a_text_is_measured_at_many_cutoffs_and_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("I look forward to hearing from you, and to seeing you soon. " * 3, encoding="utf-8")
    (tmp_path / "none.txt").write_bytes(b"\0\0")
    told, words, _, *rows = _run("measure_your_text.py", "none.txt", "mine.txt", folder=tmp_path).splitlines()
    assert told.startswith("none.txt is no text")
    assert words == "36 words"
    assert [row.split()[0] for row in rows] == ["0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]
    assert "No file was given" in _run("measure_your_text.py", folder=tmp_path, rc=1)
