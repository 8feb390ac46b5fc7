"""How texts are laid out for training."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np

from autocomplete.embedded.ngram.estimation.forms import read
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, Vocabulary
from scripts.neural_corpus import REGISTERS, documents, read_corpus, streams
from tests.embedded.ngram.making import TEXT


def test_documents_hold_the_units_that_are_counted(vocabulary: Vocabulary, tmp_path: Path) -> None:
    path = tmp_path / "text.txt.xz"
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write(TEXT.replace("hapax", "\n\n\nhapax") + "\n\n")
    first, second = documents(path, vocabulary)
    assert first[0] == second[0] == START_ID
    assert first[-1] == second[-1] == END_ID
    counted = read([TEXT.replace("hapax", "\n\n\nhapax")])
    ids = [START_ID, END_ID, *(vocabulary.form_id(form, begins) for form, begins in counted.table)]
    expected = [ids[number] for number in counted.stream]
    units = np.concatenate([first, second])
    assert units[units != START_ID].tolist() == [unit for unit in expected if unit != START_ID]


def test_columns_hold_every_document_once(vocabulary: Vocabulary) -> None:
    texts = [np.array([START_ID, 10 + i, END_ID], dtype=np.uint16) for i in range(50)]
    columns = streams(texts, 4, (1, 0))
    assert columns.shape[1] == 4
    units = columns.T.reshape(-1)
    found = units[units > END_ID].tolist()
    assert len(set(found)) == len(found) >= 48  # what does not fill the last row is left out
    assert streams(texts, 4, (1, 0)).tolist() == columns.tolist()
    assert streams(texts, 4, (1, 1)).tolist() != columns.tolist()


def test_the_most_frequent_units_get_classes(vocabulary: Vocabulary, tmp_path: Path) -> None:
    for register in REGISTERS:
        with lzma.open(tmp_path / f"{register}.txt.xz", "wt", encoding="utf-8") as file:
            file.write(TEXT)
    corpus = read_corpus(tmp_path, tmp_path / "cache.npz", vocabulary, 20, lambda _: None)
    assert len(corpus.texts) == len(REGISTERS)
    assert sorted(corpus.classes[corpus.classes > 0].tolist()) == list(range(1, 21))
    assert np.isclose(corpus.frequencies.sum(), 1.0)
    counts = np.bincount(np.concatenate(corpus.texts), minlength=len(vocabulary))
    assert counts[corpus.classes > 0].min() >= counts[corpus.classes == 0].max()
    again = read_corpus(tmp_path, tmp_path / "cache.npz", vocabulary, 20, lambda _: None)
    assert [text.tolist() for text in again.texts] == [text.tolist() for text in corpus.texts]
