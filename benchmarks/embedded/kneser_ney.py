"""Our estimates beside KenLM's own, on the same text: each n-gram's probability and back-off, and the perplexity of other text.

    python -m benchmarks.embedded.kneser_ney --lmplz PATH --train FILE... -- TEST...

PATH is KenLM's `lmplz` (built from github.com/kpu/kenlm, or from the source package `kenlm` on PyPI). Both count the same
units, in a vocabulary of those that occur twice or more. Before pruning and rounding: what differs then is the method.
"""

from __future__ import annotations

import argparse
import math
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from autocomplete.embedded.ngram.estimation import kneser_ney
from autocomplete.embedded.ngram.estimation.build import unigram_table
from autocomplete.embedded.ngram.estimation.corpus import Corpus, read_corpus
from autocomplete.embedded.ngram.estimation.counts import Ids, count_ngrams
from autocomplete.embedded.ngram.estimation.sources import sources_of
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID
from benchmarks.support.tables import machine, table

#: log10 of the probability of each n-gram, and log10 of its back-off as a history.
Model = dict[tuple[int, ...], tuple[float, float]]

#: What KenLM writes for no probability at all.
_NOTHING = -99.0

#: In both models: the unknown unit of KenLM, which never occurs, and the rare units, which are one ordinary unit.
_UNKNOWN, _RARE = 2, 3
_FIRST = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lmplz", type=Path, required=True)
    parser.add_argument("--train", nargs="+", type=Path, required=True)
    parser.add_argument("--orders", nargs="+", type=int, default=[2, 3, 4])
    parser.add_argument("test", nargs="+", type=Path)
    arguments = parser.parse_args()
    corpus = read_corpus(sources_of(arguments.train))
    ids = ids_of(corpus)
    known = {form: int(n) for form, n in zip(corpus.table, ids, strict=True)}
    stream = np.array([START_ID, END_ID, *ids], dtype=np.uint16)[corpus.stream]
    tests = {path.stem: encoded(path, known) for path in arguments.test}
    print(f"{machine()}\n{len(stream)} units of text, {int(ids.max()) + 1} different\n")
    rows = []
    for order in arguments.orders:
        own, theirs = estimated(stream, int(ids.max()) + 1, order), kenlm(arguments.lmplz, stream, order)
        probability, backoff = differences(own, theirs)
        for name, test in tests.items():
            perplexities = [f"{perplexity(model, test, order):.3f}" for model in (own, theirs)]
            rows.append([str(order), str(len(own)), f"{probability:.1e}", f"{backoff:.1e}", name, *perplexities])
    header = [
        "order",
        "n-grams",
        "most difference of log10 p",
        "of log10 back-off",
        "text",
        "perplexity, ours",
        "KenLM's",
    ]
    print(table(header, rows))


def ids_of(corpus: Corpus) -> Ids:
    """Return the id of each form of a text."""
    counts = np.array(list(corpus.count(corpus.stream).values()))
    ids = np.full(len(counts), _RARE)
    ids[counts > 1] = _FIRST + np.arange(int((counts > 1).sum()))
    if ids.max() >= 1 << 16:
        raise SystemExit(f"{ids.max()} different units are more than {1 << 16}: give less text")
    return ids.astype(np.uint16)


def encoded(path: Path, known: dict[tuple[str, bool], int]) -> Ids:
    """Return other text as ids."""
    corpus = read_corpus(sources_of([path]))
    ids = [START_ID, END_ID, *(known.get(form, _RARE) for form in corpus.table)]
    return np.array(ids, dtype=np.uint16)[corpus.stream]


def estimated(stream: Ids, n_units: int, order: int) -> Model:
    """Return our model, before pruning and rounding."""
    tables = [unigram_table(stream, n_units), *(count_ngrams(stream, n) for n in range(2, order + 1))]
    levels = kneser_ney.estimate(tables, kneser_ney.link(tables))
    model: Model = {}
    backoffs = [*(level.backoff for level in levels[1:]), np.ones(len(tables[-1].keys))]
    for n, (counted, level, weights) in enumerate(zip(tables, levels, backoffs, strict=True), start=1):
        for key, p, b in zip(counted.keys.tolist(), level.probability.tolist(), weights.tolist(), strict=True):
            ngram = tuple(key >> 16 * i & 0xFFFF for i in reversed(range(n)))
            model[ngram] = _log10(p), _log10(b)
    return model


def kenlm(lmplz: Path, stream: Ids, order: int) -> Model:
    """Return the model that KenLM makes of the same stream."""
    names = {START_ID: "", END_ID: "\n"}
    text = " ".join(names.get(unit, f"u{unit}") for unit in stream.tolist()).encode()
    command = [str(lmplz), "-o", str(order), "--discount_fallback", "-S", "1G"]
    done = subprocess.run(command, input=text, capture_output=True, check=True)
    return dict(_arpa(done.stdout.decode().splitlines()))


def _arpa(lines: Sequence[str]) -> Iterator[tuple[tuple[int, ...], tuple[float, float]]]:
    specials = {"<s>": START_ID, "</s>": END_ID, "<unk>": _UNKNOWN}
    for line in lines:
        if line.count("\t"):
            logprob, ngram, *backoff = line.split("\t")
            units = tuple(specials[name] if name in specials else int(name[1:]) for name in ngram.split(" "))
            yield units, (float(logprob), float(backoff[0]) if backoff else 0.0)


def differences(own: Model, theirs: Model) -> tuple[float, float]:
    """Return the largest absolute differences of log-probabilities, and of back-offs where something follows."""
    if own.keys() != theirs.keys():
        raise SystemExit(f"{len(own.keys() ^ theirs.keys())} n-grams are in one model only")
    histories = {ngram[:-1] for ngram in own}
    probability = max(abs(own[n][0] - theirs[n][0]) for n in own if n != (START_ID,))
    return probability, max((abs(own[n][1] - theirs[n][1]) for n in own if n in histories), default=0.0)


def perplexity(model: Model, stream: Ids, order: int) -> float:
    """Return the perplexity per unit, ends of sentences included."""
    total, n = 0.0, 0
    history: tuple[int, ...] = ()
    for before, unit in pairwise(stream.tolist()):
        history = (START_ID,) if before == START_ID else (*history, before)[1 - order :]
        if unit != START_ID:
            total += _log10_of(model, history, unit)
            n += 1
    return float(10.0 ** (-total / n))


def _log10_of(model: Model, history: tuple[int, ...], unit: int) -> float:
    found = model.get((*history, unit))
    if found is not None:
        return found[0]
    return model.get(history, (0.0, 0.0))[1] + _log10_of(model, history[1:], unit)


def _log10(value: float) -> float:
    return math.log10(value) if value > 0.0 else _NOTHING


if __name__ == "__main__":
    main()
