r"""The meaning of the tokens and numbers of one wire position: bytes, end of text, or mass that cannot be named.

Invariant: a token gets bytes only where they are certain; all other mass counts as unseen. Numbers that contradict
each other raise `UntrustedError`. A token's bytes come, in order, from the wire's own `bytes` (unless these are the
replacement character), from `bytes:\x..` or pure `\xNN` spellings, and from the UTF-8 of the spelling.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from autocomplete.core.distribution import Distribution

#: At or below this value a server means "outside the top list", not a value (OpenAI, vLLM).
SENTINEL_LOGPROB = -9999.0
#: Rounding lets a log-probability come out this far above 0.
POSITIVE_TOLERANCE = 1e-4
#: How far two values of one token may lie apart (llama-server moves by 1e-4 with the state of its cache).
AGREE_TOLERANCE = 0.02
#: Beside a token of all mass a softmax leaves at least this, unless it was scaled by a temperature of 0, or clipped.
LEAST_REST = 1e-20

#: Special tokens that end the text or the turn, as servers spell them.
END_SPELLINGS = frozenset(
    {"<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>", "<|return|>"}
)
#: Spelt like special tokens: control tokens, or (rarely) text. Doubtful, so unseen.
_CONTROL = re.compile(r"<\|[^|]*\|>|</?s>|<(?:eos|bos|pad|unk|(?:start|end)_of_turn)>|<｜.*｜>", re.DOTALL)
_MARKED = re.compile(r"[▁ĠĊĉ].*|<0x[0-9A-Fa-f]{2}>", re.DOTALL)
_TOKEN_ID = re.compile(r"token_id:\d+")
_ESCAPE = r"\\x([0-9A-Fa-f]{2})"
_REPLACEMENT = "\ufffd"


class UntrustedError(ValueError):
    """The numbers contradict each other or say nothing. The message is a fixed phrase, without any of the text."""


class OneHotError(UntrustedError):
    """All mass is on one token: the numbers are of the sampling, not of the model."""

    def __init__(self) -> None:
        super().__init__("all probability is on one token, as after sampling at temperature 0")


@dataclass(frozen=True, slots=True)
class Entry:
    """One token of an answer; every field is unchecked."""

    token: object
    logprob: object
    wire_bytes: object = None
    token_id: object = None


@dataclass(frozen=True, slots=True)
class WirePosition:
    """The alternatives of one position, and the token that was sampled there.

    `texts`: the generated text, and the same without the prompt that servers may repeat before it. `ended`: the sampled
    token ended the text.
    """

    top: tuple[Entry, ...]
    sampled: Entry
    texts: tuple[str, ...] = ()
    ended: bool = False


def distribution(position: WirePosition) -> Distribution:
    """Return the distribution of `position`. Raises `UntrustedError`.

    >>> distribution(WirePosition((Entry(" the", -0.2), Entry("", -3.0)), Entry(" the", -0.2))).tokens
    ((b' the', 0.8187307530779818),)
    """
    if not position.top:
        raise UntrustedError("the server listed no alternatives")
    entries = list(dict.fromkeys(_checked_entry(entry) for entry in position.top))
    sampled = _checked_entry(position.sampled)
    if not any(entry.probability > 0.0 for entry in entries):
        raise UntrustedError("the server listed no token with a probability")
    if all(entry.is_id for entry in entries):
        raise UntrustedError("the server names tokens by number, not by text")
    if position.texts and all(misspelt(position.sampled.token, text) for text in position.texts):
        raise UntrustedError("the server's token is not the text that it wrote")
    _check_spelling(sampled, entries)
    if _adds(sampled, entries):
        entries.append(sampled)
    if _is_one_hot(entries):
        raise OneHotError
    if position.ended:
        entries = [_ended(entry) if entry.same(sampled) and _agree(entry, sampled) else entry for entry in entries]
    return _normal(entries)


def misspelt(token: object, text: str) -> bool:
    r"""Return whether `token` is not how the generated `text` starts: the spelling of a vocabulary, or of another text.

    White space at the ends does not count (servers strip it), nor do parts of characters and special tokens.

    >>> misspelt("▁the", "the"), misspelt("Ġorġ", "Ġorġ"), misspelt(" the", "the cat"), misspelt("\\xe2", "\ufffd")
    (True, False, False, False)
    """
    if not isinstance(token, str) or _REPLACEMENT in token + text or _CONTROL.fullmatch(token):
        return False
    spelled, written = token.strip(), text.strip()
    return bool(spelled and written) and not (written.startswith(spelled) or re.search(_ESCAPE, spelled))


@dataclass(frozen=True, slots=True)
class _CheckedEntry:
    """An entry whose number was checked. `text` is None where the bytes are not known."""

    spelling: str
    text: bytes | None
    probability: float
    token_id: int | None
    ends: bool
    is_id: bool

    def same(self, other: _CheckedEntry) -> bool:
        """Return whether both are the same token, as far as the wire tells."""
        if self.token_id is not None and other.token_id is not None:
            return self.token_id == other.token_id
        return (self.spelling, self.text) == (other.spelling, other.text)


def _checked_entry(entry: Entry) -> _CheckedEntry:
    spelling = entry.token if isinstance(entry.token, str) else _REPLACEMENT
    ends = spelling in END_SPELLINGS
    return _CheckedEntry(
        spelling,
        None if ends else _text(spelling, entry.wire_bytes),
        _probability(entry.logprob),
        entry.token_id if type(entry.token_id) is int else None,
        ends,
        bool(_TOKEN_ID.fullmatch(spelling)),
    )


def _ended(entry: _CheckedEntry) -> _CheckedEntry:
    """Return `entry` as the end of the text, or without its text where it has one (it wrote none: doubtful)."""
    return replace(entry, text=None, ends=entry.text is None)


def _is_one_hot(entries: list[_CheckedEntry]) -> bool:
    *rest, most = sorted(entry.probability for entry in entries)
    return most == 1.0 and all(probability < LEAST_REST for probability in rest)


def _check_spelling(sampled: _CheckedEntry, entries: list[_CheckedEntry]) -> None:
    """Raise `UntrustedError` where the list holds the sampled token with other bytes, such as without its space."""
    if sampled.text is None or any(entry.text == sampled.text for entry in entries):
        return
    for entry in entries:
        if entry.text is None or not _agree(entry, sampled):
            continue
        same_id = entry.token_id is not None and entry.token_id == sampled.token_id
        if same_id or entry.text.strip() == sampled.text.strip():
            raise UntrustedError("the list spells the sampled token in another way")


def _adds(sampled: _CheckedEntry, entries: list[_CheckedEntry]) -> bool:
    """Return whether the sampled token is missing from the list. Raises `UntrustedError` where it contradicts the list."""
    if sampled.probability == 0.0:
        raise UntrustedError("the sampled token has no probability")
    twins = [entry for entry in entries if entry.same(sampled)]
    if any(_agree(entry, sampled) for entry in twins):
        return False
    if twins and sampled.text is not None:
        raise UntrustedError("the sampled token has two probabilities")
    if sampled.probability > min(entry.probability for entry in entries) * math.exp(AGREE_TOLERANCE):
        if twins:  # tokens without a spelling share a key, so the list shows only one of them
            return False
        raise UntrustedError("the list lacks a token that is likelier than its last")
    # llama-server merges the parts of a character: the list is of one part
    if _begins_with_whole(sampled.text or b""):
        raise UntrustedError("the list may be that of a part of a character")
    return True


def _begins_with_whole(text: bytes) -> bool:
    """Return whether a token begins with a whole character of several bytes."""
    try:
        return text.lstrip()[:1] >= b"\x80" and bool(text.decode())
    except UnicodeDecodeError:
        return False


def _agree(one: _CheckedEntry, other: _CheckedEntry) -> bool:
    return math.isclose(one.probability, other.probability, rel_tol=AGREE_TOLERANCE, abs_tol=1e-12)


def _normal(entries: list[_CheckedEntry]) -> Distribution:
    try:
        return Distribution.from_pairs(
            ((entry.text or b"", entry.probability) for entry in entries if not entry.ends),
            end=math.fsum(entry.probability for entry in entries if entry.ends),
        )
    except ValueError:
        raise UntrustedError("the probabilities sum to more than 1") from None


def _probability(logprob: object) -> float:
    """Return the probability of a wire value: 0 for NaN and sentinels. Raises `UntrustedError` for what is no logprob.

    >>> _probability(0.00005), _probability(-9999.0), _probability(float("nan"))
    (1.0, 0.0, 0.0)
    """
    if isinstance(logprob, bool) or not isinstance(logprob, int | float):
        raise UntrustedError("a log-probability is not a number")
    try:
        value = float(logprob)
    except OverflowError:
        raise UntrustedError("a log-probability is not a number") from None
    if math.isnan(value) or value <= SENTINEL_LOGPROB:
        return 0.0
    if value > POSITIVE_TOLERANCE:
        raise UntrustedError("a log-probability is above 0")
    return math.exp(min(value, 0.0))


def _text(spelling: str, wire_bytes: object) -> bytes | None:
    r"""Return the token's bytes, None where they are not certain.

    >>> _text("\\xf0\\x9f", None), _text("bytes: \\xe2", None), _text("\ufffd", [239, 191, 189]), _text("", [149])
    (b'\xf0\x9f', b' \xe2', None, b'\x95')
    """
    if _CONTROL.fullmatch(spelling) or _TOKEN_ID.fullmatch(spelling):
        return None
    if isinstance(wire_bytes, list):
        whole = bytes(wire_bytes) if all(type(b) is int and 0 <= b <= 255 for b in wire_bytes) else b""
        return None if not whole or _REPLACEMENT.encode() in whole or _contradicts(spelling, whole) else whole
    if spelling.startswith("bytes:") and re.search(_ESCAPE, spelling):
        return _unescape(spelling.removeprefix("bytes:"))
    if re.fullmatch(f"(?:{_ESCAPE})+", spelling):
        return _partial(_unescape(spelling))
    if not spelling or _REPLACEMENT in spelling or _MARKED.fullmatch(spelling):
        return None
    return _encoded(spelling)


def _contradicts(spelling: str, whole: bytes) -> bool:
    r"""Return whether `whole` cannot be the bytes of a token that is spelled so.

    White space at the ends does not count (servers strip it); parts of characters and escapes are not compared. A mark of
    a vocabulary stands for other bytes than its own.

    >>> _contradicts(" you", b" they"), _contradicts("you", b" you"), _contradicts("\u0120you", b" you")
    (True, False, False)
    """
    if _MARKED.fullmatch(spelling):
        return whole == spelling.encode()
    try:
        written = whole.decode().strip()
    except UnicodeDecodeError:
        return False
    spelled = spelling.strip()
    return bool(spelled) and spelled != written and _REPLACEMENT not in spelled and not re.search(_ESCAPE, spelled)


def _unescape(escaped: str) -> bytes | None:
    encoded = _encoded(escaped)
    return encoded and re.sub(_ESCAPE.encode(), lambda match: bytes.fromhex(match[1].decode()), encoded)


def _partial(escaped: bytes | None) -> bytes | None:
    r"""Return `escaped` where it is a part of a character: whole characters need no escape, so `\x41` may be text."""
    try:
        (escaped or b"").decode()
    except UnicodeDecodeError:
        return escaped
    return None


def _encoded(spelling: str) -> bytes | None:
    try:
        return spelling.encode()
    except UnicodeEncodeError:  # JSON may hold half of a surrogate pair
        return None
