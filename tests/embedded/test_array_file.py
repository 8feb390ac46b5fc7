"""The model file: what is written comes back, and nothing else opens."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autocomplete.embedded import array_file
from autocomplete.embedded.array_file import ArrayFile, load, save
from autocomplete.errors import ConfigError
from tests.support.disk import most_bytes


def small() -> ArrayFile:
    return ArrayFile({"order": 2}, {"a": np.arange(5, dtype=np.uint16), "b": np.zeros(0, dtype=np.float32)})


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    loaded = load(tmp_path / "m")
    assert loaded.facts == {"order": 2}
    assert loaded.arrays["a"].tolist() == [0, 1, 2, 3, 4]
    assert len(loaded.arrays["b"]) == 0
    assert not loaded.arrays["a"].flags.writeable
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_memory_that_was_released_is_read_again(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    loaded = load(tmp_path / "m")
    loaded.release()
    assert loaded.arrays["a"].tolist() == [0, 1, 2, 3, 4]
    small().release()  # nothing to let go of


def test_the_same_contents_give_the_same_bytes(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    save(tmp_path / "n", ArrayFile(small().facts, dict(sorted(small().arrays.items(), reverse=True))))
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
        (lambda data: data[:8] + (array_file.VERSION + 1).to_bytes(4, "little") + data[12:], "upgrade the program"),
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
    assert any(verb in str(caught.value) for verb in ("name another", "upgrade"))


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_cannot_be_read_is_a_config_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="Cannot read"):
        load(tmp_path / name)


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="not a regular file"):
        load(tmp_path / "pipe")


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    before = (tmp_path / "m").read_bytes()
    large = ArrayFile({}, {"a": np.zeros(1 << 20, dtype=np.uint8)})
    with pytest.raises(OSError), most_bytes(1 << 16):
        save(tmp_path / "m", large)
    assert (tmp_path / "m").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()  # which no file can replace
    with pytest.raises(OSError):
        save(tmp_path / "m", small())
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_link_stays_a_link_and_permissions_stay(tmp_path: Path) -> None:
    save(tmp_path / "real", small())
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    save(tmp_path / "link", ArrayFile({"order": 3}, {}))
    assert (tmp_path / "link").is_symlink()
    assert load(tmp_path / "real").facts == {"order": 3}
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    save(tmp_path / "m", small())
    (tmp_path / "plain").touch()
    assert (tmp_path / "m").stat().st_mode == (tmp_path / "plain").stat().st_mode


def written(path: Path, head: bytes, payload: bytes) -> Path:
    """Write a file with a right checksum around any head."""
    rest = head + payload
    path.write_bytes(
        struct.pack("<8sIIQI4x", array_file.MAGIC, array_file.VERSION, len(head), len(payload), zlib.crc32(rest)) + rest
    )
    return path


WHOLE = st.one_of(st.integers(), st.sampled_from([-1, 0, 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64, -(2**63)]))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), WHOLE, st.floats(), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ENTRY = st.fixed_dictionaries(
    {
        "type": st.one_of(st.sampled_from(["<u2", "|u1", "<f4", "O", "<U9", "V1000000000", ">u2", "(1000000000,)u1"]), JSON),
        "length": st.one_of(WHOLE, JSON),
        "offset": st.one_of(WHOLE, JSON),
    }
)
HEAD = st.one_of(
    st.binary(max_size=64),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {"facts": st.one_of(st.just({}), JSON), "arrays": st.dictionaries(st.text(max_size=3), st.one_of(ENTRY, JSON))}
    ).map(lambda value: json.dumps(value).encode()),
)


@given(head=HEAD, payload=st.binary(max_size=64))
@example(head=b"[" * 100_000, payload=b"")
@example(head=b'{"arrays": {}, "facts": {"n": ' + b"9" * 10_000 + b"}}", payload=b"")
@settings(max_examples=120, deadline=None)
def test_a_head_that_lies_is_an_error_or_reaches_nothing_beyond_the_file(head: bytes, payload: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "m", head, payload)
        try:
            loaded = load(path)
        except ConfigError:
            return
        assert all(array.nbytes <= len(payload) for array in loaded.arrays.values())


@given(
    st.tuples(
        st.sampled_from([array_file.MAGIC, b"ngram\r\n\1"]),
        *(st.integers(0, 2**32 - 1) for _ in range(2)),
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**32 - 1),
    ),
    st.binary(max_size=64),
)
@settings(max_examples=80, deadline=None)
def test_a_header_of_any_numbers_is_a_config_error(header: tuple[bytes, int, int, int, int], rest: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m"
        path.write_bytes(struct.pack("<8sIIQI4x", *header) + rest)
        with pytest.raises(ConfigError):
            load(path)
