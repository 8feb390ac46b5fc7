"""Calibrations by regime: fitted, stored by model, refused for another; honest figures before and after."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from autocomplete.core.decision import Reason
from autocomplete.core.gate import FixedCutoff
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import ConfigError
from autocomplete.evaluation.calibration.calibration import (
    FEWEST,
    ISOTONIC_FROM,
    REGIMES,
    ModelCalibration,
    calibration_path,
    crossfit,
    fit,
    load_calibration,
    usable_calibration,
)
from autocomplete.evaluation.calibration.calibrators import Isotonic, Platt
from autocomplete.evaluation.word_shows import Label
from tests.support.engines import knows, opened


def labels(n: int, *, start: bool = True, estimated: bool = False, seed: int = 1) -> list[Label]:
    """Return predictions that are right as often as the square of what is stated."""
    rng = random.Random(seed)
    stated = [rng.random() for _ in range(n)]
    return [Label(p, rng.random() < p * p, start, estimated) for p in stated]


def test_the_regime_decides_the_curve_and_the_number_of_labels_its_kind() -> None:
    few, many, too_few = (
        labels(ISOTONIC_FROM - 1),
        labels(ISOTONIC_FROM, start=False),
        labels(FEWEST - 1, estimated=True),
    )
    found = fit("m", [*few, *many, *too_few])
    assert isinstance(found.map_for(start=True, estimated=False), Platt)
    assert isinstance(found.map_for(start=False, estimated=False), Isotonic)
    assert found.map_for(start=True, estimated=True) is None
    assert found.n_labels == {REGIMES[0]: ISOTONIC_FROM - 1, REGIMES[1]: ISOTONIC_FROM}


def test_corrected_probabilities_are_nearer_to_the_truth() -> None:
    here = labels(4000)
    after = crossfit("m", here)
    gap_before = sum(label.probability - label.right for label in here) / len(here)
    gap_after = sum(p - label.right for p, label in zip(after, here, strict=True)) / len(here)
    assert gap_before > 0.1
    assert abs(gap_after) < 0.02


def test_nothing_to_learn_from_changes_nothing() -> None:
    assert fit("m", []).corrections == {}
    assert crossfit("m", labels(10)) == [label.probability for label in labels(10)]


def test_it_comes_back_from_the_file(tmp_path: Path) -> None:
    made = fit("openai:some/model at host", [*labels(500), *labels(1500, start=False)])
    assert made.save(tmp_path).parent == tmp_path
    assert load_calibration("openai:some/model at host", tmp_path) == made
    assert load_calibration("another", tmp_path) is None
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@pytest.mark.parametrize("model", ["", "../../etc/passwd", "a/b\\c:d", "模型", "x" * 500])
def test_any_name_makes_a_file_of_its_own_inside_the_folder(tmp_path: Path, model: str) -> None:
    assert calibration_path(model, tmp_path).parent == tmp_path
    assert calibration_path(model, tmp_path) != calibration_path(model + "!", tmp_path)
    ModelCalibration(model, {}, {}).save(tmp_path)
    assert load_calibration(model, tmp_path) == ModelCalibration(model, {}, {})


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", "{}", '{"version": 1}'),
        json.dumps({"version": 2, "model": "m", "n_labels": {}, "corrections": {}}),
        json.dumps({"version": 1, "model": "another", "n_labels": {}, "corrections": {}}),
        json.dumps({"version": 1, "model": "m", "n_labels": {}, "corrections": {"word start": {"kind": "magic"}}}),
        json.dumps(
            {
                "version": 1,
                "model": "m",
                "n_labels": {},
                "corrections": {"elsewhere": {"kind": "platt", "slope": 1, "offset": 0}},
            }
        ),
        json.dumps(
            {
                "version": 1,
                "model": "m",
                "n_labels": {},
                "corrections": {"word start": {"kind": "platt", "slope": -1, "offset": 0}},
            }
        ),
        json.dumps(
            {
                "version": 1,
                "model": "m",
                "n_labels": {},
                "corrections": {"word start": {"kind": "isotonic", "knots": [[0, 0]]}},
            }
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_moved_aside_and_told_in_one_line(tmp_path: Path, content: str) -> None:
    path = calibration_path("m", tmp_path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_calibration("m", tmp_path)
    assert "\n" not in str(error.value)
    found, notice = usable_calibration("m", folder=tmp_path)
    aside = path.with_name(f"{path.name}.damaged-1")
    assert found is None
    assert notice.startswith("The calibration of m is damaged, or of another model or version: ")
    assert f"{aside} now" in notice
    assert "\n" not in notice
    assert aside.read_text(encoding="utf-8") == content
    assert usable_calibration("m", folder=tmp_path) == (None, "")
    path.write_text(content, encoding="utf-8")
    assert f"{path.name}.damaged-2" in usable_calibration("m", folder=tmp_path)[1]


def test_a_file_that_cannot_be_read_just_now_stays_where_it_is(tmp_path: Path) -> None:
    path = calibration_path("m", tmp_path)
    path.mkdir()
    found, notice = usable_calibration("m", folder=tmp_path)
    assert found is None
    assert notice.startswith("Cannot use the calibration ")
    assert path.exists()


def test_a_calibration_of_a_host_without_its_port_is_of_no_server(tmp_path: Path) -> None:
    ModelCalibration("m at localhost", {}, {"word start": 9}).save(tmp_path)
    key, former = "m at localhost:8097/v1", "m at localhost"
    found, notice = usable_calibration(key, former, tmp_path)
    assert found is None
    assert "was kept without the port of its server" in notice
    assert usable_calibration(key, former, tmp_path) == (None, "")
    made = ModelCalibration(key, {}, {})
    made.save(tmp_path)
    ModelCalibration(former, {}, {}).save(tmp_path)
    assert usable_calibration(key, former, tmp_path) == (made, "")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="Cannot write"):
        ModelCalibration("m", {}, {}).save(tmp_path / "file")


SURE = "We look forward to hearing"
TIMID = ModelCalibration("m", dict.fromkeys(REGIMES, Platt(0.4, -1.0)), {})
BOLD = ModelCalibration("m", dict.fromkeys(REGIMES, Platt(1.0, 2.0)), {})


async def test_the_gate_compares_the_corrected_probability() -> None:
    """The model is sure of " from" with .729, which this correction takes for .353."""
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        plain = await autocompleter.decide(SURE)
        assert plain.stated(plain.bounds.lower) == plain.bounds.lower == pytest.approx(0.729)
        autocompleter.calibration = TIMID
        assert not (await autocompleter.decide(SURE)).shown
        autocompleter.cutoff = 0.35
        shown = await autocompleter.decide(SURE)
        assert shown.shown
        assert shown.requests == 0
        assert shown.bounds.lower == Platt(0.4, -1.0).of(plain.bounds.lower) > 0.35 == shown.cutoff
        assert shown.stated(shown.bounds.lower) == pytest.approx(plain.bounds.lower)
        assert not shown.under(FixedCutoff(0.36)).shown
        autocompleter.cutoff = 0.36
        assert not (await autocompleter.decide(SURE)).shown


async def test_a_model_that_is_too_timid_shows_more_once_it_is_corrected() -> None:
    async with opened(knows(p=0.7), cutoff=0.7) as autocompleter:
        assert not (await autocompleter.decide(SURE)).shown
        autocompleter.calibration = BOLD
        found = await autocompleter.decide(SURE)
    assert found.shown
    assert 0.7 <= found.bounds.lower <= found.bounds.upper <= 1.0


async def test_a_cutoff_that_no_corrected_probability_reaches_is_no_reason_to_ask_on() -> None:
    async with opened(knows(p=1.0), cutoff=0.999, calibration=TIMID) as autocompleter:
        found = await autocompleter.decide(SURE)
    assert not found.shown
    assert found.reason is not Reason.UNDECIDED
    assert found.requests <= 1


async def test_phrases_are_joint_in_corrected_probabilities() -> None:
    async with opened(knows(p=0.9), cutoff=0.9, max_words=3) as autocompleter:
        assert not (await autocompleter.decide(SURE)).shown
        autocompleter.calibration = BOLD
        found = await autocompleter.decide(SURE)
    assert found.completion.startswith(" from")
    assert found.bounds.lower >= 0.9


async def test_a_regime_without_a_correction_is_left_as_it_is() -> None:
    inside_only = ModelCalibration("m", {REGIMES[1]: Platt(0.4, -1.0)}, {})
    autocompleter = Autocompleter(knows(p=0.9), cutoff=0.6, calibration=inside_only, prefetch=False)
    async with autocompleter:
        assert (await autocompleter.decide(SURE + " ")).shown
        assert not (await autocompleter.decide(SURE + " fr")).shown
