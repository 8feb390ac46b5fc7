"""What goes wrong on the command line ends in one line that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands.running import KEY, Outcome, Run, installed
from tests.support.server import ModelServer

SHOWN = "I look forward to hearing fr"
WITHHELD = "I look forward to hearing "


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.parametrize("command", ["suggest", "explain"])
@pytest.mark.parametrize("cutoff", ["nan", "7", "abc", "", "-0.1", "inf"])
def test_a_bad_cutoff_is_refused(run: Run, command: str, cutoff: str) -> None:
    run(command, SHOWN, "--cutoff", cutoff).assert_refused("Bad cutoff: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("suggest", "hi", "--model", "gpt-4"), "Unknown model 'gpt-4'. Known: english, FILE.ngram, openai:MODEL"),
        (("suggest", "hi", "--model", ""), "Unknown model ''"),
        (("suggest", "hi", "--model", "two\nlines"), r"Unknown model 'two\nlines'"),
        (("suggest", "hi", "--model", "openai:"), "Write openai:MODEL"),
        (("suggest", "hi", "--model", "openai:m", "--base-url", "localhost:8000"), "no web address"),
        (("suggest", "hi", "--base-url", "http://127.0.0.1:9/v1"), "add --model openai:MODEL"),
        (("suggest", "hi", "--mode", "sure"), "Bad mode: "),
        (("suggest", "hi", "--max-words", "0"), "Bad max_words: "),
        (("suggest", "hi", "--max-requests", "many"), "Bad max_requests: "),
        (("suggest", "hi", "--threshold", "0.5"), "No such option '--threshold'"),
        (("suggest", "hi", "--two\nlines"), "No such option"),
        (("suggest", "hi", "there"), "extra argument (there). See autocomplete --help."),
        (("suggest", "hi", "--cutoff"), "--cutoff"),
        (("suggest",), "Missing argument 'TEXT'"),
        (("--bogus",), "No such option '--bogus'"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    done.assert_refused(says)
    assert done.err.endswith((".\n", "?\n"))


@pytest.mark.parametrize(
    ("word", "meant"),
    [("sugest", "suggest"), ("tnue", "tune"), ("stat", "stats"), ("Explian", "explain"), ("memroy", "memory")],
)
def test_a_mistyped_command_opens_no_new_file(run: Run, tmp_path: Path, word: str, meant: str) -> None:
    run(word, "abc").assert_refused(f"did you mean {meant}? To begin such a file: autocomplete edit {word}.")
    assert not (tmp_path / word).exists()


@pytest.mark.parametrize("word", ["notes", "june", "info.txt", "./sugest", "sugest:3", "diary"])
def test_what_is_no_mistyped_command_is_a_file(run: Run, tmp_path: Path, word: str) -> None:
    (tmp_path / word.partition(":")[0]).mkdir()  # which the editor refuses, by its name
    run(word).assert_refused("folder")


def test_a_file_that_is_there_is_opened_whatever_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sugest").write_bytes(b"\x00\x01\x02\xff")
    assert "did you mean" not in run("sugest").err
    (tmp_path / "stat").write_bytes(b"\x00\x01\x02\xff")
    assert "did you mean" not in run("edit", "stat").err


def test_how_a_file_or_text_that_starts_with_a_dash_is_given(run: Run) -> None:
    run("-dash.txt").assert_refused("starts with a dash goes after -- (autocomplete edit -- -dash.txt). See")
    run("suggest", "-5 degrees").assert_refused("(autocomplete suggest -- '-5 degrees'). See")
    run("suggest", "--goal", "x").assert_refused("'--goal'. Did you mean '--model'? A text or file")


@pytest.mark.parametrize("data", [b"\x00\x01\x02\xff", b"\xff\xfeabc", None])
def test_a_file_that_the_editor_cannot_open_is_refused_before_anything_is_painted(
    run: Run, tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "letter.txt"
    path.mkdir() if data is None else path.write_bytes(data)
    run(str(path)).assert_refused("letter.txt")
    if data is not None:
        assert path.read_bytes() == data


def test_a_missing_key_is_said_with_what_to_do(run: Run) -> None:
    run("suggest", "hi", "--model", "openai:gpt-4.1-mini").assert_refused("No API key", "set OPENAI_API_KEY")


def test_a_server_that_is_not_there_is_said_without_the_password_of_its_url(run: Run) -> None:
    port = _closed_port()
    done = run("suggest", "hi", "--model", "openai:m", "--base-url", f"http://me:{KEY}@127.0.0.1:{port}/v1")
    done.assert_refused(f"Cannot reach http://127.0.0.1:{port}/v1.")


@pytest.mark.parametrize("command", ["suggest", "explain"])
def test_a_model_without_log_probabilities_is_refused(run: Run, server: ModelServer, command: str) -> None:
    server.be(logprobs=False)
    run(command, "hi", "--model", "openai:m", "--base-url", server.url).assert_refused("probabilities")


def test_a_failing_command_ends_the_process_with_2_and_one_line() -> None:
    installed("suggest", "hi", "--cutoff", "nan").assert_refused("Bad cutoff")
    installed("suggest", "hi", "--model", "openai:m").assert_refused("No API key")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_one_line() -> None:
    command = Path(sys.executable).with_name("autocomplete")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([command, "suggest", "hi"], stdout=full, stderr=subprocess.PIPE, check=False)
    Outcome(done.returncode, "", done.stderr.decode()).assert_refused("Cannot write")


def test_a_reader_that_goes_away_is_no_trouble_to_report() -> None:
    command = Path(sys.executable).with_name("autocomplete")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([command, "explain", SHOWN], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b""
