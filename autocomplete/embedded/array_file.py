"""Stores named arrays and facts in one file, which is checked when it is opened and then used where it lies.

    magic 8 | format version u32 | head length u32 | payload length u64 | CRC-32 of all that follows u32 | zeros to 32
    head: JSON with "facts" and, for each array, its type, length and offset | payload: the arrays, each at a multiple of 64

All numbers are little-endian. Invariant: a file that opens is whole, of a version that this code understands, and no array of
it reaches beyond its end; every other one is a `ConfigError`. Writing replaces the old file in one step, so a good model is
never half overwritten.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import stat
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.errors import ConfigError
from autocomplete.io.atomic_write import write_bytes

MAGIC = b"ngram\r\n\0"
VERSION = 1
_HEADER = struct.Struct("<8sIIQI4x")
_ALIGNMENT = 64

#: The types of arrays that are stored, as numpy writes them.
_TYPES = frozenset(f"{'|' if name.endswith('1') else '<'}{name}" for name in ("u1", "u2", "u4", "u8", "i1", "f2", "f4", "f8"))


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """The contents of a model file. `arrays` are read-only; read from a file they are views of the mapped file."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]
    mapped: memoryview | None = field(default=None, compare=False, repr=False)

    def release(self) -> None:
        """Let the system have the memory back into which the file was read to check it; what is used is read again."""
        mapping = None if self.mapped is None else self.mapped.obj
        if isinstance(mapping, mmap.mmap) and hasattr(mapping, "madvise"):  # Windows lacks it
            mapping.madvise(mmap.MADV_DONTNEED)


def save(path: Path, stored: ArrayFile) -> None:
    """Write `stored`; the same contents always give the same bytes. Raises OSError where the disk refuses.

    The bytes are on the disk before the name points to them. A link stays one, and the file keeps its permissions.
    """
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
    checksum = 0
    for part in (head, *chunks):
        checksum = zlib.crc32(part, checksum)
    write_bytes(path, _HEADER.pack(MAGIC, VERSION, len(head), offset, checksum), head, *chunks)


def load(path: Path) -> ArrayFile:
    """Return the contents of a model file, mapped into memory. Raises ConfigError where it cannot be used."""
    try:
        data = _mapped(path)
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        why = exc.strerror if isinstance(exc, OSError) and exc.strerror else exc
        raise ConfigError(f"Cannot read the model file {path}: {why}. Give the path of a model file.") from exc
    if len(data) < _HEADER.size or bytes(data[: len(MAGIC)]) != MAGIC:
        raise ConfigError(f"{path} is not a model file of this program: {_remedy(path)}.")
    _, version, head_length, payload_length, checksum = _HEADER.unpack_from(data)
    if version != VERSION:
        raise ConfigError(
            f"{path} has format version {version}, this program reads version {VERSION}: upgrade the program, or build the "
            "model again."
        )
    body = data[_HEADER.size :]
    if len(body) != head_length + payload_length or zlib.crc32(body) != checksum:
        raise damaged(path)
    try:
        return _contents(bytes(body[:head_length]), body[head_length:])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise damaged(path) from exc


def _mapped(path: Path) -> memoryview:
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # opening a pipe would wait for somebody to write to it
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def damaged(path: Path) -> ConfigError:
    """Return the error of a model file whose contents make no sense."""
    return ConfigError(f"{path} is damaged or cut short: {_remedy(path)}.")


def _remedy(path: Path) -> str:
    shipped = path.resolve().is_relative_to(Path(__file__).resolve().parents[1])
    return "install the package again" if shipped else "build the model again (autocomplete train), or name another file"


def _contents(head: bytes, payload: memoryview) -> ArrayFile:
    """Return what the head describes. Raises ValueError, TypeError, KeyError or AttributeError where it describes nothing."""
    described = json.loads(head)
    arrays = {}
    for name, entry in described["arrays"].items():
        length, offset = entry["length"], entry["offset"]
        if entry["type"] not in _TYPES or type(length) is not int or type(offset) is not int:
            raise ValueError(name)
        dtype = np.dtype(entry["type"])
        if length < 0 or offset < 0 or offset + length * dtype.itemsize > len(payload):
            raise ValueError(name)
        arrays[name] = np.frombuffer(payload[offset : offset + length * dtype.itemsize], dtype=dtype)
    if not isinstance(described["facts"], dict):
        raise TypeError("facts")
    return ArrayFile(described["facts"], arrays, payload)
