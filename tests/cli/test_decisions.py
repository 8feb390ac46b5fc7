"""One decision on the command line: what it prints, in process and as it is installed."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from autocomplete.core.percent import outward
from autocomplete.evaluation.calibration.calibration import REGIMES, ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Platt
from tests.cli.commands.running import Run, installed
from tests.support.server import ModelServer

SHOWN = "I look forward to hearing fr"
WITHHELD = "I look forward to hearing "


def test_suggest_shows_the_completion_at_the_cursor_and_why(run: Run) -> None:
    done = run("suggest", SHOWN)
    assert (done.code, done.err) == (0, "")
    first, why, *candidates, cost = done.out.splitlines()
    assert first == f"{SHOWN}[om]"
    assert "the cutoff is 60%" in why
    assert "%  " in candidates[0]
    assert candidates[0].endswith("'om'")
    assert cost.startswith("  english, 1 request")


def test_suggest_says_why_nothing_is_shown(run: Run) -> None:
    first, why, *_ = run("suggest", WITHHELD).out.splitlines()
    assert first == f"{WITHHELD}[]"
    assert "less than the cutoff of 60%" in why


def test_suggest_prints_only_the_last_line_of_a_text(run: Run) -> None:
    assert run("suggest", f"Dear Ann,\n\n{SHOWN}").out.startswith(f"{SHOWN}[om]\n")


def test_after_a_line_break_the_cursor_is_on_an_empty_line(run: Run) -> None:
    assert run("suggest", "Dear Ann,\n").out.startswith("[")


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_suggest_after_nothing_is_no_error(run: Run, text: str) -> None:
    done = run("suggest", text)
    assert done.code == 0
    assert "Nothing is typed yet." in done.out


@pytest.mark.parametrize("text", ["👩", "我喜欢", "안녕하세", "Donaudampfschiff", "a\r\nb", "foo(bar", "\x1b[31m", "\ud800"])
def test_any_text_gets_an_answer(run: Run, text: str) -> None:
    assert run("suggest", text).code == 0
    assert run("suggest", "--json", text).code == 0
    assert run("explain", text).code == 0


def test_nothing_printed_can_drive_the_terminal(run: Run) -> None:
    printed = run("suggest", "a \x1b]0;title\x07 \u202eb").out
    assert printed.startswith(r"a \x1b]0;title\x07 \u202eb")
    assert not set("\x1b\x07\u202e") & set(printed)


def test_an_error_cannot_drive_the_terminal(run: Run) -> None:
    run("suggest", "--model", "a\x1b[2J\u202e.ngram", "b").assert_refused(r"a\x1b[2J\u202e.ngram")


def test_a_probability_that_is_known_exactly_is_one_number(run: Run) -> None:
    _, why, *rows, cost = run("suggest", SHOWN).out.splitlines()
    assert re.fullmatch(r"'om' has 9\d\.\d%, the cutoff is 60%\.", why)
    assert all(re.match(r" +<?\d+(\.\d)?%  ['\"]", row) for row in rows)
    assert "calibrated" not in cost


def test_bounds_are_rounded_outwards(run: Run, server: ModelServer) -> None:
    remote = ("--model", "openai:tiny", "--base-url", server.url)
    decision = json.loads(run("suggest", "--json", "Thank yo", *remote).out)
    first = run("suggest", "Thank yo", *remote).out.splitlines()[2]
    lower, upper = re.match(r" +([\d.]+)–([\d.]+)%", first).groups()  # type: ignore[union-attr]
    assert float(lower) / 100 <= decision["bounds"]["lower"] < decision["bounds"]["upper"] <= float(upper) / 100


def test_what_is_calibrated_is_told_and_explained_by_one_set_of_figures(run: Run, server: ModelServer) -> None:
    remote = ("--model", "openai:tiny", "--base-url", server.url, "--cutoff", "0.2")
    place = server.url.replace("http://127.0.0.1", "localhost")
    stated = json.loads(run("suggest", "--json", SHOWN, *remote).out)
    ModelCalibration(f"tiny at {place}", dict.fromkeys(REGIMES, Platt(0.5, 0.3)), {REGIMES[1]: 207}).save()
    corrected = json.loads(run("suggest", "--json", SHOWN, *remote).out)
    assert (stated["calibrated"], corrected["calibrated"]) == (False, True)
    assert ", calibrated, " in run("suggest", SHOWN, *remote).out.splitlines()[-1]
    before, after = (found["bounds"]["lower"] for found in (stated, corrected))
    lines = run("explain", SHOWN, *remote).out.splitlines()
    assert lines[-2] == f"calibrated (207 labels): {before:.3f} -> {after:.3f}"
    assert f"has at least {before:.3f}" in lines[-4]
    assert f"{outward(after):g}%" in lines[-1]


JSON_SCHEMA = {
    "shown": bool,
    "completion": str,
    "bounds": dict,
    "calibrated": bool,
    "cutoff": float,
    "reason": str,
    "explanation": str,
    "mode": str,
    "attainable": float,
    "alternatives": list,
    "source": str,
    "requests": int,
    "latency_s": float,
    "usage": dict,
}


@pytest.mark.parametrize("text", [SHOWN, WITHHELD, ""])
def test_json_has_exactly_these_fields(run: Run, text: str) -> None:
    done = run("suggest", "--json", text)
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    decision = json.loads(done.out)
    assert {name: type(value) for name, value in decision.items()} == JSON_SCHEMA
    assert set(decision["bounds"]) == {"lower", "upper"}
    assert set(decision["usage"]) == {"prompt_tokens", "completion_tokens"}
    for alternative in decision["alternatives"]:
        assert set(alternative) == {"completion", "bounds", "attainable", "open_ended"}


def test_json_holds_the_decision_and_not_the_text(run: Run) -> None:
    done = run("suggest", "--json", SHOWN)
    decision = json.loads(done.out)
    assert (decision["shown"], decision["completion"], decision["reason"]) == (True, "om", "shown")
    assert 0.6 <= decision["bounds"]["lower"] <= decision["bounds"]["upper"] <= 1.0
    assert decision["bounds"] == decision["alternatives"][0]["bounds"]
    assert "look forward" not in done.out


def test_options_reach_the_engine(run: Run) -> None:
    withheld = json.loads(run("suggest", "--json", "--cutoff", "0.999999", SHOWN).out)
    assert (withheld["shown"], withheld["cutoff"]) == (False, 0.999999)
    asked = json.loads(run("suggest", "--json", "--max-requests", "0", SHOWN).out)
    assert (asked["requests"], asked["reason"]) == (0, "undecided")
    words = json.loads(run("suggest", "--json", "--max-words", "4", "--cutoff", "0.02", SHOWN).out)
    assert len(words["completion"].split()) > 1


def test_explain_tells_what_was_asked_what_came_and_why_it_stopped(run: Run) -> None:
    done = run("explain", SHOWN)
    lines = [line.strip() for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert lines[0] == "context  …'I look forward to hearing'"
    assert lines[1] == "typed    ' fr'   mode certified   cutoff 0.60"
    for begins in (
        "1. asked what follows",
        "answer    ' from' 0.",
        "not seen 0.",
        "states ",
        "words ",
        "settled: 'om'",
    ):
        assert any(line.startswith(begins) for line in lines), begins
    assert lines[-1].startswith("shown (a lower bound reached the cutoff): 'om' has 9")


def test_explain_says_that_nothing_can_attain_the_cutoff(run: Run) -> None:
    assert "withheld (no chain can attain the cutoff)" in run("explain", WITHHELD).out.splitlines()[-1]


def test_explain_says_that_the_budget_ended(run: Run) -> None:
    assert "withheld (the request budget ended)" in run("explain", "--max-requests", "0", SHOWN).out.splitlines()[-1]


@pytest.mark.parametrize("mode", ["certified", "estimated"])
def test_the_mode_reaches_the_engine(run: Run, server: ModelServer, mode: str) -> None:
    done = run("suggest", "--json", "--mode", mode, "--model", "openai:m", "--base-url", server.url, "Thank y")
    assert json.loads(done.out)["mode"] == mode


def test_explain_follows_a_word_over_several_requests(run: Run, server: ModelServer) -> None:
    arguments = ("--model", "openai:m", "--base-url", server.url, "--cutoff", "0.5", "I look forward to ")
    lines = run("explain", *arguments).out.splitlines()
    asked = [line for line in lines if "asked what follows" in line]
    assert len(asked) == len(server.requests) > 1
    assert all("(a request to m)" in line for line in asked)
    assert any("not settled: the best chain can reach" in line for line in lines)


@pytest.mark.parametrize("command", ["suggest", "explain"])
def test_a_dash_reads_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SHOWN.encode())))
    from_stdin = run(command, "-")
    assert from_stdin.code == 0
    assert "'om' has 9" in from_stdin.out


def test_standard_input_that_is_not_utf8_is_refused() -> None:
    installed("suggest", "-", stdin=b"caf\xe9 fr").assert_refused("Standard input is not UTF-8", "iconv")


def test_an_encoding_that_lacks_a_character_is_no_reason_to_fail() -> None:
    text = "Grüße und 👩"
    utf8 = installed("suggest", "-", stdin=text.encode(), PYTHONIOENCODING="utf-8")
    latin = installed("suggest", "-", stdin=text.encode(), PYTHONIOENCODING="latin-1")
    assert utf8.out.startswith(f"{text}[")
    assert latin.out.startswith("Grüße und \\U0001f469[")
    assert (utf8.code, latin.code, utf8.err + latin.err) == (0, 0, "")
