r"""Converts the bytes of a file to text and back, with all that a file has beside its text.

Invariant: `encode(*decode(data))` is `data`, byte for byte, for everything that `decode` takes: byte-order mark, encoding,
line endings, even mixed ones, and a missing last newline survive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from autocomplete.editor import byte_order_mark, decode_unknown, mark_of
from tui.files.encodings import Encoding, encoding_of

#: Names of line endings; that of Unix needs none.
LINE_ENDS = {"\r\n": "CRLF", "\r": "CR"}


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file has beside its text: its encoding, a byte-order mark, and the line ending that stands for "\\n".

    `mixed`: there are several kinds of line endings, so carriage returns stay characters of the text.
    """

    newline: str = "\n"
    bom: bool = False
    encoding: str = "utf-8"
    mixed: bool = False

    @property
    def encoding_name(self) -> str:
        """The encoding's name for people."""
        return encoding_of(self.encoding, bom=self.bom).name

    @property
    def label(self) -> str:
        """The format in a few words, "" where it is the usual one: UTF-8 with LF."""
        usual = self.encoding == "utf-8" and not self.bom
        encoding = "" if usual else self.encoding_name
        ends = "mixed line ends" if self.mixed else LINE_ENDS.get(self.newline, "")
        return " · ".join(filter(None, (encoding, ends)))

    def in_encoding(self, encoding: Encoding) -> FileFormat:
        """Return the format with another encoding."""
        return replace(self, encoding=encoding.codec, bom=encoding.bom)

    def fitting(self, text: str) -> FileFormat:
        """Return the format for a text that may hold CRLF itself: after an undo, line ends that were mixed before."""
        return replace(self, newline="\n", mixed=True) if "\r\n" in text else self

    def with_ends(self, newline: str) -> FileFormat:
        """Return the format with line endings that are all `newline`."""
        return replace(self, newline=newline, mixed=False)


def decode(data: bytes, chosen: Encoding | None = None, *, remembered: Encoding | None = None) -> tuple[str, FileFormat]:
    r"""Return the text of a file, with "\n" between lines, and its format.

    `chosen`: the encoding, by hand. `remembered`: one that was chosen for the file earlier, which it may still be in; it is not
    used for what is plainly Unicode by now. Else it is found as `decode_unknown` does. Line endings are unified only where all
    are alike. Raises ValueError, with the reason, where `data` is no text, or no text in the encoding chosen.

    >>> decode(b"one\r\ntwo")[1].label, decode("caf\xe9 \u2019".encode("cp1252"))
    ('CRLF', ('caf\xe9 \u2019', FileFormat(newline='\n', bom=False, encoding='cp1252', mixed=False)))
    """
    if chosen is not None:
        return _decode_as(data, chosen)
    if remembered is not None and not _is_unicode(data):
        try:
            return _decode_as(data, remembered)
        except ValueError:  # it is in another one now
            pass
    text, encoding, mark = decode_unknown(data, halves=True)
    if encoding.startswith("utf-32"):
        raise ValueError("begins like UTF-16 and is not")
    text, newline, mixed = _unify(text)
    return text, FileFormat(newline, bool(mark), encoding, mixed)


def _is_unicode(data: bytes) -> bool:
    """Return whether a file says so itself: by a mark, or by characters that are whole in UTF-8 and hardly by chance."""
    if byte_order_mark(data)[0]:
        return True
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _decode_as(data: bytes, encoding: Encoding) -> tuple[str, FileFormat]:
    bom = bool(encoding.mark) and data.startswith(encoding.mark)
    form = FileFormat(bom=bom, encoding=encoding.codec)
    rest = data[len(encoding.mark) :] if bom else data
    try:
        text = rest.decode(encoding.codec, _errors(encoding.codec))
    except UnicodeDecodeError as exc:
        line = rest[: exc.start].decode(encoding.codec, "replace").count("\n") + 1
        raise ValueError(f"is not {encoding.name}: line {line} has bytes that it lacks") from None
    if "\0" in text:
        raise ValueError(f"has NUL characters as {encoding.name}")
    unified, newline, mixed = _unify(text)
    form = replace(form, newline=newline, mixed=mixed)
    if encode(unified, form) != data:
        raise ValueError(f"would not come back as it is from {encoding.name}")
    return unified, form


def _errors(encoding: str) -> str:
    """Return how halves of characters are treated: UTF-16 has them, and nothing else."""
    return "surrogatepass" if encoding.startswith("utf-16") else "strict"


def _unify(text: str) -> tuple[str, str, bool]:
    """Return `text` with "\\n" for its line endings where all are alike, that ending, and whether they are not."""
    n_feeds, n_returns, n_pairs = text.count("\n"), text.count("\r"), text.count("\r\n")
    if n_feeds and n_pairs == n_feeds == n_returns:
        return text.replace("\r\n", "\n"), "\r\n", False
    if not n_feeds and n_returns:
        return text.replace("\r", "\n"), "\r", False
    return text, "\n", n_returns > 0


def encode(text: str, file_format: FileFormat) -> bytes:
    r"""Return the bytes of a file that holds `text`. Raises UnicodeEncodeError where its encoding has no such character.

    >>> encode("one\ntwo", FileFormat(newline="\r\n"))
    b'one\r\ntwo'
    """
    codec = file_format.encoding
    data = text.replace("\n", file_format.newline).encode(codec, _errors(codec))
    return (mark_of(codec) if file_format.bom else b"") + data


def misfit(text: str, file_format: FileFormat) -> str | None:
    """Return the first character of `text` that its encoding lacks, or turns into another, with its line; None where all fit.

    Halves of characters, which no encoding but UTF-16 has, are not looked for in UTF-8.

    >>> misfit("one\\n東京", FileFormat(encoding="latin-1")), misfit("东", FileFormat())
    ("'東' (line 2)", None)
    """
    if file_format.encoding.startswith("utf-"):
        return None
    try:
        again = text.encode(file_format.encoding).decode(file_format.encoding)
    except UnicodeEncodeError as exc:
        return _place(text, exc.start)
    except UnicodeDecodeError:  # what was written cannot be read
        again = ""
    if again == text:
        return None
    pairs = zip(text, again.ljust(len(text), "\0"), strict=False)
    return _place(text, next((at for at, (one, other) in enumerate(pairs) if one != other), len(text) - 1))


def _place(text: str, at: int) -> str:
    return f"{text[at]!r} (line {text.count(chr(10), 0, at) + 1})"
