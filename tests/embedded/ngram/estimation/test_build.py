"""From text files to a model file."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest

from autocomplete.embedded.array_file import load, save
from autocomplete.embedded.ngram.byte_query import ask
from autocomplete.embedded.ngram.estimation.build import BuildSettings
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.errors import ConfigError
from tests.embedded.ngram.making import TEXT, built, stored_from


def test_the_same_text_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, stored_from(tmp_path, least_loss=1e-4))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_model_says_what_it_was_made_from(tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_text(TEXT, encoding="utf-8")
    stored = built([source], BuildSettings(least_loss=1e-4))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert stored.facts["sources"] == [{"name": "text.txt", "sha256": digest}]
    assert stored.facts["least_loss"] == 1e-4


def test_the_order_of_the_files_changes_only_the_order_of_their_names(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path, text in zip(paths, (TEXT[:1500], TEXT[1500:]), strict=True):
        path.write_text(text, encoding="utf-8")
    one, other = (built(order, BuildSettings()) for order in (paths, paths[::-1]))
    assert one.facts["sources"] == other.facts["sources"][::-1]
    assert {name: array.tobytes() for name, array in one.arrays.items()} == {
        name: array.tobytes() for name, array in other.arrays.items()
    }


@pytest.mark.parametrize(
    "wrong",
    [{"order": 1}, {"order": 5}, {"n_units": 99}, {"n_units": 70_000}, {"least_count": 0}, {"least_loss": math.nan}],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        BuildSettings(**wrong)  # type: ignore[arg-type] # the wrong values are the matter


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_text_without_words_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="no words"):
        stored_from(tmp_path, text=text)


def test_a_saved_model_answers_as_before(tmp_path: Path) -> None:
    stored = stored_from(tmp_path)
    save(tmp_path / "m", stored)
    before, after = Lexicon(stored), Lexicon(load(tmp_path / "m"))
    for context, typed in [("I look forward to hearing", b" f"), ("", b""), ("We hope.", b"")]:
        assert ask(before, context, typed, 50) == ask(after, context, typed, 50)


@pytest.mark.parametrize("text", ["a", "a\n" * 50, "日本語\n" * 50])
def test_a_tiny_text_gives_a_model_that_answers(tmp_path: Path, text: str) -> None:
    lexicon = Lexicon(stored_from(tmp_path, text=text))
    for context in ("", "a", "a b."):
        listed, residual = ask(lexicon, context, b"", 10)
        assert sum(p for _, p in listed) + residual == pytest.approx(1.0)
        assert float(lexicon.model.distribution([0]).sum()) == pytest.approx(1.0, abs=1e-3)
