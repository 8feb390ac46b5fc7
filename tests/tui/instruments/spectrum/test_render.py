"""The raw distribution in characters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete import Distribution
from autocomplete.editor import Step, narrow_percent
from tui.instruments.spectrum.render import Spectrum, escaped, spectrum_rows, table
from tui.widgets.status_line import text

ANSWER = Distribution.from_pairs([(b" from", 0.6), (b" of", 0.2), (b" fr", 0.08), (b"\xe2\x80", 0.03), (b"\n", 0.02)], end=0.01)


def spectrum(typed: bytes = b" fr", *, matching: bool = False, filtered: bool = False) -> Spectrum:
    return Spectrum("I look forward to hearing", typed, Step(b"", "gpt", ANSWER, filtered), 0, 2, matching)


def told(of: Spectrum, width: int = 90) -> str:
    return "\n".join(text(row) for row in spectrum_rows(of, width))


def test_a_row_tells_rank_bytes_log_probability_and_sums() -> None:
    second = next(row for row in told(spectrum()).splitlines() if "' of'" in row)
    assert second.split()[:2] == ["2", "'"]
    assert "20 6f 66" in second
    assert f"{math.log(0.2):.3f}" in second
    assert "20.0%" in second
    assert "80.0%" in second


def test_the_full_spectrum_sums_to_1_with_the_end_and_the_residual() -> None:
    lines = list(table(spectrum()))
    assert [line.words for line in lines[-2:]] == ["end of the text", "not listed"]
    assert sum(line.probability for line in lines) == pytest.approx(1.0)
    assert lines[-1].total == pytest.approx(1.0)


def test_the_most_likely_are_those_that_fit_what_is_typed_with_their_shares() -> None:
    lines = list(table(spectrum(matching=True)))
    assert [line.token for line in lines] == [b" from", b" fr", None]
    assert lines[0].probability == pytest.approx(0.6 / 0.74)
    assert sum(line.probability for line in lines) == pytest.approx(1.0)


def test_where_nothing_is_typed_all_fits() -> None:
    assert list(table(spectrum(b"", matching=True))) == list(table(spectrum(b"")))


def test_what_is_shown_is_named() -> None:
    assert "full spectrum: not only what fits ' fr'" in told(spectrum())
    assert "most likely: what fits ' fr'" in told(spectrum(matching=True))
    assert "most likely: listed is what fits ' fr'" in told(spectrum(filtered=True))
    assert "25 characters sent, asked gpt" in told(spectrum())
    assert "1 of 2" in told(spectrum())


def test_bytes_that_are_no_text_are_escaped() -> None:
    assert "'\\xe2\\x80'" in told(spectrum())
    assert escaped(b"\x1b[2J", 18) == "'\\x1b[2J'"


def test_an_empty_answer_is_all_residual() -> None:
    nothing = Spectrum("", b"", Step(b"", "cache", Distribution((), 1.0)))
    assert "not listed" in told(nothing)
    assert "the beginning" in told(nothing)


@given(st.floats(0, 1))
def test_percentages_fit_their_column(probability: float) -> None:
    assert len(narrow_percent(probability)) <= 6


@given(
    st.dictionaries(st.binary(min_size=1, max_size=12), st.floats(1e-9, 1.0), max_size=12),
    st.binary(max_size=4),
    st.booleans(),
    st.integers(1, 130),
)
def test_rows_fit_any_width(tokens: dict[bytes, float], typed: bytes, matching: bool, width: int) -> None:
    total = sum(tokens.values()) + 0.1
    answer = Distribution.from_pairs((token, p / total) for token, p in tokens.items())
    shown = Spectrum("ab", typed, Step(b"", "m", answer), matching=matching)
    assert all(cell_len(text(row)) <= width for row in spectrum_rows(shown, width))
