"""What is in a model file, with a right checksum around it: only what makes a model opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.embedded.array_file import ArrayFile, save
from autocomplete.embedded.ngram.byte_query import ask
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.summary import summarise
from autocomplete.errors import ConfigError
from tests.embedded.ngram.making import TEXT, stored_from

Facts = dict[str, Any]
Arrays = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> ArrayFile:
    pairs = " ".join(["The may and May, the Friday and friday."] * 9)  # words with both a small letter and a capital
    return stored_from(tmp_path_factory.mktemp("good"), text=f"{TEXT}\n{pairs}")


def opened(facts: Facts, arrays: Arrays) -> Lexicon:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.ngram"
        save(path, ArrayFile(facts, arrays))
        summarise(path)
        return Lexicon.open(path)


def test_a_good_model_opens(good: ArrayFile) -> None:
    assert ask(opened(dict(good.facts), dict(good.arrays)), "We", b"", 5)[0]


def _of(name: str, change: Callable[[np.ndarray[Any, Any]], Any]) -> Callable[[Facts, Arrays], None]:
    def apply(_: Facts, arrays: Arrays) -> None:
        arrays[name] = np.asarray(change(arrays[name].copy()))

    return apply


def _set(array: np.ndarray[Any, Any], at: int, value: float) -> np.ndarray[Any, Any]:
    array[at] = value
    return array


@pytest.mark.parametrize(
    "spoil",
    [
        lambda facts, arrays: facts.update(order=5),
        lambda facts, arrays: facts.update(order=True),
        lambda facts, arrays: facts.update(order="4"),
        lambda facts, arrays: facts.update(first_word=-1),
        lambda facts, arrays: facts.update(first_word=10**30),
        lambda facts, arrays: facts.update(unknown_title=float("nan")),
        lambda facts, arrays: facts.update(unknown_title=0.9, unknown_upper=0.9),
        lambda facts, arrays: facts.update(casing="shouting"),
        lambda facts, arrays: facts.update(kind="neural"),
        lambda facts, arrays: facts.update(kind={}),
        lambda facts, arrays: facts.pop("order"),
        lambda facts, arrays: arrays.pop("unigrams"),
        lambda facts, arrays: arrays.pop("codes3"),
        _of("forms", lambda a: np.zeros(200_000, dtype=np.uint8)),
        _of("forms", lambda a: a[::-1].copy()),
        _of("forms", lambda a: _set(a, len(a) - 1, 0xFF)),
        _of("forms", lambda a: a.view(np.int8)),
        _of("keeps_capital", lambda a: a[:-1]),
        _of("unigrams", lambda a: a[:-1]),
        _of("unigrams", lambda a: _set(a, 5, np.nan)),
        _of("unigrams", lambda a: a * 2),
        _of("unigrams", lambda a: a.astype(np.float64)),
        _of("frequencies", lambda a: _set(a, 5, -1)),
        _of("letters", lambda a: a[:-1]),
        _of("letters_codebook", lambda a: a * 0),
        _of("lower", lambda a: _set(a, 0, 65_000)),
        _of("lower", lambda a: _set(a, 0, 0)),
        _of("capital", lambda a: a[:-1]),
        _of("glue", lambda a: a[:-1]),
        _of("gaps3", lambda a: _set(a, 0, 60_000)),
        _of("gaps3", lambda a: _set(a, 1, 0)),
        _of("gaps3", lambda a: a.astype(np.float32)),
        _of("counts3", lambda a: _set(a, 0, 60_000)),
        _of("backoffs3", lambda a: _set(a, 0, np.inf)),
        _of("backoffs3", lambda a: _set(a, 0, -1)),
        _of("backoffs3", lambda a: _set(a, 0, np.nan)),
        _of("successors3", lambda a: _set(a, 0, 65_000)),
        _of("successors3", lambda a: a[:-1]),
        _of("codes3", lambda a: a[:-1]),
        _of("codebook3", lambda a: a[:100]),
        _of("codebook3", lambda a: _set(a, 0, np.nan)),
    ],
)
def test_contents_that_make_no_model_are_a_config_error(good: ArrayFile, spoil: Callable[[Facts, Arrays], None]) -> None:
    facts, arrays = dict(good.facts), dict(good.arrays)
    spoil(facts, arrays)
    with pytest.raises(ConfigError) as caught:
        opened(facts, arrays)
    assert "\n" not in str(caught.value)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers(), max_size=2)
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_spoiled_contents_are_refused_or_answer(good: ArrayFile, data: st.DataObject) -> None:
    facts, arrays = dict(good.facts), dict(good.arrays)
    if data.draw(st.booleans()):
        facts[data.draw(st.sampled_from(sorted(facts)))] = data.draw(VALUES)
    else:
        name = data.draw(st.sampled_from(sorted(arrays)))
        raw = bytearray(arrays[name].tobytes())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        arrays[name] = np.frombuffer(bytes(raw), dtype=arrays[name].dtype)
    try:
        lexicon = opened(facts, arrays)
    except ConfigError:
        return
    for context in ("", "We hope", "I look forward to hearing", "Dr."):
        for typed in (b"", b" ", b" T", b" fr", b" FR"):
            listed, residual = ask(lexicon, context, typed, 5)
            assert all(p >= 0.0 for _, p in listed)
            assert residual >= 0.0
