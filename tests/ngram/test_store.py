"""The model file: what is written comes back, and nothing else opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autocomplete.errors import ConfigError
from autocomplete.ngram import store
from autocomplete.ngram.store import Stored, load, save


def small() -> Stored:
    return Stored({"order": 2}, {"a": np.arange(5, dtype=np.uint16), "b": np.zeros(0, dtype=np.float32)})


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    loaded = load(tmp_path / "m")
    assert loaded.facts == {"order": 2}
    assert loaded.arrays["a"].tolist() == [0, 1, 2, 3, 4]
    assert len(loaded.arrays["b"]) == 0
    assert not loaded.arrays["a"].flags.writeable
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_the_same_contents_give_the_same_bytes(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    save(tmp_path / "n", Stored(small().facts, dict(sorted(small().arrays.items(), reverse=True))))
    assert (tmp_path / "m").read_bytes() == (tmp_path / "n").read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"", "not a model file"),
        (lambda data: b"GGUF" + data[4:], "not a model file"),
        (lambda data: data[:20], "not a model file"),
        (lambda data: data[:-1], "damaged or cut short"),
        (lambda data: data[:100], "damaged or cut short"),
        (lambda data: data + b"x", "damaged or cut short"),
        (lambda data: data[:90] + bytes([data[90] ^ 1]) + data[91:], "damaged or cut short"),
        (lambda data: data[:-40] + b"\xff" + data[-39:], "damaged or cut short"),
        (lambda data: data[:8] + (store.VERSION + 1).to_bytes(4, "little") + data[12:], "upgrade the program"),
    ],
)
def test_a_bad_file_is_a_one_line_error_that_says_what_to_do(
    tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "m"
    save(path, small())
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ConfigError, match=message) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert any(verb in str(caught.value) for verb in ("give", "install", "upgrade"))


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_cannot_be_read_is_a_config_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load(tmp_path / name)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    before = (tmp_path / "m").read_bytes()
    (tmp_path / "m.partial").mkdir()
    with pytest.raises(OSError):
        save(tmp_path / "m", Stored({"order": 3}, {}))
    assert (tmp_path / "m").read_bytes() == before
