"""From text files to a model file."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import pytest

from autocomplete.errors import ConfigError
from autocomplete.ngram.build import Settings, build
from autocomplete.ngram.lexicon import Lexicon
from autocomplete.ngram.speller import ask
from autocomplete.ngram.store import load, save
from tests.ngram.making import TEXT, stored_from


def test_the_same_text_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, stored_from(tmp_path, least_loss=1e-4))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt.xz"]
    paths[0].write_text(TEXT, encoding="utf-8")
    paths[1].write_bytes(lzma.compress(TEXT.encode()))
    for n in (1, 2):
        save(tmp_path / str(n), build(paths, Settings(n_processes=n)))
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_model_says_what_it_was_made_from(tmp_path: Path) -> None:
    said: list[str] = []
    source = tmp_path / "text.txt"
    source.write_text(TEXT, encoding="utf-8")
    stored = build([source], Settings(least_loss=1e-4), said.append)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert stored.facts["sources"] == [{"name": "text.txt", "sha256": digest}]
    assert stored.facts["least_loss"] == 1e-4
    assert said[0].startswith(digest)


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
