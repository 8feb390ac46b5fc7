"""How good and how fast the embedded English model is, beside plain word frequencies.

    python -m benchmarks.english FILE... [--model FILE] [--words N]

Replay as the design defines it, with the model alone: the text is typed key by key; the likeliest word is shown where its
probability reaches the cutoff, and accepted with one key if and only if it is right, which also types one space that follows.
"Word frequencies" offers the most frequent word that begins as typed, from the counts in the same model file.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autocomplete.backends.english import SHIPPED
from autocomplete.ngram.forms import encode, read
from autocomplete.ngram.lexicon import Lexicon
from autocomplete.ngram.model import NgramModel
from autocomplete.ngram.speller import ask
from autocomplete.ngram.store import load
from autocomplete.ngram.text import is_word, straight
from autocomplete.ngram.vocabulary import END_ID, START_ID, UNKNOWN_ID
from autocomplete.words import pieces
from benchmarks.report import machine, percentile, table

CUTOFFS = (0.0, 0.5, 0.8)
N_TOKENS = 20

#: The likeliest word after a context, given what is typed since: its token and probability.
Best = Callable[[str, str], tuple[str, float]]


@dataclass
class Timed:
    """Durations in milliseconds of questions right after a new word, and after a letter of it."""

    new_word: list[float] = field(default_factory=list)
    letter: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Typed:
    """One word of a text. `start`: its offset; `separator`: "" or " ", what stands before it.

    `offers[i]`: what was offered with i characters of separator and word typed, and its probability.
    """

    start: int
    separator: str
    word: str
    offers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Score:
    savings: float
    precision: float
    coverage: float


def best_of(lexicon: Lexicon, timed: Timed | None = None) -> Best:
    """Return the function that asks a lexicon for the likeliest word."""

    def best(context: str, typed: str) -> tuple[str, float]:
        began = time.perf_counter()
        tokens, _ = ask(lexicon, context, typed.encode(), N_TOKENS)
        if timed is not None:
            times = timed.letter if typed.strip() else timed.new_word
            if not typed or typed.strip():
                times.append(1e3 * (time.perf_counter() - began))
        for token, probability in tokens:
            text = token.decode()
            if text.strip() and is_word(text.strip()):
                return text, probability
        return "", 0.0

    return best


def typed_words(text: str, best: Best, n_words: int) -> Iterator[Typed]:
    """Yield the first words of a text with what is offered at each of their positions."""
    at = 0
    for piece in pieces(text):
        start = text.index(piece, at)
        at = start + len(piece)
        if not is_word(piece):
            continue
        separator = " " if start and text[start - 1] == " " else ""
        context = text[max(0, start - len(separator) - 400) : start - len(separator)]
        whole = separator + piece
        yield Typed(start, separator, piece, tuple(best(context, whole[:i]) for i in range(len(whole))))
        n_words -= 1
        if not n_words:
            return


def score(words: Sequence[Typed], cutoff: float) -> Score:
    """Return what typing these words costs at a cutoff."""
    keys = shows = right = covered = 0
    end = 0  # offset up to which the text is typed
    for typed in words:
        begin = typed.start - len(typed.separator)
        keys += max(0, begin - end)
        whole = typed.separator + typed.word
        shown = set()
        i = max(0, end - begin)
        while i < len(whole):
            offer, probability = typed.offers[i]
            if offer and probability >= cutoff:
                shown.add(offer)
                if offer == whole:
                    keys += 1
                    break
            i += 1
            keys += 1
        accepted = i < len(whole)
        end = typed.start + len(typed.word) + accepted  # the space that follows is typed too; after it comes no letter
        shows += len(shown)
        right += whole in shown
        covered += bool(shown)
    n_chars = words[-1].start + len(words[-1].word)
    return Score(1 - keys / n_chars, right / max(1, shows), covered / len(words))


def first_guess_accuracy(words: Sequence[Typed]) -> float:
    """Return how often the likeliest word is right, once the space before it is typed."""
    after_space = [typed for typed in words if typed.separator]
    return sum(typed.offers[1][0] == " " + typed.word for typed in after_space) / len(after_space)


def perplexity(lexicon: Lexicon, path: Path) -> tuple[float, float]:
    """Return the perplexity of a text per unit, ends of sentences and unknown words included, and the share of the latter."""
    history: list[int] = []
    nats, n_units, n_unknown = 0.0, 0, 0
    for unit in encode(read(path), lexicon.vocabulary).tolist():
        if unit == START_ID:
            history = []
        else:
            nats -= math.log(float(lexicon.model.distribution(history)[unit]))
            n_units += 1
            n_unknown += unit == UNKNOWN_ID
        history = [*history[-2:], unit] if unit != END_ID else []
    return math.exp(nats / n_units), n_unknown / n_units


def load_ms(path: Path) -> float:
    """Return the least of ten times to open a model file, in milliseconds."""
    times = []
    for _ in range(10):
        began = time.perf_counter()
        Lexicon.open(path)
        times.append(1e3 * (time.perf_counter() - began))
    return min(times)


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the embedded English model.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--words", type=int, default=5000, help="words of each file that are replayed")
    arguments = parser.parse_args()
    lexicon = Lexicon.open(arguments.model)
    frequencies = Lexicon(load(arguments.model))
    frequencies.model = NgramModel(lexicon.frequencies, [])
    timed = Timed()
    rows, sums = [], []
    for path in arguments.files:
        text = straight(path.read_text(encoding="utf-8"))
        of_text, unknown = perplexity(lexicon, path)
        numbers = []
        for best in (best_of(lexicon, timed), best_of(frequencies)):
            words = list(typed_words(text, best, arguments.words))
            scores = [score(words, cutoff) for cutoff in CUTOFFS]
            numbers += [first_guess_accuracy(words), *(s.savings for s in scores), *(s.precision for s in scores[1:])]
        rows.append([path.stem, f"{of_text:.1f}", percent(unknown), *map(percent, numbers)])
        sums.append([math.log(of_text), unknown, *numbers])
    mean = [sum(column) / len(sums) for column in zip(*sums, strict=True)]
    rows.append(["mean", f"{math.exp(mean[0]):.1f}", *map(percent, mean[1:])])
    columns = ["first", *(f"saved {c:g}" for c in CUTOFFS), *(f"right {c:g}" for c in CUTOFFS[1:])]
    header = ["file", "perplexity", "unknown", *columns, *(f"freq. {name}" for name in columns)]
    print(f"{machine()}\n{arguments.words} words a file; shares in per cent; mean perplexity is geometric\n")
    print(table(header, rows))
    times = [[name, *(f"{percentile(ms, p):.2f}" for p in (0.5, 0.99))] for name, ms in vars(timed).items()]
    print("\n" + table(["milliseconds, top 20", "p50", "p99"], times))
    size = arguments.model.stat().st_size / 1e6
    print(f"\nload {load_ms(arguments.model):.1f} ms (file cache warm), file {size:.1f} MB")


if __name__ == "__main__":
    main()
