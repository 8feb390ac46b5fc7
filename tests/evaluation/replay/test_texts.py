"""Texts that people give, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete.errors import ConfigError
from autocomplete.evaluation.replay.texts import first_words, read_documents

WORDS = "Naïve “quotes” and dashes – they are in every text that people write, so all twenty words of this one count too."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty: at least 20 words"),
        (b" \n\n ", "is empty"),
        (b"One", "has 1 word: at least 20 words"),
        (b"One two three", "has 3 words: at least 20 words are needed to measure anything"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0" + b"words " * 30, "is no text"),
        (bytes(range(128, 256)) * 40, "is no text"),
        (b"\xff\xfe\x00", "is no text"),
        (b"\x01\x02\x03 word" * 30, "is no text"),
    ],
)
def test_what_cannot_be_measured_is_named_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=reason) as error:
        read_documents([path])
    assert "file.txt" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bad_file_among_good_ones_is_left_out_and_told(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(WORDS, encoding="utf-8")
    bad.write_bytes(b"\0\0")
    reading = read_documents([bad, good, tmp_path / "none.txt", tmp_path])
    assert [(d.name, d.text) for d in reading.documents] == [("good.txt", WORDS)]
    assert [line.split(":")[0].split("/")[-1] for line in reading.left_out[:2]] == [
        "bad.txt is no text (or in an unknown encoding)",
        "none.txt",
    ]
    assert len(reading.left_out) == 3
    with pytest.raises(ConfigError, match="No file"):
        read_documents([])


def test_blank_lines_separate_documents_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text(f"{WORDS}\n\n{WORDS}\n\n\n", encoding="utf-8")
    assert [d.name for d in read_documents([path]).documents] == ["many.txt"]
    found = read_documents([path], by_blank_lines=True, n_words=23).documents
    assert [d.name for d in found] == ["many.txt (1)", "many.txt (2)"]
    assert found[1].text == "Naïve"[: len(found[1].text)] or found[1].text.startswith("Naïve")


def test_no_more_words_are_taken_than_wanted() -> None:
    assert list(first_words(["a b", "c d"], 0)) == []
    assert list(first_words(["a b", "c d"], 2)) == ["a b"]
    assert list(first_words(["a b.", "c d"], 9)) == ["a b.", "c d"]
