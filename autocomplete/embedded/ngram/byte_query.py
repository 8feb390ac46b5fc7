"""From probabilities of units to the mass of each continuation of the bytes that are typed.

What may follow a position: a line break; marks as they are, " (" with its space; words after a space, or without one after
marks that words are glued to; words with a capital at the start of a sentence, or after what may be its end; unknown words,
spelled by `unknown_words`, or known words in capitals, which are offered once capitals are typed; numbers, never listed.

Invariant: `ask` is exact. Listed probabilities are those of the model, given that the text goes on with `typed`; the rest is
1 minus their sum, and every listed token is compatible with `typed`: one is a beginning of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autocomplete.core.boundaries import pieces
from autocomplete.embedded.ngram.continuations import Change, Continuations, TokenGroup, encoded
from autocomplete.embedded.ngram.lexicon import Cased, Lexicon, SpellingMasses
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.position import Position
from autocomplete.embedded.ngram.sentences import NUMBERS, is_word, number_class, straight
from autocomplete.embedded.ngram.vocabulary import END_ID, FIRST_MARK, FIRST_NUMBER, UNKNOWN_ID

#: Most units and bytes of what is typed that are followed; past them nothing is known.
_MOST_UNITS, _MOST_BYTES = 8, 256

#: Bytes that are sorted after all forms: as the stem of marks, none of which goes on with a letter.
_AFTER_ALL = b"\xff"


def ask(lexicon: Lexicon, context: str, typed: bytes, n: int, least: float = 0.0) -> tuple[list[tuple[bytes, float]], float]:
    """Return the `n` likeliest tokens after `context` given `typed`, likeliest first, and the probability of the rest.

    A token is a whole unit as it would be typed, `typed` included: b" from" after "hear". Where the typed bytes hold more
    than one unit, it is the first. Nothing is listed where nothing known begins like that.

    `least`: those of the `n` that are words less likely than this may be counted with the rest; but for the likeliest few, what
    is typed itself, and words that go on with anything but a letter.
    """
    if len(typed) > _MOST_BYTES:
        return [], 1.0
    found = ByteQuery.after(lexicon, context, typed).continuations()
    total = found.total
    if total <= 0.0:
        return [], 1.0
    listed: dict[bytes, float] = {}
    for token, mass in found.likeliest(n, least * total):
        listed[token] = listed.get(token, 0.0) + mass / total
    tokens = [(token, -p) for p, token in sorted([(-p, token) for token, p in listed.items()])[:n]]
    return tokens, max(0.0, 1.0 - sum([p for _, p in tokens]))


def mass(lexicon: Lexicon, context: str, typed: bytes) -> float:
    """Return the probability that the text goes on with `typed` after `context`."""
    return ByteQuery.after(lexicon, context, typed).continuations().total if len(typed) <= _MOST_BYTES else 0.0


def probability(lexicon: Lexicon, context: str, typed: bytes, token: bytes) -> float:
    """Return the probability of exactly `token`, one unit that begins with `typed`, given that the text goes on with `typed`.

    It need not be listed by `ask`; 0 where the token is not one unit.
    """
    if len(token) > _MOST_BYTES:
        return 0.0
    query = ByteQuery.after(lexicon, context, typed)
    total = query.continuations().total
    return min(1.0, query.mass_of(token.decode(errors="surrogateescape")) / total) if total > 0.0 else 0.0


@dataclass(slots=True)  # frozen, making one takes twice as long, and one is made at every key
class _TypedReading:
    """A way to read what is typed: the white space `before`, then the beginning of a unit: `text`, or `stem` as bytes.

    `words`: masses of the words here, None where none may come. `spaced`: the unit has a space before it, or needs none here.
    """

    before: bytes
    text: str
    stem: bytes
    words: Cased | None
    spaced: bool


@dataclass(slots=True)  # as above
class ByteQuery:
    """The question what may come after `context`, given that the text goes on with `typed`.

    `position`, `masses`: of the lexicon, at the end of the context. `n_followed`: how many typed units led here.
    """

    lexicon: Lexicon
    context: str
    typed: str
    position: Position
    masses: SpellingMasses
    n_followed: int = 0

    @classmethod
    def after(cls, lexicon: Lexicon, context: str, typed: bytes, n_followed: int = 0) -> ByteQuery:
        """Return the query about the end of a context."""
        position = lexicon.position(context)
        return cls(lexicon, context, typed.decode(errors="surrogateescape"), position, lexicon.masses(position), n_followed)

    def continuations(self) -> Continuations:
        """Return all that may follow, by what `typed` begins with: nothing, a line break, a space, or something glued."""
        typed = straight(self.typed)
        line_break = float(self.masses.marks[END_ID])
        if typed[:1] in ("\r", "\n"):
            return Continuations(self.typed, [], [(typed[:1].encode(), line_break)], [], overlap=False)
        groups: list[TokenGroup] = []
        single = [] if typed else [(b"\n", line_break)]
        unlisted: list[float] = []
        overlap, starts_with = False, self.lexicon.unknown_words.starts_with
        for reading in self._readings(typed):
            groups += self._marks(reading)
            if (words := reading.words) is not None:
                groups += self._words(reading, words)
                in_capitals, others = self._words_in_capitals(reading.text, reading.before, words)
                if reading.text:
                    others += self._unknown_mass(words) * self._share_of_others(words) * starts_with(reading.stem)
                else:
                    others = self._unknown_mass(words)
                unlisted += self._number_mass(reading.text, words), others
                groups += [group for group in in_capitals if len(group.masses)]
                overlap = overlap or bool(in_capitals)
            if not (reading.text.isascii() and reading.text.isalpha()):  # else it is not over
                token, mass = self._finished(reading)
                if token is None:
                    unlisted.append(mass)
                else:
                    single.append((token, mass))
        return Continuations(self.typed, groups, single, unlisted, overlap)

    def mass_of(self, token: str) -> float:
        """Return the mass of exactly `token`, 0 where it is not one unit."""
        plain = straight(token)
        piece = plain.lstrip(" \t")
        if pieces(piece) != [piece]:
            return 0.0
        spaced = self._separated or len(piece) < len(plain)
        return self._unit_mass(piece, self.masses.spaced if spaced else self.masses.glued, spaced=spaced)[0]

    @property
    def _separated(self) -> bool:
        """Whether a word may come without another space."""
        return self.position.line_start or self.position.spaced

    def _readings(self, typed: str) -> list[_TypedReading]:
        text = typed.lstrip(" \t")
        spaces, stem = typed[: len(typed) - len(text)], encoded(text)
        apart = bool(spaces) or self._separated
        readings = [] if apart else [_TypedReading(b"", text, stem, self.masses.glued, False)]
        if apart or not typed:
            readings.append(_TypedReading(spaces.encode() if apart else b" ", text, stem, self.masses.spaced, True))
        return readings

    def _marks(self, reading: _TypedReading) -> Iterator[TokenGroup]:
        stem, spaced = reading.stem, reading.spaced
        if stem[:1].isalpha():
            return  # no mark begins like that
        vocabulary = self.lexicon.vocabulary
        low, high = vocabulary.marks_from(b" " + stem if spaced else stem)
        if low < high:
            masses = self.masses.marks[low:high]
            yield TokenGroup(masses, 1.0, vocabulary.forms, low, _AFTER_ALL, reading.before, n_cut=int(spaced))

    def _words(self, reading: _TypedReading, words: Cased) -> Iterator[TokenGroup]:
        """Yield the words and terms that begin with the stem as they stand, then those that get a capital here."""
        vocabulary, stem, before = self.lexicon.vocabulary, reading.stem, reading.before
        low, high = vocabulary.words_from(stem)
        if low < high:
            yield TokenGroup(words.plain[low:high], words.scale, vocabulary.forms, low, stem, before)
        yield from self._terms(words.plain[len(vocabulary) :], words.scale, stem, before)
        if words.capitals is not None and (small := self._small_stem(reading.text)) is not None:
            titled, (first, end) = vocabulary.casing.titled, self.lexicon.small
            low, high = self._small_words(small)
            if low < high:
                masses = words.capitals[low - first : high - first]
                yield TokenGroup(masses, words.scale, vocabulary.forms, low, small, before, titled)
            yield from self._terms(words.capitals[end - first :], words.scale, small, before, titled)

    def _terms(
        self, masses: Probabilities, scale: float, stem: bytes, before: bytes, change: Change | None = None
    ) -> Iterator[TokenGroup]:
        """Yield the terms that begin with the stem. `masses`: of all terms, by id."""
        terms = self.lexicon.terms
        low, high = terms.slice_from(stem)
        if low < high:
            yield TokenGroup(masses[terms.arrays()[0][low:high]], scale, terms.forms, low, stem, before, change)

    def _number_mass(self, text: str, words: Cased) -> float:
        """Return the mass of the numbers that begin with `text`, all digits being equally likely."""
        if text and (not text[0].isdigit() or number_class(text) is None):
            return 0.0
        last = len(NUMBERS) - 1
        fitting = [i for i in range(len(NUMBERS)) if i == last or (len(text) <= i + 1 and (not text or text.isdigit()))]
        return words.scale * sum(float(words.plain[FIRST_NUMBER + i]) for i in fitting) * 0.1 ** len(text)

    def _unknown_mass(self, words: Cased) -> float:
        return words.scale * float(words.plain[UNKNOWN_ID])

    def _share_of_others(self, words: Cased) -> float:
        """Return the share of unknown words that are no known ones in capitals; at a start, one with a capital is known."""
        title = self.lexicon.unknown_title if words.capitals is None else 0.0
        return 1.0 - title - self.lexicon.unknown_upper

    def _words_in_capitals(self, text: str, before: bytes, words: Cased) -> tuple[list[TokenGroup], float]:
        """Return the known words that are unknown as they are typed here: with a capital, or all in capitals.

        After one letter there is only the mass, the second result, of those all in capitals. Each has its share of the small
        words that may come here, so that together they have that of the unknown words in capitals.
        """
        lexicon, casing = self.lexicon, self.lexicon.vocabulary.casing
        title = self._small_stem(text) if text and words.capitals is None else None
        upper = self._all_small(text)
        if title is None and upper is None:
            return [], 0.0
        begin, end = lexicon.small
        masses = words.plain[begin:end]
        if words.capitals is not None:
            masses = masses + words.capitals[: end - begin]
        unknown = self._unknown_mass(words) / max(1e-9, float(masses.sum()))
        groups = []
        for small, share, change in (
            (title, lexicon.unknown_title, casing.titled),
            (upper, lexicon.unknown_upper, casing.uppered),
        ):
            if small is not None:
                low, high = lexicon.vocabulary.words_from(small)
                group = masses[low - begin : high - begin]
                groups.append(TokenGroup(group, unknown * share, lexicon.vocabulary.forms, low, small, before, change))
        if upper is None or len(text) > 1:
            return groups, 0.0
        return groups[:-1], float(groups[-1].masses.sum()) * groups[-1].scale

    def _small_stem(self, text: str) -> bytes | None:
        """Return a stem with a small first letter, None where it does not begin with a capital that has one."""
        if not text[:1].isupper():
            return None if text else b""
        small = self.lexicon.vocabulary.casing.lowered(text)
        return None if small == text else encoded(small)

    def _all_small(self, text: str) -> bytes | None:
        """Return a stem in small letters, None where it does not begin with a capital or is not all in capitals."""
        if not (text[:1].isupper() and text.isupper()):
            return None
        casing = self.lexicon.vocabulary.casing
        small = "".join(map(casing.lower, text))  # letter by letter: the sigma of a beginning is no final one
        return encoded(small) if casing.upper(small) == text else None

    def _small_words(self, stem: bytes) -> tuple[int, int]:
        return self.lexicon.vocabulary.words_from(stem) if stem else self.lexicon.small

    def _finished(self, reading: _TypedReading) -> tuple[bytes | None, float]:
        """Return the first typed unit, None if it is not known, and the mass of all that is typed; 0 where the unit goes on."""
        units = pieces(reading.text)
        if not units or len(units[0]) == len(reading.text) or self.n_followed >= _MOST_UNITS:
            return None, 0.0
        cut = len(reading.before) + len(units[0])
        mass, known = self._unit_mass(units[0], reading.words, spaced=reading.spaced)
        if mass > 0.0:
            context, rest = self.context + self.typed[:cut], encoded(self.typed[cut:])
            mass *= ByteQuery.after(self.lexicon, context, rest, self.n_followed + 1).continuations().total
        return encoded(self.typed[:cut]) if known else None, mass

    def _unit_mass(self, piece: str, words: Cased | None, *, spaced: bool) -> tuple[float, bool]:
        """Return the mass of exactly this piece, and whether it is in the vocabulary."""
        vocabulary, terms = self.lexicon.vocabulary, self.lexicon.terms
        if not is_word(piece):
            mark = vocabulary.mark_id(" " + piece if spaced else piece)
            return (float(self.masses.marks[mark]), True) if mark >= FIRST_MARK else (0.0, False)
        if words is None:
            return 0.0, False
        if (number := number_class(piece)) is not None:
            return words.scale * float(words.plain[vocabulary.mark_id(number)]) * 0.1 ** len(piece), False
        unit = terms.word_id(piece)
        mass = float(words.plain[unit]) if unit != UNKNOWN_ID else 0.0
        if words.capitals is not None and piece[0].isupper():
            first, end = self.lexicon.small
            small = terms.word_id(vocabulary.casing.lowered(piece))
            if first <= small < end:
                mass += float(words.capitals[small - first])
            elif small >= len(vocabulary):
                mass += float(words.capitals[end - first + small - len(vocabulary)])
        if mass > 0.0:
            return mass * words.scale, True
        in_capitals, _ = self._words_in_capitals(piece, b"", words)
        mass = sum(float(g.masses[0]) * g.scale for g in in_capitals if len(g.masses) and g.forms[g.first] == g.stem)
        others = self._share_of_others(words) * self.lexicon.unknown_words.word(encoded(piece))
        return mass + self._unknown_mass(words) * others, mass > 0.0
