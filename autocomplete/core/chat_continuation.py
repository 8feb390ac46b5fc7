"""The first token of a chat answer, read as the continuation of a text.

A chat model without prefill does not continue text by nature: it drops the space between two words, capitalises as if
a sentence began, starts the sentence over, or opens with an ellipsis. Invariant: mass is conserved; what a token means
is decided where one reading is far likelier, and its mass goes to the residual where none is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from autocomplete.core.characters import CLASSES, CharKind
from autocomplete.core.distribution import Distribution
from autocomplete.core.word_prior import Prior

_STARTS_UNSPACED = regex.compile(CLASSES[CharKind.UNSPACED])
_ENDS_UNSPACED = regex.compile(rf"{CLASSES[CharKind.UNSPACED]}\Z")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")
_OPEN_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’]+\Z")
_ARTEFACT = regex.compile(r"\s*(?:[\r\n]|…|\.\.)")
_STOP = r"[.!?。！？…][\p{Pe}\p{Pf}\"'”’]*"
#: Where a sentence begins: at the start, on a new line (after a bullet), after a stop, or after an opening quote.
_SENTENCE_START = regex.compile(rf"(?:(?:\A|[\r\n]|{_STOP}\s)[\s\p{{Ps}}\p{{Pi}}\"'*#>•-]*|{_STOP})\Z")
_SENTENCE_END = regex.compile(rf"[\r\n]+|{_STOP}\s+")
_OPENING = regex.compile(r"(?:[\p{Ps}\p{Pi}]|(?:\A|\s)[\"'])\Z")
#: How much likelier one reading must be than the other to be taken.
PLAIN = 10.0
#: Below this share of all words, no word that was ever counted begins so.
UNHEARD_OF = 1e-9
_PRONOUN = regex.compile(r"I(?:['’].*)?")


def continue_text(
    distribution: Distribution,
    context: str,
    starts_with: bytes,
    after_word: bool,
    words: Callable[[], Prior] | None = None,
) -> Distribution:
    """Return the distribution of what comes after `context`, from the first token of a chat answer to it.

    `after_word`: `context` ends with a finished word (or before the first), and `starts_with` is what is typed since: a
    separator, a stem, both or nothing. Else `context` ends in a word that may go on or be whole: a letter may continue it, or
    begin the next word with its space dropped. `words` decides: one reading must be far likelier than the other. Without
    `words` the letter is taken to continue the word, which at worst withholds. They also tell names: within a sentence any
    other capital without its space may open a reply ("Sure"), and is lower-cased only where the answer prefers it so itself.

    >>> answer = Distribution.from_pairs([(b"from", 0.5), (b" from", 0.2), (b"From", 0.1), (b"Sure", 0.1), (b"...", 0.1)])
    >>> continue_text(answer, "I look forward to hearing", b"", after_word=True).tokens
    ((b' from', 0.7999999999999999),)
    >>> continue_text(Distribution.from_pairs([(b"om", 0.5), (b"From", 0.5)]), "hearing fr", b"", after_word=False).tokens
    ((b'om', 0.5),)
    """
    if after_word:
        pairs = _after_word(distribution, _Place.of(context, starts_with.decode(errors="ignore")), words)
    else:
        pairs = _inside_word(distribution, context, words and words())
    return Distribution.from_pairs(pairs, end=distribution.end, whole_words=distribution.whole_words, usage=distribution.usage)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the text before the answer says about it. `openers`: first words of the text and of its last sentence."""

    separator: str
    stem: str
    starts_sentence: bool
    openers: frozenset[str]
    ends_in_digit: bool

    @classmethod
    def of(cls, context: str, typed: str) -> _Place:
        """Return the place after `context`, where `typed` has been written since."""
        first_words = (_WORD.search(part) for part in (context, _SENTENCE_END.split(context.rstrip())[-1]))
        return cls(
            "" if typed[:1].isalnum() else " " if typed.startswith(" ") else _separator(context),
            typed.lstrip(),
            bool(_SENTENCE_START.search(context) or _OPENING.search(context)),
            frozenset(found[0].casefold() for found in first_words if found),
            context[-1:].isdigit(),
        )


def _separator(context: str) -> str:
    r"""Return what must stand between `context` and a word: a space, or nothing.

    >>> _separator("to hear"), _separator("line\n"), _separator("he said “"), _separator("我喜欢")
    (' ', '', '', '')
    """
    closed = not context or context[-1].isspace() or _OPENING.search(context) or _ENDS_UNSPACED.search(context)
    return "" if closed else " "


def _after_word(distribution: Distribution, place: _Place, words: Callable[[], Prior] | None) -> Iterator[tuple[bytes, float]]:
    read = [(token, *_split(token), p) for token, p in distribution.tokens]
    listed: dict[str, float] = {}
    for _, head, _, p in read:
        if not _is_restart(head, place):
            listed[head.removeprefix(" ")] = listed.get(head.removeprefix(" "), 0.0) + p
    for token, head, tail, p in read:
        word = head.removeprefix(" ")
        if _ARTEFACT.match(head):
            continue
        # Chinese, say, goes on without a separator.
        if not word[:1].isalnum() or (place.separator and _STARTS_UNSPACED.match(head)):
            if head or not place.separator:  # the part of a character may be that of a letter, its space dropped
                yield token, p
        elif (settled := _settled(head, p, place, listed, words)) is not None:
            yield (place.separator + settled).encode() + tail, p


def _split(token: bytes) -> tuple[str, bytes]:
    r"""Return the whole characters that `token` starts with, and the rest.

    >>> _split(b" caf\xc3")
    (' caf', b'\xc3')
    """
    try:
        head = token.decode()
    except UnicodeDecodeError as exc:
        head = token[: exc.start].decode()
    return head, token[len(head.encode()) :]


def _settled(head: str, p: float, place: _Place, listed: dict[str, float], words: Callable[[], Prior] | None) -> str | None:
    """Return the word that `head` begins as it stands in the text, or None where its reading is doubtful.

    `p`: its probability; `listed`: those of all words of the answer.
    """
    word = head.removeprefix(" ")
    if place.ends_in_digit and head[:1].isdigit() and place.separator:
        return None  # "1" + "9": one number or two
    if place.starts_sentence or _agrees(word, place.stem):
        return word
    if _is_restart(head, place):
        return None
    lower = word[0].lower() + word[1:]
    if not _is_capitalised(word) or (words is not None and _is_name(word, words())):
        return word
    if head != word and place.separator:  # with its space
        return lower if lower in listed else word
    return lower if listed.get(lower, 0.0) >= p else None


def _is_name(word: str, words: Prior) -> bool:
    """Return whether a capitalised word is far likelier so than in lower case: of those that were counted, within sentences."""
    capitalised, lower = (words.starts_with(b" " + form.encode()) for form in (word, word[0].lower() + word[1:]))
    return capitalised > max(lower * PLAIN, UNHEARD_OF)


def _agrees(word: str, stem: str) -> bool:
    """Return whether `stem` was typed and is how `word` begins, or the other way round."""
    return bool(stem) and (word.startswith(stem) or stem.startswith(word))


def _is_capitalised(word: str) -> bool:
    """Return whether `word` looks like the first of a sentence, which the pronoun, "NASA" and "iOS" do not.

    >>> [_is_capitalised(word) for word in ("From", "I", "I'm", "NASA", "from")]
    [True, False, False, False, False]
    """
    return word[0].isupper() and not any(char.isupper() for char in word[1:]) and not _PRONOUN.fullmatch(word)


def _is_restart(head: str, place: _Place) -> bool:
    """Return whether the answer may start the sentence over: with its first word, or its capitalised beginning."""
    word = head.removeprefix(" ")
    found = _WORD.match(word)
    if found is None:
        return False
    folded = found[0].casefold()
    if _is_capitalised(word):
        return any(opener.startswith(folded) for opener in place.openers)
    return folded in place.openers and (word == head or not place.separator)


def _inside_word(distribution: Distribution, context: str, words: Prior | None) -> Iterator[tuple[bytes, float]]:
    half = _OPEN_WORD.search(context)
    for token, p in distribution.tokens:
        if not _continues_word(context, token):
            continue
        if words is None or half is None or not _split(token)[0][:1].isalpha():
            yield token, p
            continue
        goes_on = words.starts_with(b" " + half[0].encode() + token)
        ends = words.word(b" " + half[0].encode()) * words.starts_with(b" " + token)
        if goes_on > max(ends * PLAIN, UNHEARD_OF):
            yield token, p
        elif ends > goes_on * PLAIN:
            yield b" " + token, p


def _continues_word(context: str, token: bytes) -> bool:
    """Return whether `token` goes on after the half word that ends `context`, or plainly ends it.

    >>> [_continues_word("hearing fr", token) for token in (b"om", b" om", b"From", b"from", b"\\n")]
    [True, True, False, False, False]
    """
    head, _ = _split(token)
    if _ARTEFACT.match(head) or (head[:1].isupper() and context[-1:].islower()):
        return False
    half = _OPEN_WORD.search(context)
    return half is None or not head.casefold().startswith(half[0].casefold())
