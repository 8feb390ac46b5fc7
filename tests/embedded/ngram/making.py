"""Small texts and models for the tests of the n-gram package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.estimation.build import BuildSettings, build
from autocomplete.embedded.ngram.estimation.corpus import read_corpus
from autocomplete.embedded.ngram.estimation.sources import sources_of

#: Enough to have words in both cases, brackets, quotes, numbers, unknown words, abbreviations and glued words.
TEXT = """\
I look forward to hearing from you. We hope to hear from them soon.
I don't know, and/or we don't care. The well-known Friday (a day) is well-known.
"What is it?" he asked. "It is Friday (the day)," she said. It's from Friday.
Dr. Moreau saw 3 cats, 14 dogs and 1984 birds in May. He may see 3.14 more.
The frame is from the friend of Dr. Moreau. From Friday on, the NASA frame may help.
We hope the friend may help. We don't know the frame. you may help we hope.
e.g. foo/bar and foo/baz, foo.bar or bar.baz. I look forward to Friday.
hapax Xenophon ZEBRA quux xylophone café Zürich
The cat, the dog and the bird: all from the frame. café café Zürich Zürich. HELP the Dog.
""" + "\n".join(f'The friend number {i}, who "said" that it\'s from (the) foo/bar of the well-known NASA.' for i in range(30))


def stored_from(folder: Path, *, text: str = TEXT, least_loss: float = 0.0, n_units: int = 200) -> ArrayFile:
    """Return the model of one text, made as the shipped model is."""
    source = folder / "text.txt"
    source.write_text(text, encoding="utf-8")
    return built([source], BuildSettings(order=4, least_loss=least_loss, n_units=n_units))


def built(paths: Sequence[Path], settings: BuildSettings) -> ArrayFile:
    """Return the model of these text files."""
    sources = sources_of(paths)
    corpus = read_corpus(sources)
    return build(corpus, corpus.stream, settings, {"sources": [source.facts for source in sources]})


def stream(sentences: list[list[int]]) -> npt.NDArray[np.uint16]:
    """Return sentences of word numbers 0, 1 ... as one stream of ids: word k is id 2 + k, between start 0 and end 1."""
    return np.array([i for s in sentences for i in (0, *(2 + word for word in s), 1)], dtype=np.uint16)


#: Lists of sentences over eight words.
SENTENCES = st.lists(st.lists(st.integers(0, 7), min_size=0, max_size=8), min_size=1, max_size=40)
N_UNITS = 12
