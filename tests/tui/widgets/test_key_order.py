"""Keys that come faster than they are worked off, as over a slow line or from a macro, act in the order they were pressed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Label

from tests.support.editor import RunningEditor, editor
from tests.support.late import Late
from tui.widgets.bars import Bar
from tui.widgets.input_queue import DIALOG, KeyboardApp
from tui.widgets.prompts import file_changed


async def burst(at: RunningEditor, *keys: str) -> None:
    """Press keys without waiting for anything between them."""
    for key in keys:
        at.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await at.settle()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("a", "b", "home", "x", "end", "y"), "xaby"),
        (("t", "e", "h", "backspace", "backspace", "h", "e"), "the"),
        (("a", "b", "shift+left", "x"), "ax"),
        (("a", "enter", "b", "up", "home", "c"), "ca\nb"),
        (("a", "b", "ctrl+z", "c"), "c"),
    ],
)
async def test_keys_in_a_burst_act_in_order(keys: tuple[str, ...], text: str) -> None:
    async with editor() as at:
        await burst(at, *keys)
        assert at.area.text == text


async def test_a_word_is_taken_where_the_letters_before_tab_left_the_cursor() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.press("space")
        await burst(at, "f", "tab", "!")
        assert at.area.text == "I look forward to hearing from!"


async def test_tab_in_a_burst_never_takes_a_word_that_the_letter_before_it_ruled_out() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.press("space")
        assert at.area.ghost == "from"
        await burst(at, "x", "tab")
        assert at.area.text.startswith("I look forward to hearing x")
        assert "from" not in at.area.text


async def test_a_letter_just_before_the_quit_key_is_not_lost_unasked() -> None:
    async with editor() as at:
        await burst(at, "x", "ctrl+q")
        assert at.app.is_running
        assert len(at.app.screen_stack) == 2  # the question whether to save


async def test_letters_behind_a_key_that_opens_an_entry_are_entered_there() -> None:
    async with editor() as at:
        await at.load("foo bar")
        for keys, entered in (
            (("ctrl+f", *"bar"), "bar"),
            (("alt+r", *"baz"), "baz"),
            (("ctrl+l", *"12"), "12"),
            (("ctrl+o", *"notes"), "notes"),
            (("f12", *"notes"), "notes"),
            (("ctrl+p", *"wrap"), "wrap"),
            (("alt+i", *"15"), "15"),
            (("ctrl+t", *"nord"), "nord"),
            (("ctrl+o", *"foo", "escape", "ctrl+o", *"ba", "backspace"), "b"),
            (("ctrl+f", *"foo", "escape", "ctrl+l", "7"), "7"),
        ):
            await burst(at, *keys)
            entry = at.app.focused
            assert (keys, getattr(entry, "value", None)) == (keys, entered)
            await at.press("escape")
        assert at.area.text == "foo bar"


async def test_a_pasted_text_goes_where_the_key_before_it_led() -> None:
    async with editor() as at:
        at.app.post_message(events.Key("ctrl+f", None))
        at.app.post_message(events.Paste("pasted"))
        at.app.post_message(events.Key("!", "!"))
        await at.settle()
        assert isinstance(at.app.focused, Input)
        assert (at.app.focused.value, at.area.text) == ("pasted!", "")


async def test_letters_behind_the_key_that_leaves_a_dialog_are_typed_into_the_text() -> None:
    async with editor() as at:
        for key in ("f1", "ctrl+f", "ctrl+l", "ctrl+p", "alt+o"):
            await burst(at, "a", key, "escape", "b", key, "escape", "c")
        assert at.area.text == "abc" * 5


async def test_letters_behind_the_answer_to_a_prompt_are_typed_where_it_led(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("other")
    async with editor(path=tmp_path / "letter.txt") as at:
        await burst(at, *"one", "ctrl+s", "ctrl+o", *"other.txt", "enter", *"an", "f8", *"two")
        assert [page.area.text for page in at.app.workspace.pages] == ["onetwo", "another"]
        assert (tmp_path / "letter.txt").read_text() == "one"


async def test_what_is_completed_in_a_burst_is_entered_whole(tmp_path: Path) -> None:
    (tmp_path / "a long name.txt").write_text("found")
    async with editor() as at:
        await burst(at, "ctrl+o", *str(tmp_path / "a lo"), "tab", "enter", "!")
        assert at.area.text == "!found"


async def test_a_line_is_gone_to_and_written_on_in_one_burst() -> None:
    async with editor() as at:
        await at.load("one\n\nthree")
        await burst(at, "ctrl+l", "2", "enter", *"two")
        assert at.area.text == "one\ntwo\nthree"


async def test_a_search_in_one_burst_ends_where_a_slow_one_does() -> None:
    async with editor() as at:
        await at.load("a bar, the bar\nthe bar")
        at.area.move_cursor((0, 0))
        await burst(at, "ctrl+f", *"bar", "enter", "escape", "right", "!")
        assert at.area.text == "a bar, the bar!\nthe bar"
        await burst(at, "ctrl+f", *"the", "escape", "T")
        assert at.area.text == "a bar, the bar!\nT bar"


@pytest.mark.parametrize(("keys", "text"), [(("escape", "T"), "T bar, the bar"), (("enter", "escape", "T"), "the bar, T bar")])
async def test_a_key_that_leads_to_a_match_waits_until_it_is_found(keys: tuple[str, ...], text: str) -> None:
    lines = "x\n" * 60_000  # a text so long that a thread looks through it
    async with editor() as at:
        await at.load(lines + "the bar, the bar")
        late = Late()
        for key in ("ctrl+f", *"the", *keys):
            at.app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _ in range(2000):  # turns in which all that waits for nothing happens
            await asyncio.sleep(0)
        while at.app.acting or at.app.finding.busy:
            late.hand_over()
            await asyncio.sleep(0)
        await at.settle()
        assert at.area.text == lines + text


async def test_letters_behind_a_new_document_or_another_one_are_typed_there() -> None:
    async with editor() as at:
        await burst(at, *"one", "ctrl+n", *"two", "f8", *"+1", "ctrl+pageup", *"+2", "alt+t", "!")
        assert [page.area.text for page in at.app.workspace.pages] == ["one+1!", "two+2"]


async def test_letters_behind_a_click_are_typed_where_it_led() -> None:
    async with editor() as at:
        await burst(at, *"one", "ctrl+n", *"two")
        x, y = at.app.screen.query_one("#tabs", Bar).content_region.offset
        at.app.post_message(events.Key("!", "!"))
        for kind in (events.MouseDown, events.MouseUp):
            at.app.post_message(kind(None, x + 1, y, 0, 0, 1, False, False, False, x + 1, y))
        await burst(at, "?")
        assert [page.area.text for page in at.app.workspace.pages] == ["one?", "two!"]


async def test_the_answer_to_a_question_may_come_before_the_question() -> None:
    async with editor() as at:
        await burst(at, *"text", "alt+w", "d", *"new")
        assert at.area.text == "new"
        await burst(at, "ctrl+q", "d")
        assert at.app._exit


async def test_a_save_in_the_middle_of_a_burst_has_the_letters_before_it(tmp_path: Path) -> None:
    async with editor(path=tmp_path / "letter.txt") as at:
        await burst(at, *"be", "ctrl+s", *"fore")
        assert (tmp_path / "letter.txt").read_text() == "be"
        assert at.area.text == "before"


async def test_a_key_with_alt_enters_no_letter_anywhere() -> None:
    async with editor() as at:
        entries = ((), ("ctrl+f",), ("escape", "alt+r"), ("escape", "ctrl+o"), ("escape", "alt+o"), ("escape", "alt+m"))
        for keys in entries:
            await at.press(*keys)
            if keys and keys[-1] == "alt+m" and not at.app.preferences.can_switch:
                continue
            before = getattr(at.app.focused, "value", None)
            for key in ("alt+k", "alt+shift+k", "alt+9"):
                at.app.post_message(events.Key(key, key[-1]))  # as terminals send it
            await at.settle()
            assert getattr(at.app.focused, "value", None) == before
            assert at.area.text == ""


async def test_what_is_typed_on_never_answers_a_question_that_nobody_expected(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("as it was")
    async with editor(path=path) as at:
        at.app.guard_s = 60.0
        await at.press(*"my ")
        path.write_text("by another program")
        await burst(at, "ctrl+s", *"yes", "space", "enter")
        assert "changed on disk" in str(at.app.screen.query_one(Label).render())
        await at.press("y", "enter")
        assert path.read_text() == "by another program"
        await burst(at, "escape", *"own ")
        assert at.area.text == "my own as it was"
        at.app.guard_s = 0.0
        await at.press("ctrl+s", "y")
        assert path.read_text() == "my own as it was"


class Slow(KeyboardApp):
    """An entry, and a key that begins what never leads to a dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [("f1", "hang", "Hang"), ("f2", "give_up", "Give up")]

    def compose(self) -> ComposeResult:
        yield Input()

    @work(group=DIALOG, exclusive=True)
    async def action_hang(self) -> None:
        await asyncio.Event().wait()

    @work(group=DIALOG, exclusive=True)
    async def action_give_up(self) -> None:
        await asyncio.sleep(0)


@pytest.mark.parametrize(("key", "patience_s"), [("f1", 0.01), ("f2", 60.0), ("f3", 60.0)])
async def test_a_dialog_that_never_comes_keeps_no_key(key: str, patience_s: float) -> None:
    app = Slow()
    app.patience_s = patience_s
    async with app.run_test() as pilot:
        for each in ("a", key, "b", key, "c"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        while app.query_one(Input).value != "abc":
            await pilot.pause()


@pytest.mark.parametrize("turns", range(5))
async def test_patience_ends_also_at_the_moment_at_which_something_comes(turns: int) -> None:
    app = Slow()
    app.patience_s = 60.0
    async with app.run_test() as pilot:
        app.post_message(events.Key("f1", None))
        while not any(worker.is_running for worker in app.workers):
            await pilot.pause()
        following = app._following
        assert following is not None
        app._turned.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        following.cancel()
        await asyncio.wait([following], timeout=5)
        assert following.done()


async def test_what_was_pressed_before_a_question_could_be_read_does_not_answer_it() -> None:
    async with editor() as at:
        at.app.guard_s = 1e-6
        answers: list[str | None] = []
        pressed = events.Key("y", "y")
        at.app.push_screen(file_changed("a.txt"), answers.append)
        behind = events.Key("y", "y")  # the loop is busy from here until the question is painted
        at.app.call_after_refresh(at.app.post_message, pressed)
        at.app.call_after_refresh(at.app.post_message, behind)
        await at.settle()
        assert answers == []
        await at.press("y")
        assert answers == ["replace"]


async def test_a_key_that_waits_for_its_entry_does_not_answer_a_question_that_comes_meanwhile() -> None:
    async with editor() as at:
        await at.press("ctrl+f")
        at.app.guard_s = 1e-6
        answers: list[str | None] = []
        held = asyncio.Event()
        assert at.app.focused is not None
        at.app.focused.call_later(held.wait)
        at.app.post_message(events.Key("y", "y"))
        for _ in range(50):  # not by the pilot, which waits for the entry
            await asyncio.sleep(0)
        assert at.app.acting
        at.app.push_screen(file_changed("a.txt"), answers.append)
        for _ in range(500):
            await asyncio.sleep(0)
        held.set()
        await at.settle()
        assert answers == []
        await at.press("y")
        assert answers == ["replace"]
