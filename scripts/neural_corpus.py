"""The texts of the English model as the network is trained on them: documents of ids, shuffled and laid side by side.

Invariant: text is cut into units by the functions that the n-gram model counts with, and the same texts and seed give the same
columns.
"""

from __future__ import annotations

import lzma
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.sentences import NUMBERS, is_word, sentences
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, Vocabulary

REGISTERS = ("conv", "expo", "fict", "blog", "tech")

#: Share of the sentences inside documents that are opened as if a document began there: what a cut-off context looks like.
CUT_SHARE = 0.02

Ids = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class EncodedCorpus:
    """The texts as ids, and what each id is to the network. `classes[id]`: its class, 0 for "other".

    `frequencies[c]`: share of class c.
    """

    texts: Sequence[Ids]
    classes: npt.NDArray[np.int64]
    frequencies: npt.NDArray[np.float64]


def read_corpus(folder: Path, cache: Path, vocabulary: Vocabulary, n_units: int, say: Callable[[str], None]) -> EncodedCorpus:
    """Return the training texts, encoded once and kept in `cache`. The `n_units` most frequent units get a class each."""
    if not cache.exists():
        texts = []
        for register in REGISTERS:
            texts += documents(folder / f"{register}.txt.xz", vocabulary)
            say(f"read {register}: {len(texts)} documents so far")
        lengths = np.array([len(text) for text in texts])
        np.savez(cache, ids=np.concatenate(texts), lengths=lengths)
    with np.load(cache) as stored:
        ids, lengths = stored["ids"], stored["lengths"]
    counts = np.bincount(ids, minlength=len(vocabulary))
    chosen = np.sort(np.argsort(-counts, kind="stable")[:n_units])
    classes = np.zeros(len(counts), dtype=np.int64)
    classes[chosen] = 1 + np.arange(len(chosen))
    frequencies = np.bincount(classes, counts, minlength=len(chosen) + 1) / len(ids)
    say(f"{len(ids)} units, {100 * frequencies[0]:.2f} % other")
    return EncodedCorpus(np.split(ids, np.cumsum(lengths)[:-1]), classes, frequencies)


def documents(path: Path, vocabulary: Vocabulary) -> list[Ids]:
    """Return the documents of a text file as ids: the start mark once, then units, the end mark after each sentence."""
    ids: dict[tuple[str, bool], int] = {}
    result: list[Ids] = []
    current = array("H", [START_ID])
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.strip() and len(current) > 1:
                result.append(np.array(current, dtype=np.uint16))
                current = array("H", [START_ID])
            for sentence in sentences(line):
                first = True
                for form, _ in sentence:
                    word = is_word(form)
                    key = form, first and word
                    if key not in ids:
                        ids[key] = vocabulary.form_id(*key)
                    current.append(ids[key])
                    first = first and not (word or form in NUMBERS)
                current.append(END_ID)
    if len(current) > 1:
        result.append(np.array(current, dtype=np.uint16))
    return result


def streams(texts: Sequence[Ids], n_streams: int, seed: tuple[int, int]) -> Ids:
    """Return the documents in a random order, as `n_streams` columns of equal length; each seed has its own order."""
    rng = np.random.default_rng(seed)
    ids = np.concatenate([texts[i] for i in rng.permutation(len(texts))])
    ends = np.flatnonzero(ids == END_ID)
    cuts = ends[rng.random(len(ends)) < CUT_SHARE]
    ids = np.insert(ids, cuts + 1, START_ID)
    height = len(ids) // n_streams
    return np.ascontiguousarray(ids[: height * n_streams].reshape(n_streams, height).T)
