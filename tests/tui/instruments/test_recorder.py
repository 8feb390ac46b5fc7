"""What the panels show while one types, with a scripted model."""

from __future__ import annotations

import asyncio

import pytest
from textual.geometry import Region
from textual.widgets.text_area import Selection

from autocomplete import BackendUnavailable, Capabilities, Distribution, Request, ScriptedBackend, Usage
from tests.support.editor import HEARING, editor, knows
from tests.support.panel_editor import RunningPanel, panel_editor
from tui.instruments.heatmap.panel import HeatPanel
from tui.instruments.panels import Panel
from tui.instruments.recorder import InstrumentRecorder
from tui.instruments.session_stats import Prices
from tui.instruments.spectrum.panel import SpectrumPanel
from tui.instruments.why.panel import WhyPanel
from tui.widgets.status_line import Status

SENTENCE = "I look forward to hearing from you"


def why(instruments: InstrumentRecorder) -> Panel:
    return WhyPanel()


def spectrum(instruments: InstrumentRecorder) -> Panel:
    return SpectrumPanel()


def remote() -> ScriptedBackend:
    return ScriptedBackend(knows(HEARING), name="gpt", capabilities=Capabilities(where="example.com"))


async def asked(at: RunningPanel, backend: ScriptedBackend) -> None:
    """Wait until something was asked."""
    for _ in range(100):
        if backend.requests:
            return
        await at.pilot.pause()
    raise AssertionError("nothing was asked")


def scores(at: RunningPanel) -> dict[str, float]:
    heat, line = at.app.instruments.heat(at.area), at.area.lines.get_line(0)
    return {line[word.start : word.end]: round(word.likely, 3) for word in heat.row(0)}


async def test_a_panel_that_was_closed_while_the_screen_still_has_it_is_painted_as_nothing() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        await at.panel.remove()
        at.panel.refresh()
        assert at.panel.render_lines(Region(0, 0, 40, 3))
        assert at.displayed == ""


async def test_the_panel_follows_each_key() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        assert "Nothing was asked for this place" in at.displayed
        await at.type(" ")
        assert "✓ 'from'" in at.displayed
        await at.type("f")
        assert "'from'" in at.displayed
        assert "at least" in at.displayed
        await at.press("backspace")
        assert "Nothing was asked for this place" in at.displayed


async def test_while_a_server_is_asked_the_last_candidates_stay() -> None:
    backend = remote()
    async with panel_editor(why, text="I look forward to hearing", backend=backend) as at:
        await at.type(" ")
        assert "✓ 'from'" in at.displayed
        backend.gate = asyncio.Event()
        await at.pilot.press("tab")
        await at.pilot.pause()
        assert "The model is being asked; this is what was known" in at.displayed
        assert "'from'" in at.displayed
        backend.gate.set()
        await at.settle()
        assert "being asked" not in at.displayed


async def test_a_failing_model_is_named_in_the_panel() -> None:
    def answer(request: Request) -> BackendUnavailable:
        return BackendUnavailable("Cannot reach it: connection refused.")

    async with panel_editor(why, backend=ScriptedBackend(answer)) as at:
        await at.type("I ")
        assert "✗ Cannot reach it: connection refused." in at.displayed


async def test_dismissed_and_paused_are_said_in_words() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        await at.type(" ")
        await at.press("escape")
        assert "Dismissed: quiet until the next word." in at.displayed
        at.app.suggester.toggle_pause()
        await at.settle()
        assert "Suggestions are paused." in at.displayed


async def test_a_scene_that_changes_nothing_repaints_nothing() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        await at.type(" ")
        before = at.panel._rows
        at.panel.follow(at.app.scene())
        assert at.panel._rows is before


@pytest.mark.parametrize("size", [(20, 8), (200, 60)])
async def test_every_panel_fits_every_screen(size: tuple[int, int]) -> None:
    for make in (why, spectrum, HeatPanel):
        async with panel_editor(make, text="I look forward to hearing", size=size) as at:
            await at.type(" ")
            assert at.displayed


async def test_the_spectrum_shows_the_answers_of_the_decision_without_a_request() -> None:
    backend = remote()
    async with panel_editor(spectrum, text="I look forward to hearing", backend=backend, size=(90, 40)) as at:
        await at.type(" ")
        n_requests = len(backend.requests)
        at.panel.focus()
        assert "' from'" in at.displayed
        assert "20 66 72 6f 6d" in at.displayed
        await at.press("m")
        assert "most likely" in at.displayed
        assert "not listed" in at.displayed
        assert len(backend.requests) == n_requests


async def test_where_no_answer_is_known_one_is_asked_for_on_demand() -> None:
    backend = remote()
    async with panel_editor(spectrum, text="I look forward to hearing", backend=backend) as at:
        assert "No answer is known for this place" in at.displayed
        at.panel.focus()
        await at.press("a")
        assert "2 of 2" in at.displayed  # what follows the word at the cursor goes first
        assert "' from'" in at.displayed
        assert len(backend.requests) == 2
        at.area.focus()
        await at.press("left")
        assert "No answer is known for this place" in at.displayed


async def test_the_other_answers_of_a_decision_are_a_key_away() -> None:
    whole = Distribution.from_pairs([(b" from", 0.8)])
    ended = Distribution.from_pairs([(b" you", 0.9)])
    backend = ScriptedBackend({"hearing": whole, "hearing from": ended}, capabilities=Capabilities(where="x"))
    async with panel_editor(spectrum, text="hearing", backend=backend) as at:
        await at.type(" ")
        assert "1 of 2" in at.displayed
        at.panel.focus()
        await at.press("right")
        assert "2 of 2" in at.displayed
        assert "' you'" in at.displayed
        await at.press("right", "left")
        assert "1 of 2" in at.displayed


async def test_typed_words_are_scored_with_the_answers_that_came_anyway() -> None:
    backend = remote()
    async with panel_editor(why, backend=backend) as at:
        await at.type("I look forward to of ")
        n_requests = len(backend.requests)
        assert scores(at) == {"I": 0.95, "look": 0.9, "forward": 0.9, "to": 0.97, "of": 0.111}
        assert len(backend.requests) == n_requests


async def test_accepted_words_are_scored_and_pasted_ones_are_not() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        await at.type(" ")
        await at.press("tab")
        at.area.insert(" some pasted words")
        await at.type(".")
        assert scores(at) == {"from": 0.8}


async def test_a_document_is_scored_in_the_background_without_the_session_model_learning_more() -> None:
    async with panel_editor(HeatPanel, text=SENTENCE) as at:
        assert scores(at) == {
            "I": 0.95,
            "look": 0.9,
            "forward": 0.9,
            "to": 0.97,
            "hearing": 0.9,
            "from": 0.8,
            "you": 0.95,
        }
        assert "0.0–0.1 bits/word, perplexity 1.0–1.1   7 words scored" in at.displayed


async def test_words_are_drawn_in_the_look_of_their_class_until_the_panel_is_closed() -> None:
    async with panel_editor(HeatPanel, {"": {"I": 0.95}, "I": {" you": 0.0001}}, text="I you") as at:
        bold = [segment.text for segment in at.area.render_line(0) if segment.style and segment.style.bold]
        assert "you" in "".join(bold)
        await at.panel.remove()
        assert not any(segment.style and segment.style.bold for segment in at.area.render_line(0))


async def test_a_server_is_asked_only_when_told_to() -> None:
    backend = remote()
    async with panel_editor(HeatPanel, text=SENTENCE, backend=backend) as at:
        assert "s scores them: about 9 requests to example.com" in at.displayed
        assert backend.requests == []
        at.panel.focus()
        await at.press("s")
        assert len(scores(at)) == 7
        assert 7 <= len(backend.requests) <= 9


async def test_scoring_is_cancelled_and_goes_on() -> None:
    backend = remote()
    async with panel_editor(HeatPanel, text=SENTENCE, backend=backend) as at:
        at.panel.focus()
        backend.gate = asyncio.Event()
        await at.pilot.press("s")
        await asked(at, backend)
        assert "c cancels" in at.displayed
        await at.press("c")
        assert "cancelled; s scores them" in at.displayed
        backend.gate.set()
        await at.press("s")
        assert len(scores(at)) == 7


async def test_a_failing_server_is_told_and_what_is_scored_stays() -> None:
    def answer(request: Request) -> Distribution | BackendUnavailable:
        return BackendUnavailable("It went away.") if "hearing" in request.context else knows(HEARING)(request)

    backend = ScriptedBackend(answer, capabilities=Capabilities(where="example.com"))
    async with panel_editor(HeatPanel, text="I look forward\n\nto hearing from you", backend=backend) as at:
        at.panel.focus()
        await at.press("s")
        assert "✗ It went away." in at.displayed
        assert "forward" in scores(at)


async def test_only_the_selection_is_scored_and_summed() -> None:
    backend = remote()
    async with panel_editor(HeatPanel, text=SENTENCE, backend=backend) as at:
        at.area.selection = Selection((0, 7), (0, 17))
        await at.settle()
        at.panel.focus()
        await at.press("s")
        assert scores(at) == {"forward": 0.9, "to": 0.97}
        assert "selection:" in at.displayed


async def test_text_that_is_edited_while_it_is_scored_is_scored_as_it_is_then() -> None:
    backend = remote()
    async with panel_editor(HeatPanel, text=SENTENCE, backend=backend) as at:
        at.panel.focus()
        backend.gate = asyncio.Event()
        await at.pilot.press("s")
        await asked(at, backend)
        at.area.insert("So\n", (0, 0))
        backend.gate.set()
        await at.settle()
        heat = at.app.instruments.heat(at.area)
        assert len(heat.row(1)) == 7


async def test_the_word_at_the_cursor_is_told_in_numbers() -> None:
    async with panel_editor(HeatPanel, text=SENTENCE) as at:
        await at.press("left")
        assert "at the cursor you: 95–100%, 0.0–0.1 bits, expected" in at.displayed


async def test_the_account_tells_savings_and_that_a_local_model_costs_nothing() -> None:
    async with panel_editor(why, text="I look forward to hearing") as at:
        await at.type(" ")
        await at.press("tab")
        status = at.app.scene().status
        assert (status.local, status.cost, status.shows) == (True, "", 2)  # "from", then "you"
        assert status.saved == pytest.approx(1 - 2 / 5)


async def test_a_paid_word_has_a_price() -> None:
    answer = Distribution.from_pairs([(b" a", 0.3)], usage=Usage(1000, 1))
    backend = ScriptedBackend({}, default=answer, capabilities=Capabilities(where="example.com"))
    async with panel_editor(why, backend=backend) as at:
        await at.type("I see ")
        instruments = at.app.instruments
        assert "tokens/word" in at.app.scene().status.cost
        instruments.prices = Prices(2.0, 8.0)
        assert at.app.scene().status.cost.startswith("$0.00")


def test_without_a_model_nothing_is_told() -> None:
    assert InstrumentRecorder().fill(Status(), None) == Status()


async def test_a_panel_opened_without_a_key_after_it_shows_its_rows_at_once() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.press("f5")
        assert "Nothing was asked for this place" in str(at.app.screen.query_one(WhyPanel).render())
        assert "Nothing was asked" in at.app.export_screenshot().replace("&#160;", " ")
