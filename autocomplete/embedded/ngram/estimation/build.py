"""From texts to a model: count, estimate, prune, estimate again, round.

Invariant: the same texts and settings give the same contents, bit for bit; the order of the files changes only the order in
which the model lists them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.casing import TURKIC
from autocomplete.embedded.ngram.estimation import kneser_ney, quantise
from autocomplete.embedded.ngram.estimation.corpus import Corpus, Streams
from autocomplete.embedded.ngram.estimation.counts import Ids, NgramCounts, count_ngrams
from autocomplete.embedded.ngram.estimation.forms import Form, choose_vocabulary
from autocomplete.embedded.ngram.lexicon import small_words
from autocomplete.embedded.ngram.model import HIGHEST_ORDER, pack_vocabulary
from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.embedded.ngram.unknown_words import symbol_probabilities
from autocomplete.embedded.ngram.validation import KIND
from autocomplete.embedded.ngram.vocabulary import END_ID, LARGEST, START_ID, UNKNOWN_ID, Vocabulary
from autocomplete.errors import ConfigError

#: The smallest vocabulary that may be asked for.
SMALLEST = 100

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """Settings of a model. `order`: longest n-gram. `least_loss`: nats a word that an n-gram must be worth to be kept.

    `n_units`: size of the vocabulary at most; `least_count`: how often a word of it occurs at least.
    Raises ConfigError where a value is out of range.
    """

    order: int = 4
    least_loss: float = 1e-7
    n_units: int = LARGEST
    least_count: int = 2

    def __post_init__(self) -> None:
        if not 2 <= self.order <= HIGHEST_ORDER:
            raise ConfigError(f"An order of {self.order} cannot be: give 2 to {HIGHEST_ORDER}.")
        if not SMALLEST <= self.n_units <= LARGEST:
            raise ConfigError(f"A vocabulary of {self.n_units} cannot be: give {SMALLEST} to {LARGEST}.")
        if self.least_count < 1:
            raise ConfigError(f"A least count of {self.least_count} cannot be: give 1 or more.")
        if not math.isfinite(self.least_loss):
            raise ConfigError("The least loss must be a number, such as 1e-7.")


def build(
    corpus: Corpus, stream: Streams, settings: BuildSettings, facts: Mapping[str, Any], say: Say = lambda _: None
) -> ArrayFile:
    """Return the model of a stream of forms: all of the corpus, or a part of it. `facts`: what else the file is to say.

    `say`: called with a line about each step. Raises ConfigError where there are no words.
    """
    counted = corpus.count(stream)
    n_words = sum(n for (form, _), n in counted.items() if is_word(form))
    vocabulary = choose_vocabulary(counted, settings.n_units, settings.least_count)
    numbers = [START_ID, END_ID, *(vocabulary.form_id(form, first) for form, first in corpus.table)]
    ids: Ids = np.array(numbers, dtype=np.uint16)[stream]
    if not len(ids):
        raise ConfigError("The texts hold no words: give files with text.")
    say(f"{len(ids)} units, {len(vocabulary)} known")
    unknown_arrays, shares = _unknown(counted, vocabulary)
    frequency = np.bincount(ids[ids != START_ID], minlength=len(vocabulary))  # the start mark is not typed
    arrays = {
        **ngram_arrays(ids, len(vocabulary), settings, say),
        **pack_vocabulary(vocabulary),
        **unknown_arrays,
        **_capitals(vocabulary),
        "glue": _glue(corpus.glue, vocabulary),
        "frequencies": (frequency / frequency.sum()).astype(np.float32),
    }
    counts = {"kind": KIND, "first_word": vocabulary.first_word, "n_units_read": len(ids), "n_words_read": n_words}
    casing = {"casing": TURKIC} if vocabulary.casing.turkic else {}
    return ArrayFile({**facts, **asdict(settings), **counts, **casing, **shares}, arrays)


def ngram_arrays(ids: Ids, n_units: int, settings: BuildSettings, say: Say = lambda _: None) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of the n-gram model of a stream of ids."""
    tables = [unigram_table(ids, n_units), *(count_ngrams(ids, order) for order in range(2, settings.order + 1))]
    say("n-grams: " + ", ".join(str(len(table.keys)) for table in tables))
    links = kneser_ney.link(tables)
    discounts = [kneser_ney.discounts(adjusted) for adjusted in kneser_ney.adjusted_counts(tables, links)]
    levels = kneser_ney.estimate(tables, links, discounts)
    kept = kneser_ney.kept_ngrams(tables, links, levels, settings.least_loss)
    say("n-grams kept: " + ", ".join(str(int(mask.sum())) for mask in kept))
    levels = kneser_ney.estimate(tables, links, discounts, kept)
    values = quantise.rounded_orders(levels, links, kept)
    unigrams = levels[0].probability.astype(np.float32)
    return quantise.pack_orders(unigrams, list(zip(tables[1:], links, kept, values, strict=True)))


def unigram_table(ids: Ids, n_units: int) -> NgramCounts:
    """Return the counts of order 1, in which every id has a row, seen or not."""
    return NgramCounts(np.arange(n_units, dtype=np.uint64), np.bincount(ids, minlength=n_units))


def _unknown(counted: Mapping[Form, int], vocabulary: Vocabulary) -> tuple[dict[str, npt.NDArray[Any]], dict[str, float]]:
    """Return the letters of unknown words, and which shares of unknown words are known ones in capitals."""
    others: Counter[str] = Counter()
    casing = vocabulary.casing
    title = upper = 0
    for (form, first), n in sorted(counted.items()):
        if not is_word(form) or vocabulary.form_id(form, first) != UNKNOWN_ID:
            continue
        if len(form) > 1 and form.isupper() and vocabulary.find(casing.lower(form)) is not None:
            upper += n
        elif form[0].isupper() and vocabulary.find(casing.lowered(form)) is not None:
            title += n
        else:
            others[form] += n
    total = max(1, title + upper + others.total())
    probabilities = symbol_probabilities(others)
    codebook = quantise.codebook_of(probabilities)
    arrays: dict[str, npt.NDArray[Any]] = {"letters": quantise.encode(probabilities, codebook), "letters_codebook": codebook}
    return arrays, {"unknown_title": title / total, "unknown_upper": upper / total}


def _capitals(vocabulary: Vocabulary) -> dict[str, npt.NDArray[Any]]:
    """Return the small words that the vocabulary also has with a capital: the ids of both spellings."""
    titles = {i: vocabulary.casing.titled(vocabulary.forms[i]) for i in range(*small_words(vocabulary))}
    capitals = {i: vocabulary.find(title.decode()) for i, title in titles.items() if title != vocabulary.forms[i]}
    pairs = [pair for pair in capitals.items() if pair[1] is not None]
    lower, capital = np.array(pairs, dtype=np.uint16).reshape(-1, 2).T
    return {"lower": lower.copy(), "capital": capital.copy()}


def _glue(counted: Mapping[str, tuple[int, int]], vocabulary: Vocabulary) -> npt.NDArray[np.float32]:
    """Return, for each id below the first word, the share of following words that have no space before them."""
    counts = np.tile([1.0, 0.5], (vocabulary.first_word, 1))  # of following words, and of those without a space
    for mark, both in counted.items():
        counts[vocabulary.mark_id(mark)] += both
    shares: npt.NDArray[np.float32] = (counts[:, 1] / counts[:, 0]).astype(np.float32)
    return shares
