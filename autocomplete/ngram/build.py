"""The road from text files to a model: count, estimate, prune, estimate again, round.

Invariant: the same texts and settings give the same contents, bit for bit.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.errors import ConfigError
from autocomplete.ngram import kneser_ney, pruning, quantise
from autocomplete.ngram.counts import Counts, count
from autocomplete.ngram.forms import Form, LocalStream, choose_vocabulary, count_forms, encode, form_id, read
from autocomplete.ngram.letters import symbol_probabilities
from autocomplete.ngram.lexicon import small_words
from autocomplete.ngram.model import pack, pack_vocabulary
from autocomplete.ngram.store import Stored
from autocomplete.ngram.text import is_word
from autocomplete.ngram.vocabulary import LARGEST, START_ID, UNKNOWN_ID, Vocabulary, capitalised, lowered


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is made. `order`: longest n-gram. `least_loss`: nats a word that a kept n-gram must be worth.

    `n_units`: size of the vocabulary at most. `n_processes`: how many files are read at a time; it changes nothing else.
    """

    order: int = 4
    least_loss: float = 1e-7
    n_units: int = LARGEST
    n_processes: int = 1


def build(paths: Sequence[Path], settings: Settings, say: Callable[[str], None] = lambda _: None) -> Stored:
    """Return the model of these text files. `say` is told what is being done, one line at a time.

    Raises ConfigError where they hold no text.
    """
    sources = [{"name": path.name, "sha256": _sha256(path)} for path in paths]
    for source in sources:
        say(f"{source['sha256']}  {source['name']}")
    say("reading")
    if settings.n_processes > 1:
        with ProcessPoolExecutor(settings.n_processes) as pool:
            streams = list(pool.map(read, paths))
    else:
        streams = [read(path) for path in paths]
    counted = count_forms(streams)
    vocabulary = choose_vocabulary(counted, settings.n_units)
    ids = np.concatenate([encode(local, vocabulary) for local in streams])
    if not len(ids):
        raise ConfigError("the texts hold no words; give files with text")
    say(f"{len(ids)} units read, {len(vocabulary)} known")
    arrays = ngram_arrays(ids, len(vocabulary), settings, say)
    arrays |= pack_vocabulary(vocabulary)
    unknown_arrays, shares = _unknown(counted, vocabulary)
    arrays |= unknown_arrays
    arrays |= _capitals(vocabulary)
    arrays["glue"] = _glue(streams, vocabulary)
    frequency = np.bincount(ids, minlength=len(vocabulary)).astype(np.float64)
    frequency[START_ID] = 0.0  # no unit that is typed
    arrays["frequencies"] = (frequency / frequency.sum()).astype(np.float32)
    facts: dict[str, Any] = asdict(settings)
    del facts["n_processes"]
    facts |= {"first_word": vocabulary.first_word, "n_units_read": len(ids), "sources": sources, **shares}
    return Stored(facts, arrays)


def ngram_arrays(
    ids: npt.NDArray[np.uint16], n_units: int, settings: Settings, say: Callable[[str], None] = lambda _: None
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of the n-gram model of a stream of ids."""
    tables = [unigram_table(ids, n_units), *(count(ids, order) for order in range(2, settings.order + 1))]
    say("n-grams: " + ", ".join(str(len(table.keys)) for table in tables))
    links = kneser_ney.link(tables)
    discounts = [kneser_ney.discounts(adjusted) for adjusted in kneser_ney.adjusted_counts(tables, links)]
    levels = kneser_ney.estimate(tables, links, discounts)
    kept = pruning.kept(tables, links, levels, settings.least_loss)
    say("n-grams kept: " + ", ".join(str(int(keep.sum())) for keep in kept))
    levels = kneser_ney.estimate(tables, links, discounts, kept)
    values = quantise.rounded(levels, links, kept)
    unigrams = levels[0].probability.astype(np.float32)
    return pack(unigrams, list(zip(tables[1:], links, kept, values, strict=True)))


def unigram_table(ids: npt.NDArray[np.uint16], n_units: int) -> Counts:
    """Return the table of order 1, in which every id has its place, seen or not."""
    counts = np.bincount(ids, minlength=n_units)
    return Counts(np.arange(n_units, dtype=np.uint64), counts)


def _unknown(counted: Counter[Form], vocabulary: Vocabulary) -> tuple[dict[str, npt.NDArray[Any]], dict[str, float]]:
    """Return how unknown words are spelled, and which shares of them are known words in capitals."""
    spelled: Counter[str] = Counter()
    title = upper = 0
    for (form, first), n in sorted(counted.items()):
        if not is_word(form) or form_id(form, first, vocabulary) != UNKNOWN_ID:
            continue
        if len(form) > 1 and form.isupper() and vocabulary.find(form.lower()) is not None:
            upper += n
        elif form[0].isupper() and vocabulary.find(lowered(form)) is not None:
            title += n
        else:
            spelled[form] += n
    total = max(1, title + upper + spelled.total())
    probabilities = symbol_probabilities(spelled)
    codebook = quantise.codebook_of(probabilities)
    arrays: dict[str, npt.NDArray[Any]] = {
        "letters": quantise.encode(probabilities, codebook),
        "letters_codebook": codebook,
    }
    return arrays, {"unknown_title": title / total, "unknown_upper": upper / total}


def _capitals(vocabulary: Vocabulary) -> dict[str, npt.NDArray[Any]]:
    """Return the words that are also known with a capital: their ids, and those of the capitalised spellings."""
    low, high = small_words(vocabulary)
    pairs = []
    for i in range(low, high):
        capital = vocabulary.find(capitalised(vocabulary.forms[i].decode()))
        if capital is not None:
            pairs.append((i, capital))
    table = np.array(pairs, dtype=np.uint16).reshape(-1, 2)
    return {"lower": table[:, 0].copy(), "capital": table[:, 1].copy()}


def _glue(streams: Sequence[LocalStream], vocabulary: Vocabulary) -> npt.NDArray[np.float32]:
    """Return, for each id below the first word, the share of following words that have no space before them."""
    followed = np.full(vocabulary.first_word, 1.0)
    glued = np.full(vocabulary.first_word, 0.5)
    for local in streams:
        for mark, (n, n_glued) in local.glue.items():
            at = vocabulary.mark_id(mark)
            followed[at] += n
            glued[at] += n_glued
    shares: npt.NDArray[np.float32] = (glued / followed).astype(np.float32)
    return shares


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
