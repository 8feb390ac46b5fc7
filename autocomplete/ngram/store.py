"""One file of named arrays and facts, checked when it is opened and then used where it lies.

    magic 8 | format version u32 | head length u32 | payload length u64 | CRC-32 of all that follows u32 | zeros to 32
    head: JSON with "facts" and, for each array, its type, length and offset | payload: the arrays, each at a multiple of 64

All numbers are little-endian. Invariant: a file that opens is whole and of a version that this code understands; every
other one is a `ConfigError`. Writing replaces the old file in one step, so a good model is never half overwritten.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.errors import ConfigError

MAGIC = b"ngram\r\n\0"
VERSION = 1
_HEADER = struct.Struct("<8sIIQI4x")
_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """The contents of a model file. `arrays` are read-only; read from a file they are views of the mapped file."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]


def save(path: Path, stored: Stored) -> None:
    """Write `stored`; the same contents always give the same bytes. Raises OSError where the disk refuses."""
    index: dict[str, dict[str, object]] = {}
    chunks: list[bytes] = []
    offset = 0
    for name in sorted(stored.arrays):
        array = stored.arrays[name]
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        index[name] = {"type": array.dtype.newbyteorder("<").str, "length": len(array), "offset": offset}
        chunks.append(data + bytes(-len(data) % _ALIGNMENT))
        offset += len(chunks[-1])
    head = json.dumps({"arrays": index, "facts": stored.facts}, sort_keys=True).encode()
    head += b" " * (-(len(head) + _HEADER.size) % _ALIGNMENT)
    body = b"".join([head, *chunks])
    header = _HEADER.pack(MAGIC, VERSION, len(head), offset, zlib.crc32(body))
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(header + body)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path) -> Stored:
    """Return the contents of a model file, mapped into memory. Raises ConfigError where it cannot be used."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if size else memoryview(b"")
    except OSError as exc:
        raise ConfigError(f"cannot read the model file {path}: {exc.strerror}; give the path of a model file") from exc
    if len(data) < _HEADER.size or bytes(data[: len(MAGIC)]) != MAGIC:
        raise ConfigError(f"{path} is not a model file of this program; give another path or install the package again")
    _, version, head_length, payload_length, checksum = _HEADER.unpack_from(data)
    if version != VERSION:
        raise ConfigError(
            f"{path} has format version {version}, this program reads version {VERSION}; upgrade the program or "
            "build the model again"
        )
    body = data[_HEADER.size :]
    if len(body) != head_length + payload_length or zlib.crc32(body) != checksum:
        raise ConfigError(f"{path} is damaged or cut short; install the package again or build the model again")
    head = json.loads(bytes(body[:head_length]))
    payload = body[head_length:]
    arrays = {
        name: np.frombuffer(payload, dtype=entry["type"], count=entry["length"], offset=entry["offset"])
        for name, entry in head["arrays"].items()
    }
    return Stored(head["facts"], arrays)
