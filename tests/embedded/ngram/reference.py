"""Modified Kneser-Ney with dictionaries and loops, straight from the formulas, to check the arrays against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

Ngram = tuple[int, ...]


class Reference:
    """p(word | history) of a model of one order over sentences that begin with 0 and end with 1; ids are 0..n_units-1."""

    def __init__(self, sentences: Sequence[Sequence[int]], order: int, n_units: int) -> None:
        self._order, self._n_units = order, n_units
        raw = [Counter[Ngram]() for _ in range(order + 1)]
        for sentence in sentences:
            for n in range(1, order + 1):
                for i in range(len(sentence) - n + 1):
                    raw[n][tuple(sentence[i : i + n])] += 1
        self._adjusted: list[dict[Ngram, int]] = [{} for _ in range(order + 1)]
        self._adjusted[order] = dict(raw[order])
        for n in range(order - 1, 0, -1):
            before: defaultdict[Ngram, set[int]] = defaultdict(set)
            for longer in raw[n + 1]:
                before[longer[1:]].add(longer[0])
            for ngram in raw[n]:
                self._adjusted[n][ngram] = raw[n][ngram] if ngram[0] == 0 else len(before[ngram])
        self._adjusted[1][(0,)] = 0
        self._discounts = [self._discounts_of(n) if n else [] for n in range(order + 1)]

    def _discounts_of(self, n: int) -> list[Fraction]:
        t = Counter(self._adjusted[n].values())
        if 0 in (t[1], t[2], t[3], t[4]):
            return [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2)]
        y = Fraction(t[1], t[1] + 2 * t[2])
        estimated = [k - (k + 1) * y * Fraction(t[k + 1], t[k]) for k in (1, 2, 3)]
        return [Fraction(0), *(min(max(d, Fraction(0)), Fraction(k)) for k, d in enumerate(estimated, start=1))]

    def probability(self, word: int, history: Ngram) -> Fraction:
        """Return p(word | history)."""
        history = history[len(history) - self._order + 1 :] if len(history) >= self._order else history
        n = len(history) + 1
        row = self._discounts[n]
        children = {ngram: a for ngram, a in self._adjusted[n].items() if ngram[:-1] == history and a > 0}
        total = sum(children.values())
        uniform = Fraction(1, self._n_units - 1) if word else Fraction(0)
        lower = self.probability(word, history[1:]) if history else uniform
        if not total:
            return lower
        own = children.get((*history, word), 0)
        taken = sum((max(a - row[min(a, 3)], Fraction(0)) for a in children.values()), start=Fraction(0))
        return max(own - row[min(own, 3)], Fraction(0)) / total + (1 - taken / total) * lower
