"""`autocomplete info`: what a model file says of itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from autocomplete.backends.embedded import SHIPPED
from autocomplete.embedded import array_file
from tests.cli.commands.running import Run


def test_the_model_that_is_shipped_is_told_by_default(run: Run) -> None:
    told = run("info").out
    assert str(SHIPPED) in told
    assert "order 4" in told
    assert "english.neural" in told
    assert told == run("info", "english").out
    assert len([line for line in told.splitlines() if line.endswith(".txt.xz")]) == 5


def test_a_model_of_ones_own_is_told(run: Run, text: Path) -> None:
    options = ("--order", 3, "--prune", 0, "--licence", "CC BY 4.0", "--note", "a test")
    run("train", "--from", text, "--out", "m.ngram", *options)
    told = run("info", "m.ngram").out
    for part in ("CC BY 4.0", "a test", "order 3", "none", hashlib.sha256(text.read_bytes()).hexdigest(), "text.txt"):
        assert part in told
    found = json.loads(run("info", "m.ngram", "--json").out)
    assert found["n_bytes"] == Path("m.ngram").stat().st_size
    assert len(found["ngrams"]) == 3
    assert found["sources"][0]["name"] == "text.txt"
    assert found["network"] is None
    assert found["calibration"] is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.ngram", "No such file"),
        ("missing", "no model file"),
        ("folder.ngram", "folder"),
        ("text.txt", "not a model file"),
        ("empty.ngram", "not a model file"),
        ("short.ngram", "damaged or cut short"),
        ("newer.ngram", "upgrade the program"),
        ("openai:m", "server"),
        (str(SHIPPED.with_suffix(".neural")), "another part"),
    ],
)
def test_what_is_no_model_is_refused_in_one_line(run: Run, text: Path, name: str, says: str) -> None:
    Path("folder.ngram").mkdir()
    Path("empty.ngram").touch()
    head = SHIPPED.read_bytes()[:5000]
    Path("short.ngram").write_bytes(head)
    Path("newer.ngram").write_bytes(head[:8] + (array_file.VERSION + 1).to_bytes(4, "little") + head[12:])
    found = run("info", name)
    found.assert_refused(says)
    assert "install the package" not in found.err
    if name.endswith(".ngram"):
        run("suggest", "I am", "--model", name).assert_refused()
