"""Keeps from the memory: whole files that look private, sentences that give a secret away, words that look like one.

Invariant: every rule errs on the side of forgetting; what it lets through is still stored only where the person allows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from autocomplete.embedded.ngram.sentences import Unit, is_word

#: Names and paths of files from which nothing is stored, unless the person says otherwise.
PRIVATE = (
    *("*.env", ".env.*", "*.key", "*.pem", "*.p12", "*.pfx", "*.kdbx", "*.gpg", "*.age"),
    *(".netrc", ".pgpass", "id_rsa*"),
    *("*secret*", "*password*", "*passwd*", "*passphrase*", "*private*", "*confidential*", "*credential*", "*diary*"),
    *("~/.ssh/*", "~/.gnupg/*", "~/.aws/*", "~/.password-store/*", "/tmp/*pass*", "/dev/shm/*"),
)

#: Most digits of a word that is stored, most characters, and most of one with digits among its letters.
MOST_DIGITS, LONGEST, LONGEST_MIXED = 4, 24, 5

#: A sentence with one of these may give a secret away.
_CUES = frozenset(
    (
        *("password", "passwords", "passwd", "pwd", "passphrase", "passcode", "passwort", "secret", "secrets", "login"),
        *("pin", "pins", "cvv", "cvc", "iban", "ssn", "otp", "apikey", "api_key", "credential", "credentials"),
    )
)

#: Marks of addresses, links, paths, settings and code; no plain word has one.
_CODE_MARKS = re.compile(r"[@/\\=&%$#~+*<>|^`{}\[\]]")

#: Every word in Latin script has one of these.
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ]", re.IGNORECASE)
_HUMP = re.compile(r"[a-z](?=[A-Z])")


def is_private(path: Path, patterns: Iterable[str] = ()) -> bool:
    """Return whether a file matches one of `PRIVATE` or of these patterns, by its path or by that of what it links to.

    A pattern after "!" is an exception from all others. A pattern without a slash is compared with the name of the file and of
    every folder it lies in; one with a slash with the whole path, "~" being the home folder. Case does not matter. A path that
    cannot be followed is private.

    >>> [is_private(Path(name)) for name in ("/a/Passwords.txt", "/a/secret-plans/b.txt", "/a/letter.txt")]
    [True, True, False]
    >>> is_private(Path("/a/letter.txt"), ["*letter*"]), is_private(Path("/a/diary.txt"), ["!*diary*"])
    (True, False)
    """
    try:
        paths = {path.expanduser().absolute(), path.expanduser().resolve()}
    except (OSError, RuntimeError, ValueError):
        return True
    private = (*PRIVATE, *patterns)
    exceptions = [pattern[1:] for pattern in private if pattern.startswith("!")]
    return any(
        any(_matches(path, pattern) for pattern in private) and not any(_matches(path, pattern) for pattern in exceptions)
        for path in map(_plain, paths)
    )


def _matches(path: Path, pattern: str) -> bool:
    if "/" not in pattern and "\\" not in pattern:
        return any(fnmatchcase(part.casefold(), pattern.casefold()) for part in path.parts[1:])
    try:
        expanded = Path(pattern).expanduser()
        variants = {expanded.as_posix(), (expanded.parent.resolve() / expanded.name).as_posix()}
    except (OSError, RuntimeError, ValueError):
        variants = {pattern}
    return any(fnmatchcase(path.as_posix().casefold(), variant.casefold()) for variant in variants)


def _plain(path: Path) -> Path:
    """Return `path` without the folder that macOS puts before /tmp and /var, whose name says nothing about the file."""
    return Path("/", *path.parts[2:]) if path.parts[:2] == ("/", "private") and len(path.parts) > 3 else path


def runs(sentence: Sequence[Unit]) -> list[range]:
    """Return the parts of a sentence that may be stored, in order: none if it has a secret, else cut at words that may not.

    >>> from autocomplete.embedded.ngram.sentences import sentences
    >>> def stored(text):
    ...     return [[unit.form for unit in s[r.start : r.stop]] for s in sentences(text) for r in runs(s)]
    >>> stored("Write to ann@example.com or call Ann."), stored("The PIN is hard to guess.")
    ([['Write', 'to'], ['or', 'call', 'Ann', '.']], [])
    >>> stored("The key tJ8xQ2vLp of A380 (2026-11-21) fits.")
    [['The', 'key'], ['of', 'A380', ' ('], [')', 'fits', '.']]
    """
    if any(unit.form.casefold() in _CUES for unit in sentence):
        return []
    parts: list[range] = []
    begin = 0
    for cluster in _clusters(sentence):
        is_code = _is_code("".join(unit.form.strip() for unit in sentence[cluster.start : cluster.stop]))
        for i in cluster:
            if is_code or (is_word(sentence[i].form) and looks_secret(sentence[i].form)):
                parts.append(range(begin, i))
                begin = i + 1
    parts.append(range(begin, len(sentence)))
    return [part for part in parts if part]


def _clusters(sentence: Sequence[Unit]) -> Iterable[range]:
    """Yield the stretches of units without a space between them."""
    begin = 0
    for i in range(1, len(sentence) + 1):
        if i == len(sentence) or not sentence[i].glued:
            yield range(begin, i)
            begin = i


def _is_code(text: str) -> bool:
    """Return whether letters or digits stand together with marks of addresses and code."""
    return bool(_CODE_MARKS.search(text)) and any(char.isalnum() for char in text)


def looks_secret(word: str) -> bool:
    """Return whether a word may be a key, a token, a password or a number of something, rather than a word.

    >>> [looks_secret(word) for word in ("hunter2", "sk_live_4eC39H", "4111-1111", "aXbQcRdT", "xkcdqwrtpl", "a" * 30)]
    [True, True, True, True, True, True]
    >>> [looks_secret(word) for word in ("Grundlach", "iPhone", "MP3", "don't", "SyncAutocompleter", "Łódź", "東京", "HTTP")]
    [False, False, False, False, False, False, False, False]
    """
    n_digits = sum(char.isdigit() for char in word)
    mixed = 0 < n_digits < len(word) and len(word) > LONGEST_MIXED
    if len(word) > LONGEST or n_digits > MOST_DIGITS or mixed or "@" in word:
        return True
    if not word.isascii():
        return False
    letters = sum(char.isalpha() for char in word)
    humps = len(_HUMP.findall(word))
    noisy = humps >= 2 and letters < 4 * (humps + 1)
    return noisy or (letters > 6 and not _VOWELS.search(word))
