"""The *why* panel in characters, at every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete import Alternative, Bounds, Decision, Distribution, FixedCutoff, LengthAware, Mode, Reason
from autocomplete.editor import Step, bounds_percent
from tui.instruments.why.render import Why, asked_rows, interval_bar, quoted, tail, why_rows
from tui.widgets.status_line import Role, text

ANSWER = Distribution.from_pairs([(b" from", 0.6), (b" of", 0.2)])
FROM, OF = Alternative("om", Bounds(0.72, 0.81), 0.75), Alternative("iends", Bounds(0.02, 0.11), 0.03)


def decision(*alternatives: Alternative, cutoff: float = 0.6, **more: object) -> Decision:
    raw = Decision(
        False,
        "",
        Bounds(0.0, 1.0),
        cutoff,
        Reason.UNDECIDED,
        alternatives,
        context="I look forward to hearing",
        typed=" fr",
        steps=(Step(b"", "gpt", ANSWER), Step(b" from", "cache", ANSWER)),
        **more,  # type: ignore[arg-type] # fields of a decision
    )
    return raw.under(FixedCutoff(cutoff))


def told(why: Why, width: int = 76, height: int = 9) -> list[str]:
    return [text(row) for row in why_rows(why, width, height)]


SHOWN = Why(decision(FROM, OF), shown="om", show_at=FixedCutoff(0.6).show_at)


def test_what_is_shown_is_marked_and_its_numbers_are_there() -> None:
    rows = told(SHOWN)
    assert rows[0] == "✓ 'om' has at least 72%, the cutoff is 60%."
    chosen = next(row for row in rows if row.startswith("✓ 'from'"))
    assert chosen.endswith("72–81%")
    assert "░" in chosen


def test_the_cutoff_is_one_line_through_all_candidates() -> None:
    rows = told(SHOWN)
    columns = {row.index(mark) for row in rows for mark in "│╷" if mark in row}
    assert len(columns) == 1
    assert sum("│" in row for row in rows) == 2
    assert any("cutoff 60%" in row for row in rows)


def test_each_candidate_has_the_cutoff_of_its_length() -> None:
    gate = LengthAware(key_s=0.2, accept_s=0.1, reading_s=0.2, wrong_s=0.2)
    rows = told(Why(decision(FROM, OF), show_at=gate.show_at))
    columns = [row.index("│") for row in rows if "│" in row]
    assert columns[0] > columns[1]


def test_what_was_asked_tells_its_source() -> None:
    first, second = (text(row) for row in asked_rows(SHOWN.decision or decision(), 90))
    assert "asked gpt · 2 listed, 20.0% not" in first
    assert "hearing from'" in second
    assert "from the cache" in second


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (Why(), "– Nothing was asked for this place"),
        (Why(reason="paused"), "– Suggestions are paused."),
        (Why(reason="snoozed, 9 min left"), "– Snoozed, 9 min left."),
        (Why(reason="asking"), "– The model is being asked."),
        (Why(reason="dismissed"), "– Dismissed: quiet until the next word."),
        (Why(error="Cannot reach it."), "✗ Cannot reach it."),
        (Why(decision(OF), reason="below the cutoff"), "– 'iends' has at least 2%, less than the cutoff of 60%"),
        (Why(decision(FROM), reason="already there"), "– The text already goes on like that. 'om' has at least"),
        (Why(decision(FROM), stale=True), "… The model is being asked"),
    ],
)
def test_why_nothing_is_shown_is_said_in_words(why: Why, expected: str) -> None:
    assert told(why)[0].startswith(expected)


def test_what_stays_by_hysteresis_says_so() -> None:
    kept = decision(Alternative("om", Bounds(0.52, 0.6), 0.55)).under(FixedCutoff(0.6), "om")
    assert kept.shown
    assert "on the screen already" in " ".join(told(Why(kept, shown="om", show_at=FixedCutoff(0.6).show_at)))


def test_phrases_stand_right_after_the_word_that_they_begin_with() -> None:
    phrase = (FROM, Alternative("om you", Bounds(0.61, 0.7), 0.65))
    both = decision(FROM, OF, phrase=phrase)
    rows = [row[:12] for row in told(Why(both, shown="om you")) if row[2:].startswith("'fr")]
    assert rows == ["  'from'    ", "✓ 'from you'", "  'friends' "]


def test_the_mode_is_told() -> None:
    assert any("estimated" in row for row in told(Why(decision(FROM, mode=Mode.ESTIMATED))))


def test_candidates_that_hardly_count_are_left_out() -> None:
    many = [Alternative(f"w{n}", Bounds(0.0001, 0.0002), 0.0001) for n in range(9)]
    assert sum("w" in row and "│" in row for row in told(Why(decision(*many)), height=24)) == 3


def test_a_hostile_candidate_is_escaped() -> None:
    assert quoted("a\x1b[2J\u202e") == "'a\\x1b[2J\\u202e'"
    evil = Alternative("\x1b[2J", Bounds(0.1, 0.2), 0.1)
    assert "\x1b" not in "".join(told(Why(decision(evil))))


probabilities = st.floats(0, 1)
bounds = st.tuples(probabilities, probabilities).map(lambda pair: Bounds(min(pair), max(pair)))


@given(bounds, probabilities, st.integers(1, 60))
def test_a_bar_is_never_longer_than_what_is_certain(found: Bounds, cutoff: float, n_cells: int) -> None:
    pieces = interval_bar(found.lower, found.upper, cutoff, n_cells)
    drawn = text(pieces)
    assert cell_len(drawn) == n_cells
    assert drawn.count("│") == 1
    full = sum(len(words) for words, role in pieces if role is Role.CROSSED) + drawn.count("█")
    assert full <= found.lower * n_cells + 1e-6
    certain_only = text(interval_bar(found.lower, found.lower, None, n_cells))
    assert "░" not in certain_only


@given(bounds)
def test_numbers_are_rounded_outwards(found: Bounds) -> None:
    words = bounds_percent(found.lower, found.upper)
    if "–" in words:
        lower, upper = (float(part) for part in words.rstrip("%").split("–"))
        assert lower <= found.lower * 100 + 1e-6
        assert upper >= found.upper * 100 - 1e-6


@given(
    st.lists(st.builds(Alternative, st.text(min_size=1, max_size=30), bounds, probabilities), max_size=6),
    st.integers(1, 130),
    st.integers(0, 30),
    st.text(max_size=40),
)
def test_rows_fit_any_size(alternatives: list[Alternative], width: int, height: int, reason: str) -> None:
    for why in (Why(decision(*alternatives)), Why(reason=reason), Why(error=reason), SHOWN):
        rows = why_rows(why, width, height)
        assert len(rows) <= height
        assert all(cell_len(text(row)) <= width for row in rows)


@given(st.binary(max_size=60), st.integers(0, 50))
def test_the_end_of_a_text_fits(raw: bytes, n_cells: int) -> None:
    assert cell_len(tail(raw, n_cells)) <= max(n_cells, 3)
