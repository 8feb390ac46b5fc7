"""`autocomplete tune` without a screen: what it prints, writes, saves and refuses."""

from __future__ import annotations

import csv
import json
import sqlite3
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import click
import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.cli.consent import Cost
from autocomplete.config.settings import settings_path
from autocomplete.core.backend import is_near
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.calibration.calibration import ModelCalibration, calibration_path
from autocomplete.evaluation.calibration.calibrators import Platt
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.report.text import curve
from autocomplete.evaluation.word_outcome import PredictionSource
from tests.cli.commands.running import Run
from tests.support.server import Canned, ModelServer

LETTER = (
    "Dear Ann, I look forward to hearing from you. It was good to see you and the children again, "
    "and I hope that we can do it in the summer.\n"
)


@pytest.fixture
def letter(home: Path) -> Path:
    path = home / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


def test_figures_curves_reliability_and_a_recommendation_are_printed(run: Run, letter: Path) -> None:
    found = run("tune", letter)
    assert found.code == 0
    for words in (
        "english · this machine",
        "keys saved",
        "precision",
        "95%",
        "by chance",
        "stated",
        "savings=max",
        "Recommended: nothing yet: 70 more words needed",
    ):
        assert words in found.out
    assert found.err == ""


def test_json_is_all_that_is_printed(run: Run, letter: Path) -> None:
    found = run("tune", letter, "--json")
    content = json.loads(found.out)
    assert content["documents"] == [{"name": "letter.txt", "words": 30, "characters": len(LETTER)}]
    assert content["models"][0]["model"] == "english"


def test_csv_is_all_that_is_printed(run: Run, letter: Path) -> None:
    rows = list(csv.DictReader(StringIO(run("tune", letter, "--csv").out)))
    assert {row["model"] for row in rows} == {"english"}
    assert len(rows) > 90


def test_only_the_first_words_are_typed(run: Run, letter: Path) -> None:
    found = run("tune", letter, "--words", "21", "--json")
    assert json.loads(found.out)["documents"][0]["words"] == 21
    assert found.err == "Of each file the first 21 words are typed: --words N takes more or fewer.\n"


def test_blank_lines_separate_texts(run: Run, home: Path) -> None:
    path = home / "two.txt"
    path.write_text(f"{LETTER}\n{LETTER}", encoding="utf-8")
    content = json.loads(run("tune", path, "--blank-lines", "--json").out)
    assert [document["name"] for document in content["documents"]] == ["two.txt (1)", "two.txt (2)"]


def test_standard_input_is_called_so_in_what_is_told(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"")))
    run("tune", "-").assert_refused("autocomplete: standard input ")


def test_a_folder_stands_for_its_texts(run: Run, letter: Path) -> None:
    (letter.parent / "notes" / ".hidden").mkdir(parents=True)
    for name in ("notes/b.md", "notes/a.txt", "notes/.hidden/c.txt", "notes/picture.png"):
        (letter.parent / name).write_text(LETTER, encoding="utf-8")
    content = json.loads(run("tune", "notes", "--json").out)
    assert [document["name"] for document in content["documents"]] == ["a.txt", "b.md"]
    (letter.parent / "empty").mkdir()
    run("tune", "empty").assert_refused("has no text files")


def test_standard_input_is_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(LETTER.encode())))
    assert json.loads(run("tune", "-", "--json").out)["documents"][0]["name"] == "standard input"


def test_names_that_would_drive_the_terminal_are_escaped(run: Run, home: Path) -> None:
    path = home / "a\x1b[2J\u202egpj.txt"
    path.write_text(LETTER, encoding="utf-8")
    assert not set("\x1b\u202e") & set(run("tune", path).out)


def test_the_report_is_written(run: Run, letter: Path) -> None:
    found = run("tune", letter, "--report", "out.html")
    page = Path("out.html").read_text(encoding="utf-8")
    assert "Recommended" in page
    assert "letter.txt" in page
    assert "Written to out.html." in found.err


def test_whether_a_stored_calibration_is_applied_is_told(run: Run, letter: Path) -> None:
    def told(*given: str) -> tuple[str, dict[str, object] | None]:
        plain = run("tune", letter, *given).out.splitlines()[1].strip()
        run("tune", letter, "--report", "out.html", *given)
        assert f"this machine, {plain}<" in Path("out.html").read_text(encoding="utf-8")
        return plain, json.loads(run("tune", letter, "--json", *given).out)["models"][0]["calibration"]

    assert told() == ("not calibrated", None)
    autocompleter = Autocompleter("english")
    key = PredictionSource.of(autocompleter.model, autocompleter.capabilities).key
    ModelCalibration(key, {"word start": Platt(1.0, -3.0)}, {"word start": 1234}).save()
    assert told() == ("calibrated on 1,234 predictions", {"applied": True, "predictions": 1234})
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text("calibrate = false\n")
    off = "not calibrated: calibrate = false leaves the stored calibration out"
    assert told() == (off, {"applied": False, "predictions": 1234})
    calibration_path(key).write_text("{")
    assert told() == ("not calibrated", None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"Too few words to measure anything.", "has 6 words: at least 20"),
        (b"\x7fELF\x00\x01\x02" * 99, "is no text"),
    ],
)
def test_files_that_cannot_be_measured(run: Run, home: Path, content: bytes, says: str) -> None:
    (home / "bad").write_bytes(content)
    run("tune", "bad").assert_refused(says)


def test_a_file_that_cannot_be_measured_is_told_and_left_out(run: Run, letter: Path) -> None:
    (letter.parent / "empty.txt").write_text("")
    found = run("tune", letter, "empty.txt", "--json")
    assert found.code == 0
    assert len(json.loads(found.out)["documents"]) == 1
    assert len(found.err.splitlines()) == 1
    assert "empty.txt is empty" in found.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--goal", "happiness"), "Unknown goal 'happiness'. Known: precision=0.9"),
        (("--goal", "precision=2"), "between 0 and 1"),
        (("--words", "0"), "--words takes"),
        (("--json", "--csv"), "one of"),
        (("--offline",), "--offline needs --record"),
        (("--record", "answers.db"), "--record is for models"),
        (("--report", "no/such/out.html"), "Cannot write"),
        (("--model", "latin"), "Unknown model"),
        (("--model", "english", "--base-url", "http://localhost:1/v1"), "base URL"),
        (("--model", "english", "--model", "openai:x", "--save"), "one model"),
    ],
)
def test_bad_options_are_refused_in_one_line(run: Run, letter: Path, arguments: tuple[str, ...], says: str) -> None:
    run("tune", letter, *arguments).assert_refused(says)


def test_a_file_that_is_not_there(run: Run) -> None:
    run("tune", "nowhere.txt").assert_refused("Cannot read nowhere.txt")
    run("tune").assert_refused()


def test_models_stand_side_by_side(run: Run, letter: Path, server: ModelServer) -> None:
    found = run("tune", letter, "--words", "20", "--model", "english", "--model", "openai:tiny", "--base-url", server.url)
    assert found.code == 0
    assert any(line.split() == ["keys", "saved", "english", "openai:tiny"] for line in found.out.splitlines())
    assert "Recommended for openai:tiny: " in found.out


def test_one_model_that_fails_is_a_line_and_the_others_go_on(run: Run, letter: Path) -> None:
    found = run("tune", letter, "--model", "english", "--model", "openai:x", "--base-url", "http://127.0.0.1:9/v1")
    assert found.code == 0
    assert "english · this machine" in found.out
    (line,) = found.err.splitlines()
    assert line.startswith("autocomplete: openai:x is left out: ")
    asked = ("tune", letter, "--model", "english", "--model", "openai:x", "--base-url", "http://127.0.0.1:9/v1")
    why = line.removeprefix("autocomplete: openai:x is left out: ")
    assert json.loads(run(*asked, "--json").out)["left_out"] == {"openai:x": why}
    run(*asked, "--report", "out.html")
    assert "openai:x is left out: " in Path("out.html").read_text(encoding="utf-8")
    both = ("--model", "openai:x", "--model", "openai:y", "--base-url", "http://127.0.0.1:9/v1")
    failed = run("tune", letter, *both)
    assert failed.code == 2
    assert failed.err.splitlines()[-1] == "autocomplete: No model is left to compare."


def test_recorded_once_it_is_offline_afterwards(run: Run, letter: Path, server: ModelServer) -> None:
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url, "--json")
    asked = run(*remote, "--record", "answers.db")
    n_requests = len(server.requests)
    assert n_requests > 0
    again = run(*remote, "--record", "answers.db", "--offline")
    assert json.loads(again.out)["models"] == json.loads(asked.out)["models"]
    assert len(server.requests) == n_requests
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    words = ("--words", "20", "--model", "openai:tiny", "--record", "answers.db", "--offline", "--base-url")
    assert run("tune", letter, *words, f"http://localhost:{port}/v1").code == 0
    another = run("tune", letter, *words, f"http://localhost:{port + 1}/v1")
    assert another.code == 2
    assert "Offline, and the recording lacks" in another.err
    missing = run("tune", letter, "--model", "openai:tiny", "--base-url", server.url, "--record", "answers.db", "--offline")
    missing.assert_refused("Offline, and the recording lacks at least")
    assert sqlite3.connect("answers.db").execute("SELECT count(*) FROM answers").fetchone()[0] > 0


def test_what_was_answered_before_a_break_is_kept(
    run: Run, letter: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url)
    monkeypatch.setattr("autocomplete.evaluation.replay.runner.replay_all", broken)
    found = run(*remote, "--record", "answers.db")
    assert found.code == 130
    assert "Stopped. What was answered is in answers.db: the same command goes on." in found.err.splitlines()


LIMITED = '{"error": {"message": "slow down"}}'


def test_a_server_that_cannot_answer_now_is_waited_for(run: Run, letter: Path, server: ModelServer) -> None:
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url, "--json")
    asked = run(*remote)
    server.canned.extend([Canned(429, LIMITED, {"retry-after": "0"})])
    found = run(*remote)
    assert json.loads(found.out)["models"] == json.loads(asked.out)["models"]
    assert found.err.splitlines()[-1] == "Waiting: Rate limited, resuming in 1 s"


def test_one_that_wants_too_long_a_pause_is_not_waited_for_and_nothing_is_lost(
    run: Run, letter: Path, server: ModelServer
) -> None:
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url)
    server.canned.append(Canned(429, LIMITED, {"retry-after": "600"}))
    found = run(*remote, "--record", "answers.db")
    assert found.code == 2
    assert found.err.splitlines()[-2:] == [
        "Stopped. What was answered is in answers.db: the same command goes on.",
        "autocomplete: Rate limited, resuming in 600 s",
    ]


def test_whatever_ends_it_what_was_answered_is_kept_and_told(run: Run, letter: Path, server: ModelServer) -> None:
    server.canned.append(Canned(402, "{}"))
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url)
    assert run(*remote, "--record", "answers.db").err.splitlines()[-2:] == [
        "Stopped. What was answered is in answers.db: the same command goes on.",
        "autocomplete: Out of credit.",
    ]


def test_a_recording_from_before_a_calibration_says_so(run: Run, letter: Path, server: ModelServer) -> None:
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url, "--plain")
    asked = run(*remote, "--record", "answers.db")
    ModelCalibration(
        f"tiny at {server.url.replace('http://127.0.0.1', 'localhost')}", {"word start": Platt(0.3, 2.0)}, {"word start": 500}
    ).save()
    offline = run(*remote, "--record", "answers.db", "--offline")
    assert offline.code == 2
    assert "run once without offline to add them. A calibration is in force" in offline.err.splitlines()[-1]
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text("calibrate = false\n")
    assert run(*remote, "--record", "answers.db", "--offline").out.count("\n") == asked.out.count("\n")


def test_who_says_no_to_one_model_sees_the_others(run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    both = ("--model", "english", "--model", "openai:x", "--base-url", "https://models.example.org/v1", "--json")
    found = run("tune", letter, *both)
    assert found.code == 0
    assert json.loads(found.out)["left_out"] == {"openai:x": "openai:x is not asked, as you said."}


def test_no_text_is_ever_replaced_by_what_is_written(run: Run, letter: Path, server: ModelServer) -> None:
    run("tune", letter, "--report", "letter.txt").assert_refused("--report letter.txt is one of the texts")
    remote = ("--model", "openai:tiny", "--base-url", server.url, "--record")
    run("tune", letter, *remote, "letter.txt").assert_refused("--record letter.txt is one of the texts")
    (letter.parent / "other.txt").write_text(LETTER, encoding="utf-8")
    run("tune", letter, *remote, "other.txt").assert_refused("other.txt is no recording")
    run("tune", letter.parent, "--report", "letter.txt").assert_refused("--report letter.txt is one of the texts")
    assert letter.read_text(encoding="utf-8") == LETTER
    assert server.requests == []


def test_a_report_that_cannot_be_written_costs_nothing_else(run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (letter.parent / "out.html").write_text("of yesterday", encoding="utf-8")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    found = run("tune", letter, "--report", "out.html", "--json")
    assert found.code == 2
    assert found.err.splitlines()[-1] == "autocomplete: Cannot write out.html: No space left on device."
    assert json.loads(found.out)["models"]
    assert Path("out.html").read_text(encoding="utf-8") == "of yesterday"
    assert not list(letter.parent.glob("*out.html.*"))


def test_an_answer_may_take_longer_than_while_somebody_types(
    run: Run, letter: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[float] = []
    opened = OpenAIBackend.__init__

    def noted(self: OpenAIBackend, model: str, **given: Any) -> None:
        found.append(given["timeout_s"])
        opened(self, model, **given)

    monkeypatch.setattr(OpenAIBackend, "__init__", noted)
    remote = ("tune", letter, "--words", "20", "--model", "openai:tiny", "--base-url", server.url)
    for timeout in ("2", "90"):
        settings_path().parent.mkdir(parents=True, exist_ok=True)
        settings_path().write_text(f"timeout_s = {timeout}\n")
        assert run(*remote).code == 0
    assert found == [60.0, 90.0]


def test_a_host_elsewhere_is_sent_nothing_before_somebody_agreed(run: Run, letter: Path) -> None:
    remote = ("tune", letter, "--model", "openai:x", "--base-url", "https://models.example.org/v1")
    found = run(*remote)
    found.assert_refused("openai:x at models.example.org will be sent the text, in about 60 requests", "--yes")
    assert "--record FILE that is paid only once" in found.err
    assert "answers.db are not asked for again" in run(*remote, "--record", "answers.db").err


def test_a_private_file_is_not_sent_whatever_one_agreed_to(run: Run, letter: Path) -> None:
    secret = letter.with_name(".env")
    secret.write_text(letter.read_text())
    found = run("tune", secret, "--model", "openai:x", "--base-url", "https://models.example.org/v1", "--yes")
    found.assert_refused(".env is private: its text is not sent to models.example.org. Use a model of this machine.")


def test_a_person_is_asked_and_may_say_no(run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    def refuse(text: str, **_: object) -> bool:
        asked.append(text)
        raise click.Abort

    asked: list[str] = []
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("click.confirm", refuse)
    assert run("tune", letter, "--model", "openai:x", "--base-url", "https://models.example.org/v1").code == 130
    assert asked == ["Ask it?"]


def test_the_cost_grows_with_the_text_that_is_sent() -> None:
    short, long = (Cost.of([Document("a", "word " * n)]) for n in (100, 2000))
    assert (short.n_requests, long.n_requests) == (200, 4000)
    assert short.n_sent == pytest.approx(200 * 250 / 4, rel=0.02)
    assert long.n_sent < 4000 * 4096 / 4
    assert "which cost about 0.02" in short.summary(2.0, 0.0) or "which cost about 0.03" in short.summary(2.0, 0.0)


@pytest.mark.parametrize("where", ["", "example.org", "10.0.0.1:80", "::2", "localhost.example.org"])
def test_hosts_that_are_not_this_machine(where: str) -> None:
    assert not is_near(where)


def test_a_curve_of_one_point() -> None:
    assert curve((1.0,), (0.5,), 0.5, 4) == "   █"
    assert curve((0.0, 1.0), (float("nan"), float("nan")), 0.0, 4) == "    "
