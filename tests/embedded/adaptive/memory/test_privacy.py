"""What must not be remembered."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.memory.privacy import is_private, looks_secret, runs
from autocomplete.embedded.ngram.sentences import sentences


@pytest.mark.parametrize(
    "name",
    [
        *(".env", "prod.env", ".env.local", "PASSWORDS.txt", "my secrets.md", "id_rsa", "server.KEY", "cert.pem"),
        *("private/letter.txt", "Private letters/to Ann.txt", "a/.netrc", "keys.kdbx", "my-diary.txt"),
    ],
)
def test_files_that_look_private_are(tmp_path: Path, name: str) -> None:
    assert is_private(tmp_path / name)
    assert is_private(Path("sub") / ".." / name)


@pytest.mark.parametrize("name", ["letter.txt", "environment.md", "keyboard.txt", "penned.txt", "notes"])
def test_plain_files_are_not(name: str) -> None:
    assert not is_private(Path("/home/ann") / name)


def test_folders_of_keys_are_private_by_their_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert is_private(Path("~/.ssh/config"))
    assert is_private(tmp_path / ".gnupg" / "deep" / "notes.txt")
    assert not is_private(tmp_path / "ssh" / "config")


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_is_as_private_as_what_it_leads_to_and_as_its_own_name(tmp_path: Path) -> None:
    secret, plain = tmp_path / "passwords.txt", tmp_path / "list.txt"
    secret.touch()
    (tmp_path / "innocent.txt").symlink_to(secret)
    plain.touch()
    (tmp_path / "secret.txt").symlink_to(plain)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert is_private(tmp_path / "innocent.txt")
    assert is_private(tmp_path / "secret.txt")
    assert is_private(tmp_path / "loop")
    assert is_private(Path("a\0b"))


def test_patterns_of_the_person_add_and_let_through(tmp_path: Path) -> None:
    letters = tmp_path / "letters" / "ann.txt"
    assert is_private(letters, ["LETTERS"])
    assert is_private(letters, [f"{tmp_path}/letters/*"])
    assert not is_private(tmp_path / "secret-santa.txt", ["!secret-santa*"])
    assert is_private(tmp_path / "secret-santa.pem", ["!secret-santa.txt"])


def test_the_folder_before_tmp_on_a_mac_says_nothing() -> None:
    assert not is_private(Path("/private/tmp/letter.txt"))
    assert is_private(Path("/private/letter.txt"))


def kept(text: str) -> str:
    return " ".join(
        unit.form for sentence in sentences(text) for part in runs(sentence) for unit in sentence[part.start : part.stop]
    )


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Write to ann.smith@example.com today", "smith"),
        ("See https://example.com/a?token=abcdef now", "abcdef"),
        ("Open /home/ann/letters/x.txt please", "letters"),
        ("My password is swordfish and that is it.", "swordfish"),
        ("Passwort: Sesam", "Sesam"),
        ("export API=swordfish now", "swordfish"),
        ("The key is AKIAIOSFODNN7EXAMPLE here", "AKIA"),
        ("Use ghp_16C7e42F292c6912E7710c838347Ae178B4a here", "16C7"),
        ("Card 4111-1111-1111-1111 expires", "4111"),
        ("Call +49-30-1234567 now", "1234567"),
        ("It is dGhpc2lzYXNlY3JldA now", "dGhp"),
        ("Say correcthorsebatterystaplecorrect now", "correcthorse"),
        ("IBAN DE89370400440532013000 is mine", "DE89"),
    ],
)
def test_what_looks_secret_is_left_out(text: str, secret: str) -> None:
    assert secret not in kept(text)


@pytest.mark.parametrize("text", ["Dear Ann Grundlach, we don't grok it.", "He said: Łódź and Zürich (and 東京) are far."])
def test_plain_text_is_left_whole(text: str) -> None:
    assert kept(text) == " ".join(unit.form for sentence in sentences(text) for unit in sentence)


@given(st.text(max_size=80))
def test_any_text_is_cut_into_parts_in_order(text: str) -> None:
    for sentence in sentences(text.replace("\n", " ")):
        parts = runs(sentence)
        assert all(a.stop <= b.start for a, b in pairwise(parts))
        for part in parts:
            assert 0 <= part.start < part.stop <= len(sentence)
            assert not any(looks_secret(unit.form) for unit in sentence[part.start : part.stop] if unit.form.isalnum())


@given(st.from_regex(r"[A-Za-z0-9]{6,40}", fullmatch=True).filter(lambda w: sum(c.isdigit() for c in w) > 4))
def test_long_words_with_many_digits_look_secret(word: str) -> None:
    assert looks_secret(word)
