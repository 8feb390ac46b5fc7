"""Files of text that people name: folders, packed files, standard input."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from autocomplete.embedded.ngram.estimation.sources import sources_of
from autocomplete.errors import ConfigError
from autocomplete.io.text_files import read_text, spooled, text_files

TEXT = "Naïve “quotes” and dashes – they are in every text that people write.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_text_is_read_packed_or_not(tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "text"
    path.write_bytes(pack(TEXT.replace("\n", "\r\n").encode(encoding)))
    assert read_text(path) == TEXT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "is no text"),
        (gzip.compress(b"text" * 99, mtime=0)[:-9], "cannot be decompressed"),
        (b"\x1f\x8b", "cannot be decompressed"),
        (None, "Cannot read .*directory"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(tmp_path: Path, data: bytes | None, reason: str) -> None:
    path = tmp_path / "bad"
    path.mkdir() if data is None else path.write_bytes(data)
    with pytest.raises(ConfigError, match=reason) as caught:
        read_text(path)
    assert "bad" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_means_the_same_files_to_every_command(tmp_path: Path) -> None:
    """Those that `tune`, `calibrate` and `train` read: one list of suffixes, hidden files left alone."""
    texts = ["a.TXT", "b.md", "c/d.org", "c/e.txt.xz", "f.markdown.gz", "g.rst", "h.adoc", "i.text"]
    for name in (*texts, ".hidden.txt", ".git/x.md", "picture.png", "archive.gz", "folder.txt/inner.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    inside = [*texts[:5], "folder.txt/inner.md"]
    assert sorted(text_files(tmp_path)) == sorted(tmp_path / name for name in (*inside, *texts[5:]))
    assert [source.path for source in sources_of([tmp_path])] == text_files(tmp_path)
    assert [source.name for source in sources_of([tmp_path / "c"])] == ["d.org", "e.txt.xz"]
    assert text_files(tmp_path / "none") == [tmp_path / "none"]


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no text files"):
        text_files(tmp_path)


def test_standard_input_is_a_file_for_a_while(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\0b")))
    with spooled([str(tmp_path), "-"]) as (path, file):
        assert (path, file.name, file.read_bytes()) == (tmp_path, "standard input", b"a\0b")
    assert not file.exists()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\0b")))
    with pytest.raises(ConfigError, match=r"^standard input is no text"), spooled(["-"]) as (file,):
        read_text(file)
