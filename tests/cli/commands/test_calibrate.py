"""`autocomplete calibrate FILES`: predictions come from texts typed by machine; see `test_stats` for one's own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autocomplete.core.backend import Capabilities
from autocomplete.evaluation.calibration.calibration import VERSION, calibration_path
from autocomplete.evaluation.word_outcome import PredictionSource
from tests.cli.commands.running import Run
from tests.support.server import ModelServer

ENGLISH = Capabilities(local=True)

SENTENCES = (
    "Dear Ann, I look forward to hearing from you.",
    "It was good to see you and the children again, and I hope that we can do it in the summer.",
    "We went to the sea last week and had a wonderful time there, in spite of the weather.",
)


@pytest.fixture
def letter(home: Path) -> Path:
    path = home / "letter.txt"
    path.write_text("\n".join(SENTENCES * 4), encoding="utf-8")
    return path


def test_files_are_typed_by_machine(run: Run, letter: Path) -> None:
    found = run("calibrate", letter, "--dry-run")
    assert found.code == 0
    assert "before: calibration error" in found.out
    assert found.err == ""


def test_a_file_that_is_left_out_is_told(run: Run, letter: Path) -> None:
    (letter.parent / "picture.txt").write_bytes(bytes(range(256)) * 9)
    found = run("calibrate", letter, "picture.txt", "--dry-run")
    assert found.code == 0
    assert "picture.txt" in found.err
    assert found.err.endswith("It is left out.\n")


def test_a_server_is_paid_once_and_what_tuning_paid_for_counts(run: Run, letter: Path, server: ModelServer) -> None:
    asked = ("--model", "openai:tiny", "--base-url", server.url, "--mode", "estimated")
    remote = (*asked, "--words", "200", "--record", "answers.db")
    assert run("tune", letter, *remote, "--json").code == 0
    n_requests = len(server.requests)
    found = run("calibrate", letter, *remote, "--offline", "--dry-run")
    assert (found.code, found.err) == (0, "")
    assert "predictions" in found.out
    assert len(server.requests) == n_requests > 0


def test_too_little_text(run: Run, letter: Path) -> None:
    found = run("calibrate", letter, "--words", "20")
    assert (found.code, found.out) == (2, "")
    assert found.err.endswith("type more (--words), or more files.\n")


def test_a_host_elsewhere_is_sent_nothing_before_somebody_agreed(run: Run, letter: Path) -> None:
    remote = ("--model", "openai:x", "--base-url", "https://models.example.org/v1")
    run("calibrate", letter, *remote).assert_refused("will be sent the text, in about", "Add --yes")


def test_a_recording_is_for_models_elsewhere(run: Run, letter: Path) -> None:
    run("calibrate", letter, "--record", "answers.db").assert_refused("--record is for models that are asked elsewhere")
    run("calibrate", letter, "--offline").assert_refused("--offline needs --record FILE")
    run("calibrate", "--offline").assert_refused("are for texts that are typed: name files")


def test_a_folder_and_standard_input_are_texts_too(run: Run, letter: Path) -> None:
    assert run("calibrate", letter.parent, "--words", "100", "--dry-run").err.startswith("Of each file the first 100")


def test_what_makes_no_sense(run: Run, letter: Path) -> None:
    run("calibrate", letter, "--words", "0").assert_refused("--words takes a number from 1")
    run("calibrate", "--off", "--dry-run").assert_refused("--off deletes the calibration, so it goes alone")


def test_a_calibration_that_cannot_be_deleted(run: Run) -> None:
    calibration_path(PredictionSource.of("english", ENGLISH).key).mkdir(parents=True)
    run("calibrate", "--off").assert_refused("Cannot delete", "english")


@pytest.mark.parametrize("curve", [{"kind": "isotonic", "knots": []}, {"kind": "platt", "slope": -1.0, "offset": 0.0}])
def test_a_calibration_with_numbers_that_cannot_be_names_its_file(run: Run, curve: dict[str, object]) -> None:
    key = PredictionSource.of("english", ENGLISH).key
    path = calibration_path(key)
    path.parent.mkdir(parents=True)
    content = {"version": VERSION, "model": key, "corrections": {"word start": curve}, "n_labels": {"word start": 9}}
    path.write_text(json.dumps(content), encoding="utf-8")
    run("suggest", "I look ").assert_refused(f"Cannot use the calibration {path}: run autocomplete calibrate")
