"""The figures of a benchmark, read from the tables that it prints."""

from __future__ import annotations

from benchmarks.by_turns import figures_in
from benchmarks.support.tables import table


def test_numbers_are_named_by_row_and_column() -> None:
    printed = "Title | no table\n\n" + table(("what", "keys", "p50"), [("cached", "2,759", "0.127"), ("model", "3", "-")])
    assert dict(figures_in(printed)) == {
        ("cached", "keys"): 2759.0,
        ("cached", "p50"): 0.127,
        ("model, -", "keys"): 3.0,
    }


def test_each_table_has_columns_of_its_own() -> None:
    printed = table(("a", "b"), [("x", "1")]) + "\n\n" + table(("c", "d"), [("y", "50%")])
    assert dict(figures_in(printed)) == {("x", "b"): 1.0, ("y", "d"): 50.0}
