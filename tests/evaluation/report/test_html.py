"""The report is one page that needs nothing else and runs nothing; JSON and CSV say the same figures."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.evaluation.measures import MEASURES
from autocomplete.evaluation.report.export import as_json, csv_lines
from autocomplete.evaluation.report.html import report
from autocomplete.evaluation.report.summary import Bin, ReplaySummary
from autocomplete.evaluation.report.svg import Axes, Series, clean, curves, reliability
from tests.evaluation.cases import SENTENCE, texts, tuned, whole

HOSTILE = "<script>alert(1)</script>\x1b[2J\"'&\ud800"


@pytest.fixture
def found() -> ReplaySummary:
    return whole()


class Page(HTMLParser):
    """Collects the elements of a page and checks that they are closed."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_and_runs_nothing(found: ReplaySummary) -> None:
    page = report([found], current=0.6, day=date(2026, 11, 21))
    tags = Page(page).tags
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tags}
    assert not any(name in attrs for _, attrs in tags for name in ("src", "href", "onload", "onclick"))
    assert "http" not in page.replace("http-equiv", "")
    assert "url(" not in page
    assert "2026-11-21" in page


def test_it_has_a_plot_for_each_curve_and_diagram_with_words_for_those_who_cannot_see(found: ReplaySummary) -> None:
    page = report([found])
    tags = Page(page).tags
    plots = [attrs for tag, attrs in tags if tag == "svg" and attrs.get("role") == "img"]
    assert len(plots) == 4 + len([part for part in found.reliability if part.bins])
    assert all(attrs["aria-label"] for attrs in plots)
    assert page.count("<title>") - 1 >= len(plots)
    assert [tag for tag, _ in tags].count("table") == 3
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in tags if tag == "th")


def test_the_names_of_two_cutoffs_never_stand_in_each_other() -> None:
    series = [Series("a", (0.0, 1.0), (0.0, 1.0))]
    plot = curves(Axes("Plot", "about"), series, [(0.6, "yours"), (0.8, "recommended")])
    tags = Page(plot).tags
    rows = [attrs["y"] for tag, attrs in tags if tag == "text" and attrs.get("class") == "small"]
    assert len(set(rows)) == 2


def test_no_text_of_the_documents_is_in_it(found: ReplaySummary) -> None:
    assert "so sad" not in report([found])
    assert "so sad" not in json.dumps(as_json([found]))
    assert "so sad" not in "\n".join(csv_lines([found]))


def test_hostile_names_are_harmless() -> None:
    documents = texts(" ".join([SENTENCE] * 3))
    documents = [type(documents[0])(HOSTILE, documents[0].text)]
    bad = tuned(documents, name=HOSTILE, where=HOSTILE)
    page = report([bad, bad])
    assert not any(tag == "script" for tag, _ in Page(page).tags)
    assert "\x1b" not in page
    page.encode()  # no lone surrogate is left
    assert json.loads(json.dumps(as_json([bad])))["models"][0]["model"] == HOSTILE
    assert all("\n" not in line for line in csv_lines([bad]))


def test_several_models_are_told_apart_without_colour(found: ReplaySummary) -> None:
    other = tuned(name="other")
    page = report([found, other])
    curve_dashes = {attrs["stroke-dasharray"] for tag, attrs in Page(page).tags if tag == "polyline"}
    assert len(curve_dashes) == 2
    assert page.count('class="key"') == 2


def test_a_model_that_knows_nothing_makes_a_page_too() -> None:
    nothing = tuned(texts("Nothing is known of this text by any means."))
    Page(report([nothing]))
    json.dumps(as_json([nothing]), allow_nan=False)
    assert len(list(csv_lines([nothing]))) == 1 + len(nothing.cutoffs)


@given(st.text())
def test_any_text_becomes_markup_that_parses(text: str) -> None:
    element = ET.fromstring(f"<p a='{clean(text)}'>{clean(text)}</p>")
    assert element.text is None or len(element.text) == len(text)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1) | st.just(float("nan"))), max_size=30), st.floats(0, 1))
def test_any_curve_becomes_a_plot_that_parses(points: list[tuple[float, float]], cutoff: float) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    plot = curves(Axes("a & b", "<c>"), [Series("s", xs, ys, ys, ys)], [(cutoff, "yours")])
    root = ET.fromstring(plot)
    n_lines = len(root.findall("polyline"))
    assert (n_lines > 0) == any(y == y for y in ys)
    assert "nan" not in plot


def test_a_reliability_diagram_tells_each_bin() -> None:
    plot = reliability(Axes("t", "a"), [Bin(30, 0.2, 0.25, 0.1, 0.4), Bin(30, 0.8, 0.7, 0.5, 0.9)])
    assert plot.count("<circle") == 2
    assert "stated 20.0%, right 25.0% (10.0–40.0%), n = 30" in plot


def test_json_says_what_the_figures_say(found: ReplaySummary) -> None:
    content = json.loads(json.dumps(as_json([found]), allow_nan=False))
    (model,) = content["models"]
    assert content["documents"][0]["words"] == found.n_words
    row = next(row for row in model["figures"] if row["cutoff"] == 0.5)
    for name in (measure.name for measure in MEASURES):
        assert row[name]["value"] == pytest.approx(found.at(0.5)[name].value, abs=1e-6)
    assert row["counts"]["shows"] == found.figures.shows[found.stop(0.5)]
    assert model["recommended"]["goal"] == found.advice.goal
    assert model["ece"]["value"] == pytest.approx(found.reliability[0].error, abs=1e-6)
    assert sum(b["n"] for b in model["reliability"][0]["bins"]) == model["reliability"][0]["n"]


def test_numbers_that_mean_nothing_are_null_and_empty(found: ReplaySummary) -> None:
    highest = as_json([found])["models"][0]["figures"][-1]
    assert highest["precision"] == {"value": None, "low": None, "high": None}
    rows = list(csv.DictReader(csv_lines([found])))
    assert rows[-1]["precision"] == ""
    assert rows[-1]["savings"] == "0.0"


def test_csv_has_a_row_for_each_model_and_cutoff(found: ReplaySummary) -> None:
    rows = list(csv.DictReader(csv_lines([found, tuned(name="=1+1")])))
    assert len(rows) == 2 * len(found.cutoffs)
    assert [row["cutoff"] for row in rows[:2]] == ["0.05", "0.06"]
    assert rows[-1]["model"] == "'=1+1"
    assert rows[0]["words"] == str(found.n_words)
