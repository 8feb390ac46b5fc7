"""A model that hangs, fails or cannot be opened leaves an editor."""

from __future__ import annotations

import asyncio

import pytest

from autocomplete import (
    Autocompleter,
    BackendUnavailable,
    ConfigError,
    Distribution,
    Request,
    ScriptedBackend,
)
from tests.support.editor import HEARING, RunningEditor, editor, knows
from tui.app.editor import EditorApp


async def test_a_hanging_model_delays_no_key_and_is_asked_once_at_a_time() -> None:
    hanging = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    async with editor(backend=hanging) as at:
        await at.pilot.press(*"I look")
        assert at.area.text == "I look"
        assert "asking" in at.line("status")
        assert hanging.gate is not None
        hanging.gate.set()
        await at.settle()
        assert at.area.ghost == " forward"


async def test_a_late_answer_is_not_published_where_the_cursor_has_left() -> None:
    slow = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    async with editor(backend=slow) as at:
        await at.load("I look forward to")
        await at.pilot.press("space", "left")
        assert not at.app.suggester.busy
        assert slow.gate is not None
        slow.gate.set()
        await at.settle()
        assert at.area.ghost == ""
        await at.press("right")
        assert at.area.ghost == ""


async def test_a_failing_model_is_one_line_in_the_status_until_the_next_success() -> None:
    failing = True

    def answer(request: Request) -> Distribution | BaseException:
        return BackendUnavailable("Cannot reach it:\nstart the server.") if failing else knows(HEARING)(request)

    async with editor(answer) as at:
        await at.load("I look forward to")
        await at.type(" ")
        assert at.line("status") == "✗ Cannot reach it: start the server."
        assert at.area.text == "I look forward to "
        failing = False
        await at.type("h")
        assert at.area.ghost == "earing"
        assert "✗" not in at.line("status")


async def test_a_ghost_that_still_fits_survives_an_error() -> None:
    def answer(request: Request) -> Distribution | BaseException:
        return BackendUnavailable("Gone.") if "hearing" in request.context else knows(HEARING)(request)

    async with editor(answer) as at:
        await at.load("I look forward to")
        await at.type(" hearin")
        assert at.area.ghost == "g"


async def test_what_no_model_should_raise_is_shown_too() -> None:
    async with editor(lambda request: ZeroDivisionError("oops")) as at:
        await at.type("a ")
        assert at.line("status") == "✗ ZeroDivisionError: the backend failed"
        assert at.area.text == "a "


async def test_a_foreign_error_does_not_show_the_text_that_it_holds() -> None:
    async with editor(lambda request: ValueError(f"cannot parse {request.context!r}")) as at:
        await at.type("secret ")
        await at.press("f1")
        shown = "\n".join(str(static.render()) for static in at.app.screen.query("Static"))
        assert "ValueError: the backend failed" in shown
        assert "secret" not in at.line("status") + shown


async def test_an_error_cannot_steer_the_terminal() -> None:
    async with editor(lambda request: BackendUnavailable("a\x1b[2J \u202eb\x07")) as at:
        await at.type("a ")
        assert at.line("status") == r"✗ a\x1b[2J \u202eb\x07"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ConfigError("Unknown model 'x': say english."), "Unknown model 'x': say english."),
        (ConfigError(), "ConfigError: the backend failed"),
        (OSError("no such file"), "OSError: the backend failed"),
    ],
)
async def test_a_model_that_cannot_be_opened_leaves_an_editor(error: Exception, says: str) -> None:
    def factory() -> Autocompleter:
        raise error

    app = EditorApp(None, factory)
    async with app.run_test() as pilot:
        at = RunningEditor(app, ScriptedBackend({}), pilot)
        await at.settle()
        await at.press(*"ab", "f3", "f2", "escape")
        assert at.area.text == "ab"
        assert at.line("status") == f"✗ {says}"


async def test_what_is_typed_before_the_model_is_open_is_asked_when_it_is() -> None:
    from threading import Event

    go = Event()
    backend = ScriptedBackend(knows(HEARING))

    def factory() -> Autocompleter:
        go.wait()
        return Autocompleter(backend, prefetch=False)

    app = EditorApp(None, factory)
    async with app.run_test() as pilot:
        at = RunningEditor(app, backend, pilot)
        await pilot.press(*"I look", "f4")
        assert "opening the model" in at.line("status")
        go.set()
        await at.settle()
        assert at.area.ghost == " forward"


async def test_the_engine_is_closed_with_the_editor() -> None:
    closed: list[bool] = []

    class Closing(Autocompleter):
        async def aclose(self) -> None:
            closed.append(True)
            await super().aclose()

    app = EditorApp(None, lambda: Closing(ScriptedBackend({})))
    async with app.run_test() as pilot:
        await RunningEditor(app, ScriptedBackend({}), pilot).settle()
    assert closed == [True]
