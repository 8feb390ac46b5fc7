"""What must not be remembered: whole files that look private, sentences that tell a secret, words that look like one.

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
    *(
        "*.env",
        ".env.*",
        "*.key",
        "*.pem",
        "*.p12",
        "*.pfx",
        "*.kdbx",
        "*.gpg",
        "*.age",
        ".netrc",
        ".pgpass",
        "id_rsa*",
    ),
    *("*secret*", "*password*", "*passwd*", "*passphrase*", "*private*", "*confidential*", "*credential*", "*diary*"),
    *("~/.ssh/*", "~/.gnupg/*", "~/.aws/*", "~/.password-store/*", "/tmp/*pass*", "/dev/shm/*"),
)

#: Most digits of a word that is stored, most characters, and most of one with digits among its letters.
MOST_DIGITS, LONGEST, LONGEST_MIXED = 4, 24, 5

#: A sentence with one of these tells a secret, for all that anyone knows.
_CUES = frozenset(
    (
        *("password", "passwords", "passwd", "pwd", "passphrase", "passcode", "passwort", "secret", "secrets", "login"),
        *("pin", "pins", "cvv", "cvc", "iban", "ssn", "otp", "apikey", "api_key", "credential", "credentials"),
    )
)

#: Marks that stand inside addresses, links, paths, settings and code, and of which none is in a plain word.
_ODD = re.compile(r"[@/\\=&%$#~+*<>|^`{}\[\]]")

#: Letters that words in Latin script have one of.
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ]", re.IGNORECASE)
_HUMP = re.compile(r"[a-z](?=[A-Z])")


def is_private(path: Path, patterns: Iterable[str] = ()) -> bool:
    """Return whether a file matches one of `PRIVATE` or of these patterns, by its own path or by that of what it links to.

    Not so where it matches a pattern after "!", which lets through what others keep back. A pattern without a slash is matched
    with the name of the file and of every folder it lies in; one with a slash with the whole path, "~" being the home folder.
    Case does not matter. A path that cannot be followed is private.

    >>> [is_private(Path(name)) for name in ("/a/Passwords.txt", "/a/secret-plans/b.txt", "/a/letter.txt")]
    [True, True, False]
    >>> is_private(Path("/a/letter.txt"), ["*letter*"]), is_private(Path("/a/diary.txt"), ["!*diary*"])
    (True, False)
    """
    try:
        paths = {path.expanduser().absolute(), path.expanduser().resolve()}
    except (OSError, RuntimeError, ValueError):
        return True
    found = [_plain(path) for path in paths]
    wanted = (*PRIVATE, *patterns)
    let_through = [pattern[1:] for pattern in wanted if pattern.startswith("!")]
    return any(
        any(_matches(path, pattern) for pattern in wanted)
        and not any(_matches(path, pattern) for pattern in let_through)
        for path in found
    )


def _matches(path: Path, pattern: str) -> bool:
    if "/" not in pattern and "\\" not in pattern:
        return any(fnmatchcase(part.casefold(), pattern.casefold()) for part in path.parts[1:])
    try:
        wanted = Path(pattern).expanduser()
        homes = {wanted.as_posix(), (wanted.parent.resolve() / wanted.name).as_posix()}
    except (OSError, RuntimeError, ValueError):
        homes = {pattern}
    return any(fnmatchcase(path.as_posix().casefold(), home.casefold()) for home in homes)


def _plain(path: Path) -> Path:
    """Return `path` without the folder that macOS puts before /tmp and /var, whose name says nothing about the file."""
    return Path("/", *path.parts[2:]) if path.parts[:2] == ("/", "private") and len(path.parts) > 3 else path


def runs(sentence: Sequence[Unit]) -> list[range]:
    """Return the parts of a sentence that may be stored, in order: none where it tells a secret, cut at words that may not.

    >>> from autocomplete.embedded.ngram.sentences import sentences
    >>> def kept(text):
    ...     return [[unit.form for unit in s[r.start : r.stop]] for s in sentences(text) for r in runs(s)]
    >>> kept("Write to ann@example.com or call Ann."), kept("The PIN is hard to guess.")
    ([['Write', 'to'], ['or', 'call', 'Ann', '.']], [])
    >>> kept("The key tJ8xQ2vLp of A380 (2026-11-21) fits.")
    [['The', 'key'], ['of', 'A380', ' ('], [')', 'fits', '.']]
    """
    if any(unit.form.casefold() in _CUES for unit in sentence):
        return []
    found: list[range] = []
    begin = 0
    for cluster in _clusters(sentence):
        odd = _is_odd("".join(unit.form.strip() for unit in sentence[cluster.start : cluster.stop]))
        for i in cluster:
            if odd or (is_word(sentence[i].form) and looks_secret(sentence[i].form)):
                found.append(range(begin, i))
                begin = i + 1
    found.append(range(begin, len(sentence)))
    return [part for part in found if part]


def _clusters(sentence: Sequence[Unit]) -> Iterable[range]:
    """Yield the stretches of units without a space between them."""
    begin = 0
    for i in range(1, len(sentence) + 1):
        if i == len(sentence) or not sentence[i].glued:
            yield range(begin, i)
            begin = i


def _is_odd(text: str) -> bool:
    """Return whether letters stand together with marks of addresses and code."""
    return bool(_ODD.search(text)) and any(char.isalnum() for char in text)


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
