"""From files to a calibrated model."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.embedded.array_file import ArrayFile, load
from autocomplete.embedded.ngram.estimation.build import BuildSettings
from autocomplete.embedded.ngram.estimation.corpus import HELD_OUT_SHARE, read_corpus
from autocomplete.embedded.ngram.estimation.sources import sources_of
from autocomplete.errors import ConfigError
from autocomplete.training.train import LEAST_CALIBRATED, LEAST_WORDS, TrainingPlan, train, write


class Quiet:
    def __init__(self) -> None:
        self.said: list[str] = []

    def stage(self, name: str, length: int) -> None:
        assert length >= 0

    def advance(self, n_steps: int) -> None:
        assert n_steps >= 0

    def say(self, line: str) -> None:
        self.said.append(line)


def words(n: int, seed: int = 3) -> str:
    """Return `n` words in sentences and documents, some much more frequent than others."""
    generator = random.Random(seed)
    known = ["".join(generator.choices("aeioustnrlm", k=generator.randint(2, 9))) for _ in range(800)]
    drawn = generator.choices(known, [1 / (i + 1) for i in range(800)], k=n)
    lines = [" ".join(drawn[i : i + 9]).capitalize() + "." for i in range(0, n, 9)]
    return "\n".join(line + ("\n" if i % 20 == 19 else "") for i, line in enumerate(lines))


def test_too_few_words_are_refused_and_how_many_it_takes_is_said(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(words(LEAST_WORDS - 9))
    with pytest.raises(ConfigError, match=f"hold {LEAST_WORDS - 9} words; a model needs {LEAST_WORDS}"):
        train([tmp_path / "t"], TrainingPlan(BuildSettings()), Quiet())


def test_a_short_text_is_not_calibrated_which_is_said(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(words(LEAST_WORDS))
    said = Quiet()
    assert "tuning" not in train([tmp_path / "t"], TrainingPlan(BuildSettings()), said).facts
    assert any("too few to calibrate" in line for line in said.said)


@pytest.mark.parametrize("n_processes", [1, 2])
def test_what_is_kept_back_does_not_depend_on_the_order_of_the_files(tmp_path: Path, n_processes: int) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        (tmp_path / name).write_text(words(12_000, seed))
    held = []
    for names in ("ab", "ba"):
        sources = sources_of([tmp_path / name for name in names])
        corpus = read_corpus(sources, n_processes=n_processes, hold_out=True)
        held.append({part.text for part in corpus.held_out})
        n_held = sum(part.end - part.begin for part in corpus.held_out)
        assert 0 < n_held <= 2 * HELD_OUT_SHARE * len(corpus.stream)
        assert len(corpus.rest()) == len(corpus.stream) - n_held
    assert held[0] == held[1]


@pytest.mark.parametrize("failing", [stat.S_ISREG, stat.S_ISDIR])
def test_a_disk_that_fails_is_said_with_what_became_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: Callable[[int], bool]
) -> None:
    def fsync(handle: int) -> None:
        if failing(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    out = tmp_path / "m.ngram"
    write(out, ArrayFile({"n": 1}, {}))
    monkeypatch.setattr(os, "fsync", fsync)
    written = failing is stat.S_ISDIR  # the file has its name already when the folder is synced
    with pytest.raises(ConfigError, match="was written, but" if written else "Nothing was changed"):
        write(out, ArrayFile({"n": 2}, {}))
    assert load(out).facts["n"] == (2 if written else 1)


@pytest.mark.slow
def test_a_model_is_calibrated_on_text_that_was_kept_back(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(words(LEAST_CALIBRATED))
    stored = train([tmp_path / "t"], TrainingPlan(BuildSettings()), Quiet())
    tuning = stored.facts["tuning"]
    assert tuning["n_keys"] > 1_000
    assert tuning["error_after"] <= tuning["error_before"] + 0.01
    write(tmp_path / "m.ngram", stored)
    tokens, residual = EmbeddedBackend(tmp_path / "m.ngram").ask("", b"", 20)
    assert sum(p for _, p in tokens) + residual == pytest.approx(1.0)


@pytest.mark.slow
def test_a_reader_that_is_killed_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(words(400_000))

    def kill(_: int) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(ConfigError, match="--processes 1"):
        read_corpus(sources_of([tmp_path / "t"]), n_processes=2, on_read=kill)
