"""`autocomplete calibrate FILES`: predictions come from texts typed by machine; see `test_stats` for one's own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autocomplete.cli.run_config import editor_engine
from autocomplete.core.backend import Capabilities
from autocomplete.evaluation.calibration.calibration import REGIMES, VERSION, ModelCalibration, calibration_path
from autocomplete.evaluation.calibration.calibrators import Platt
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
def test_a_calibration_with_numbers_that_cannot_be_is_moved_aside_and_told(run: Run, curve: dict[str, object]) -> None:
    key = PredictionSource.of("english", ENGLISH).key
    path = calibration_path(key)
    path.parent.mkdir(parents=True)
    content = {"version": VERSION, "model": key, "corrections": {"word start": curve}, "n_labels": {"word start": 9}}
    path.write_text(json.dumps(content), encoding="utf-8")
    found = run("suggest", "I look ")
    assert found.code == 0
    (line,) = found.err.splitlines()
    assert line.startswith(f"The calibration of {key} is damaged")
    assert f"{path}.damaged-1 now" in line
    assert run("suggest", "I look ").err == ""


def test_the_editor_suggests_uncalibrated_and_tells_why(home: Path) -> None:
    key = PredictionSource.of("english", ENGLISH).key
    calibration_path(key).parent.mkdir(parents=True)
    calibration_path(key).write_text("{{")
    engine = editor_engine({})
    assert engine.calibration is None
    assert engine.notice.startswith(f"The calibration of {key} is damaged")


def test_whether_there_was_one_to_delete_is_said(run: Run) -> None:
    key = PredictionSource.of("english", ENGLISH).key
    assert run("calibrate", "--off").out == f"There is no calibration of {key} to delete.\n"
    ModelCalibration(key, {}, {}).save()
    assert run("calibrate", "--off").out.startswith(f"Deleted the calibration of {key}: ")
    assert not calibration_path(key).exists()


def test_another_port_of_a_host_is_another_model_and_this_machine_has_one_name(run: Run, server: ModelServer) -> None:
    def probability(url: str) -> float:
        found = run("suggest", "Thank yo", "--model", "openai:tiny", "--base-url", url, "--json", "--mode", "estimated")
        assert (found.code, found.err) == (0, "")
        return float(json.loads(found.out)["bounds"]["lower"])

    port = server.url.rpartition(":")[2].partition("/")[0]
    stated = probability(server.url)
    ModelCalibration(f"tiny at localhost:{int(port) + 1}/v1", dict.fromkeys(REGIMES, Platt(0.1, 3.0)), {}).save()
    assert probability(server.url) == stated
    ModelCalibration(f"tiny at localhost:{port}/v1", dict.fromkeys(REGIMES, Platt(0.1, 3.0)), {}).save()
    corrected = probability(server.url)
    assert corrected != stated
    assert probability(f"http://localhost:{port}/v1/") == corrected


def test_what_is_not_stored_has_an_exit_code_of_its_own(run: Run, letter: Path) -> None:
    found = run("calibrate", letter)
    assert (found.code, "Stored in " in found.out) in ((0, True), (1, False))
    assert run("calibrate", letter, "--force").code == 0
