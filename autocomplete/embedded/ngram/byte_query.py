"""From probabilities of units to probabilities of the bytes that would be typed next.

What may follow a place: a line break; marks as they are, " (" with its space; words after a space, or without one after
marks that words are glued to; words with a capital at the start of a sentence, or after what may be its end; unknown words,
spelled by `letters` or known words in capitals, which are offered once capitals are typed; numbers, never listed.

Invariant: `ask` is exact. Listed probabilities are those of the model, given that the text goes on with `typed`; the rest is
1 minus their sum, and every listed token is compatible with `typed`: one is a beginning of the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import neg
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autocomplete.core.words import pieces
from autocomplete.embedded.ngram.lexicon import Cased, Lexicon
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.sentences import NUMBERS, is_word, number_class, straight
from autocomplete.embedded.ngram.top_k import largest
from autocomplete.embedded.ngram.vocabulary import END_ID, FIRST_MARK, FIRST_NUMBER, UNKNOWN_ID

#: Most pieces and bytes of what is typed that are followed; past them nothing is known.
_MOST_PIECES, _MOST_BYTES = 8, 256

#: The byte from which on a word goes on with a letter.
_FIRST_LETTER = b"A"

#: How many words of a kind are listed at least: a correction of the likeliest looks at those beside it.
_LIKELIEST = 3


def ask(
    lexicon: Lexicon, context: str, typed: bytes, n: int, least: float = 0.0
) -> tuple[list[tuple[bytes, float]], float]:
    """Return the `n` likeliest tokens after `context` given `typed`, likeliest first, and the probability of the rest.

    A token is a whole unit as it would be typed, `typed` included: b" from" after "hear". Where the typed bytes hold more
    than one unit, it is the first. Nothing is listed where nothing known begins like that.

    `least`: those of the `n` that are words less likely than this may be counted with the rest; but for the likeliest few, what
    is typed itself, and words that go on with anything but a letter.
    """
    if len(typed) > _MOST_BYTES:
        return [], 1.0
    answer = _Answer(lexicon, context, typed)
    if answer.total <= 0.0:
        return [], 1.0
    listed: dict[bytes, float] = {}
    total = answer.total
    for token, mass in answer.tokens(n, least * total):
        listed[token] = listed.get(token, 0.0) + mass / total
    ranked = sorted([(-p, token) for token, p in listed.items()])[:n]
    return [(token, -p) for p, token in ranked], max(0.0, 1.0 - sum([-p for p, _ in ranked]))


def mass(lexicon: Lexicon, context: str, typed: bytes) -> float:
    """Return the probability that the text goes on with `typed` after `context`."""
    return _Answer(lexicon, context, typed).total if len(typed) <= _MOST_BYTES else 0.0


def probability(lexicon: Lexicon, context: str, typed: bytes, token: bytes) -> float:
    """Return the probability of exactly `token`, one unit that begins with `typed`, given that the text goes on with `typed`.

    It is listed by `ask` or not; 0 where the token is not one unit.
    """
    if len(token) > _MOST_BYTES:
        return 0.0
    answer = _Answer(lexicon, context, typed)
    if answer.total <= 0.0:
        return 0.0
    return min(1.0, answer.mass_of(token.decode(errors="surrogateescape")) / answer.total)


class _Group(NamedTuple):
    """Some units with the mass of each: that of `forms[first + i]` is `masses[i] * scale`.

    A form is spelled with `before` in front, once `change` is made, if any, and `n_cut` bytes are cut off at its beginning.
    `n_kept`: how many at the beginning are listed even where they are unlikely.
    """

    masses: Probabilities
    scale: float
    forms: Sequence[bytes]
    first: int
    before: bytes
    n_cut: int
    change: Callable[[bytes], bytes] | None
    n_kept: int


class _Answer:
    """One question: all tokens compatible with `typed`, and `total`, the mass of all that is compatible.

    `followed`: how many typed pieces have been followed to get here.
    """

    def __init__(self, lexicon: Lexicon, context: str, typed: bytes, followed: int = 0) -> None:
        self._lexicon, self._vocabulary, self._casing = lexicon, lexicon.vocabulary, lexicon.vocabulary.casing
        self._context, self._followed = context, followed
        self._typed = typed.decode(errors="surrogateescape")
        self._place, self._masses = lexicon.here(context)
        self._groups: list[_Group] = []
        self._single: list[tuple[bytes, float]] = []
        self._unlisted = 0.0
        self._apart = True  # no token is in two groups
        self._collect()
        self.total = self._unlisted + sum(mass for _, mass in self._single)
        self.total += sum(float(group.masses.sum()) * group.scale for group in self._groups)

    def tokens(self, n: int, least: float = 0.0) -> list[tuple[bytes, float]]:
        """Return the single tokens and the `n` heaviest of all groups, with their masses. A token may be in two groups.

        `least`: words of less mass may be left out; see `ask`.
        """
        listed = [pair for pair in self._single if pair[1] > 0.0]
        found: list[tuple[_Group, npt.NDArray[np.intp], list[float]]] = []
        for group in self._groups:
            heaviest = largest(group.masses, n)
            weights: list[float] = group.masses[heaviest].tolist()
            if group.scale != 1.0:
                weights = [weight * group.scale for weight in weights]
            found.append((group, heaviest, weights))
        every = [weight for _, _, weights in found for weight in weights]
        every += [mass for _, mass in listed if self._apart]
        cut = sorted(every, reverse=True)[n - 1] if len(every) > n else 0.0
        listed = [pair for pair in listed if pair[1] >= cut]
        # What is typed stays as it was typed, curly quotes and all; only the rest comes from the vocabulary.
        typed, n_plain = _raw(self._typed), len(_raw(straight(self._typed)))
        least = max(cut, least) if self._apart else cut
        for group, heaviest, weights in found:
            places = _listed(group, heaviest, weights, cut, least)
            listed += zip(_spelled(group, places, typed, n_plain), weights, strict=False)
        return listed

    def mass_of(self, token: str) -> float:
        """Return the mass of exactly `token`, 0 where it is not one unit."""
        plain = straight(token)
        piece = plain.lstrip(" \t")
        if pieces(piece) != [piece]:
            return 0.0
        separated = self._place.line_start or self._place.spaced
        spaced = separated or len(piece) < len(plain)
        return self._finished(piece, self._masses.spaced if spaced else self._masses.glued, spaced=spaced)[0]

    def _collect(self) -> None:
        """Find what may follow, by what the typed text begins with: nothing, a line break, a space, or something glued."""
        typed = straight(self._typed)
        if not typed or typed[0] in "\r\n":
            self._single.append((typed[:1].encode() or b"\n", float(self._masses.marks[END_ID])))
            if typed:
                return
        stem = typed.lstrip(" \t")
        spaces = typed[: len(typed) - len(stem)]
        separated = self._place.line_start or self._place.spaced
        if not (spaces or separated):
            self._add(stem, "", self._masses.glued, spaced=False)
        if spaces or separated or not typed:
            self._add(stem, spaces if separated else spaces or " ", self._masses.spaced, spaced=True)

    def _add(self, stem: str, spaces: str, words: Cased | None, *, spaced: bool) -> None:
        """Add all that begins with `stem` after `spaces`. `spaced`: what has a space before it, or needs none here."""
        raw, before = _raw(stem), spaces.encode()
        self._add_marks(raw, before, spaced=spaced)
        if words is not None:
            self._add_words(raw, before, words)
            self._add_numbers(stem, words)
            self._add_unknown(raw, before, words)
        self._add_finished(stem, spaces, words, spaced=spaced)

    def _add_group(
        self,
        masses: Probabilities,
        scale: float,
        first: int,
        before: bytes,
        change: Callable[[bytes], bytes] | None = None,
        *,
        stem: bytes = b"",
    ) -> None:
        """Add words; `masses[i]` is of the unit with the id `first + i`. They begin with `stem`, before any change."""
        if n := len(masses):
            forms = self._vocabulary.forms
            n_kept = bisect_left(forms, stem + _FIRST_LETTER, first, first + n) - first
            self._groups.append(_Group(masses, scale, forms, first, before, 0, change, n_kept))

    def _add_terms(
        self,
        stem: bytes,
        masses: Probabilities,
        scale: float,
        first: int,
        before: bytes,
        change: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """Add the terms that begin with the stem. `masses[0]`: of the unit with the id `first`."""
        terms = self._lexicon.terms
        low, high = terms.slice_from(stem)
        if low < high:
            found = masses[terms.ids[low:high] - first]
            n_kept = bisect_left(terms.forms, stem + _FIRST_LETTER, low, high) - low
            self._groups.append(_Group(found, scale, terms.forms, low, before, 0, change, n_kept))

    def _add_marks(self, stem: bytes, before: bytes, *, spaced: bool) -> None:
        if stem[:1].isalpha():
            return  # no mark begins like that
        low, high = self._vocabulary.marks_from(b" " + stem if spaced else stem)
        if low < high:
            masses, cut = self._masses.marks[low:high], int(spaced)
            group = _Group(masses, 1.0, self._vocabulary.forms, low, before if spaced else b"", cut, None, high - low)
            self._groups.append(group)

    def _add_words(self, stem: bytes, before: bytes, words: Cased) -> None:
        low, high = self._vocabulary.words_from(stem)
        self._add_group(words.plain[low:high], words.scale, low, before, stem=stem)
        self._add_terms(stem, words.plain, words.scale, 0, before)
        if words.capitals is not None and (small := self._small_stem(stem)) is not None:
            low, high = self._small_words(small)
            first, end = self._lexicon.small
            capitals, n_known = words.capitals, len(self._vocabulary)
            self._add_group(
                capitals[low - first : high - first], words.scale, low, before, self._casing.titled, stem=small
            )
            self._add_terms(small, capitals[end - first :], words.scale, n_known, before, self._casing.titled)

    def _add_numbers(self, stem: str, words: Cased) -> None:
        """Add the numbers that begin with the stem, all digits being equally likely."""
        if stem and (not stem[0].isdigit() or number_class(stem) is None):
            return
        last = len(NUMBERS) - 1
        fitting = [i for i in range(len(NUMBERS)) if i == last or (len(stem) <= i + 1 and (not stem or stem.isdigit()))]
        self._unlisted += words.scale * sum(float(words.plain[FIRST_NUMBER + i]) for i in fitting) * 0.1 ** len(stem)

    def _add_unknown(self, stem: bytes, before: bytes, words: Cased) -> None:
        """Add the unknown words that begin with the stem: known ones in capitals as tokens, the others as bare mass."""
        unknown = words.scale * float(words.plain[UNKNOWN_ID])
        title, upper = self._lexicon.unknown_title, self._lexicon.unknown_upper
        if not stem:
            self._unlisted += unknown
            return
        self._unlisted += unknown * (1.0 - title - upper) * self._lexicon.letters.starts_with(stem)
        if words.capitals is None and (small := self._small_stem(stem)) is not None:
            low, high = self._small_words(small)
            self._apart = False
            self._add_group(
                words.plain[low:high], unknown * title * words.scale, low, before, self._casing.titled, stem=small
            )
        if (small := self._all_small(stem)) is not None:
            low, high = self._small_words(small)
            masses = words.plain[low:high]
            self._apart = False
            if words.capitals is not None:
                masses = masses + words.capitals[low - self._lexicon.small[0] : high - self._lexicon.small[0]]
            self._add_group(masses, unknown * upper * words.scale, low, before, self._casing.uppered, stem=small)

    def _small_stem(self, stem: bytes) -> bytes | None:
        """Return the stem with a small first letter, None where it does not begin with a capital that has one."""
        if not stem:
            return stem
        text = stem.decode(errors="surrogateescape")
        small = self._casing.lowered(text) if text[0].isupper() else text
        return None if small == text else _raw(small)

    def _all_small(self, stem: bytes) -> bytes | None:
        """Return the stem in small letters, None where it is not two letters or more, all of them capitals."""
        text = stem.decode(errors="surrogateescape")
        if len(text) < 2 or not text.isupper():
            return None
        small = "".join(map(self._casing.lower, text))  # letter by letter: the sigma of a beginning is no final one
        return _raw(small) if self._casing.upper(small) == text else None

    def _small_words(self, stem: bytes) -> tuple[int, int]:
        return self._vocabulary.words_from(stem) if stem else self._lexicon.small

    def _add_finished(self, stem: str, spaces: str, words: Cased | None, *, spaced: bool) -> None:
        """Add the first typed unit where more is typed after it, with the mass of what is."""
        if stem.isascii() and stem.isalpha():
            return
        found = pieces(stem)
        if not found or len(found[0]) == len(stem) or self._followed >= _MOST_PIECES:
            return
        cut = len(spaces) + len(found[0])
        weight, known = self._finished(found[0], words, spaced=spaced)
        if weight > 0.0:
            context, rest = self._context + self._typed[:cut], _raw(self._typed[cut:])
            weight *= _Answer(self._lexicon, context, rest, self._followed + 1).total
        if known:
            self._single.append((_raw(self._typed[:cut]), weight))
        else:
            self._unlisted += weight

    def _finished(self, piece: str, words: Cased | None, *, spaced: bool) -> tuple[float, bool]:
        """Return the mass of exactly this piece, and whether it is in the vocabulary."""
        if not is_word(piece):
            mark = self._vocabulary.mark_id(" " + piece if spaced else piece)
            return (float(self._masses.marks[mark]), True) if mark >= FIRST_MARK else (0.0, False)
        if words is None:
            return 0.0, False
        if (number := number_class(piece)) is not None:
            return words.scale * float(words.plain[self._vocabulary.mark_id(number)]) * 0.1 ** len(piece), False
        known = self._lexicon.terms.word_id(piece)
        weight = float(words.plain[known]) if known != UNKNOWN_ID else 0.0
        if words.capitals is not None and piece[0].isupper():
            first, end = self._lexicon.small
            small = self._lexicon.terms.word_id(self._casing.lowered(piece))
            if first <= small < end:
                weight += float(words.capitals[small - first])
            elif small >= len(self._vocabulary):
                weight += float(words.capitals[end - first + small - len(self._vocabulary)])
        if weight > 0.0:
            return weight * words.scale, True
        return words.scale * float(words.plain[UNKNOWN_ID]) * self._lexicon.letters.word(_raw(piece)), False


def _listed(group: _Group, heaviest: npt.NDArray[np.intp], weights: list[float], cut: float, least: float) -> list[int]:
    """Return which units of a group are listed, and move their `weights` to the front.

    All must weigh `cut`, and `least` too but for the first few and those that are always kept.
    """
    n_heavy = max(_n_from(weights, least), min(_LIKELIEST, _n_from(weights, cut)))
    places: list[int] = heaviest[:n_heavy].tolist()
    if group.n_kept:
        for place, weight in zip(heaviest[n_heavy:].tolist(), weights[n_heavy:], strict=True):
            if weight < cut:
                break
            if place < group.n_kept:
                weights[len(places)] = weight
                places.append(place)
    while places and not weights[len(places) - 1] > 0.0:
        places.pop()
    return places


def _n_from(weights: Sequence[float], least: float) -> int:
    """Return how many of some weights, the largest first, are `least` or more.

    >>> _n_from([0.5, 0.3, 0.1], 0.3), _n_from([], 0.0)
    (2, 0)
    """
    return bisect_right(weights, -least, key=neg)


def _spelled(group: _Group, places: list[int], typed: bytes, n_plain: int) -> list[bytes]:
    """Return tokens of a group: `typed`, and of each unit what comes after `n_plain` bytes."""
    forms, first, before, n_cut, change = group.forms, group.first, group.before, group.n_cut, group.change
    n = n_plain - len(before)
    if change is None and n >= 0:
        n += n_cut
        return [typed + forms[first + i][n:] for i in places]
    if change is None:
        typed += before[n_plain:]
        return [typed + forms[first + i][n_cut:] for i in places]
    return [typed + (before + change(forms[first + i][n_cut:]))[n_plain:] for i in places]


def _raw(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
