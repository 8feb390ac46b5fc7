"""The two lines as text, at every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete.editor import rough_percent
from tui.widgets.status_line import Role, Status, bar, duration, hint_line, share, status_line, text, title_line

SHOWN = Status(
    name="notes.md",
    modified=True,
    model="english",
    where="this machine",
    probability=0.72,
    shown=True,
    cutoff=0.6,
    mode="certified",
    requests=34,
    words=20,
    latency_s=0.003,
)
WITHHELD = Status(probability=0.35, cutoff=0.6, reason="below the cutoff", requests=1, words=1, latency_s=2.04)

statuses = st.builds(
    Status,
    name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30),
    modified=st.booleans(),
    model=st.sampled_from(["", "english", "a-very-long-model-name-of-a-server-2025-10-01"]),
    where=st.just("example.com:8000"),
    probability=st.none() | st.floats(0, 1),
    cutoff=st.none() | st.floats(0, 1),
    reason=st.sampled_from(["", "below the cutoff"]),
    error=st.sampled_from(["", "Cannot reach 東京: start the server, or give another one.", "x" * 300]),
    notice=st.sampled_from(["", "saved 12 bytes"]),
    requests=st.integers(0, 10**6),
    words=st.integers(0, 10**5),
    latency_s=st.none() | st.floats(0, 100),
    local=st.booleans(),
    cost=st.sampled_from(["", "$0.00017/word"]),
    saved=st.none() | st.floats(-3, 1),
)


@given(statuses, st.integers(0, 120))
def test_no_line_is_wider_than_asked_for(status: Status, width: int) -> None:
    for line in (title_line(status, width), status_line(status, width), hint_line([("Tab", "Accept")], status, width)):
        assert cell_len(text(line)) <= width


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, "━━━━━━╋───   72% ≥ cutoff 60%           certified   34 requests, 1.7/word   3 ms"),
        (67, "━━━━━━╋───   72% ≥ cutoff 60%      34 requests, 1.7/word   3 ms"),
        (57, "━━━━━━╋───   72% ≥ cutoff 60%     34 requests, 1.7/word"),
        (40, "━━━━━━╋───   72% ≥ cutoff 60%"),
        (20, "72% ≥ cutoff 60%"),
        (9, "72% ≥ cu…"),
    ],
)
def test_what_matters_least_goes_first(width: int, expected: str) -> None:
    assert text(status_line(SHOWN, width)).split() == expected.split()


def test_the_reason_stands_where_nothing_is_shown() -> None:
    line = text(status_line(WITHHELD, 80))
    assert "35% < cutoff 60%   below the cutoff" in line
    assert "1 request, 1.0/word" in line
    assert line.endswith("2.0 s")


def test_shown_and_withheld_differ_in_words_too() -> None:
    assert text(status_line(SHOWN, 40)) != text(status_line(Status(probability=0.35, cutoff=0.6), 40))


def test_an_error_takes_both_rows_and_is_marked() -> None:
    status = Status(cutoff=0.6, error="Cannot reach http://localhost:8000/v1: refused. Start the server.")
    first, second = text(status_line(status, 50)), text(hint_line([("Tab", "Accept")], status, 50))
    assert first == "✗ Cannot reach http://localhost:8000/v1: refused."
    assert second == "  Start the server."
    assert {role for _, role in status_line(status, 50)} == {Role.ERROR}


def test_a_notice_takes_the_place_of_the_reason() -> None:
    assert "saved 3 bytes" in text(status_line(Status(cutoff=0.6, reason="asking", notice="saved 3 bytes"), 80))


def test_a_notice_is_the_last_to_go() -> None:
    status = Status(probability=0.8, shown=True, cutoff=0.6, notice="cutoff 60% is saved, in place of the goal")
    assert text(status_line(status, 45)) == "cutoff 60% is saved, in place of the goal"


def test_a_cutoff_that_goes_by_length_is_told_as_it_applied() -> None:
    quiet = Status(cutoff=0.9, cutoffs=(0.2, 1.0))
    assert text(status_line(quiet, 60)) == "──────────   cutoff 20–100% by length"
    shown = Status(cutoff=0.52, cutoffs=(0.2, 1.0), probability=0.88, shown=True)
    assert text(status_line(shown, 60)) == "━━━━━╋━━━─   88% ≥ cutoff 52% by length"


def test_the_title_tells_file_and_model() -> None:
    line = text(title_line(SHOWN, 60))
    assert line.startswith("notes.md ● modified ")
    assert line.endswith(" english · this machine")
    assert text(title_line(Status(), 60)) == "Untitled"


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_bar_is_ten_cells_and_has_one_mark(probability: float, cutoff: float) -> None:
    drawn = bar(probability, cutoff)
    assert len(drawn) == 10
    assert drawn.count("┼") + drawn.count("╋") == 1


@given(st.floats(0, 1))
def test_only_certainty_is_called_so(probability: float) -> None:
    assert (rough_percent(probability) == "100%") == (probability == 1.0)
    assert (rough_percent(probability) == "0%") == (probability == 0.0)


def test_a_cutoff_near_one_is_not_told_as_one() -> None:
    """What goals of a high precision come to: the word at 99.6% is shown at 99.5%, and not "at 100%"."""
    shown = Status(probability=0.996, shown=True, cutoff=0.995)
    assert ">99% ≥ cutoff 99.5%" in text(status_line(shown, 80))
    assert "cutoff 99.99%" in text(status_line(Status(cutoff=0.9999), 80))


def test_durations_have_units() -> None:
    assert [duration(s) for s in (0.0, 0.0009, 0.001, 0.9994, 0.9996, 61.0)] == [
        "<1 ms", "<1 ms", "1 ms", "999 ms", "1.0 s", "61.0 s",
    ]  # fmt: skip


def test_a_local_model_is_called_so_and_its_queries_are_no_requests() -> None:
    line = text(status_line(Status(cutoff=0.6, local=True, requests=500, words=20, cost="$9/word"), 80))
    assert line.endswith("local")
    assert "request" not in line
    assert "$" not in line


def test_a_server_tells_requests_cost_and_what_was_saved() -> None:
    line = text(status_line(Status(cutoff=0.6, requests=34, words=20, cost="$0.00017/word", saved=0.314), 100))
    assert line.endswith("saved 31%   34 requests, 1.7/word   $0.00017/word")


@pytest.mark.parametrize(("saved", "expected"), [(0.0, "0%"), (0.314, "31%"), (-0.2, "-20%"), (-0.001, "0%")])
def test_keys_saved(saved: float, expected: str) -> None:
    assert share(saved) == expected
