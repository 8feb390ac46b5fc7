"""What one may enter to go to a line, and where it leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.widgets import Label

from tests.tui.ghost.ghost_bench import bench
from tui.find.goto_line import GoToPrompt, LineTarget, go_to, target


@pytest.mark.parametrize(
    ("entry", "location"),
    [
        ("1", (0, 0)),
        (" 120 ", (119, 0)),
        ("120:8", (119, 7)),
        ("120,8", (119, 7)),
        ("120:0", (119, 0)),
        (":8", (40, 7)),
        ("+5", (45, 0)),
        ("-5", (35, 0)),
        ("+0", (40, 0)),
        ("+5:3", (45, 2)),
        ("0%", (0, 0)),
        ("1%", (4, 0)),
        ("50%", (249, 0)),
        ("100%", (499, 0)),
        ("50%:2", (249, 1)),
        ("١٢", (11, 0)),
    ],
)
def test_what_may_be_entered(entry: str, location: tuple[int, int]) -> None:
    assert target(entry, (40, 9), 500) == LineTarget(location)


@pytest.mark.parametrize(
    ("entry", "row", "note"),
    [
        ("0", 0, "there are 500 lines: this is the first"),
        ("501", 499, "there are 500 lines: this is the last"),
        ("-99", 0, "there are 500 lines: this is the first"),
        ("+999", 499, "there are 500 lines: this is the last"),
        ("101%", 499, "there are 500 lines: this is the last"),
        ("9" * 5000, 499, "there are 500 lines: this is the last"),
    ],
)
def test_beyond_the_text_is_its_nearest_line_and_a_note(entry: str, row: int, note: str) -> None:
    assert target(entry, (40, 9), 500) == LineTarget((row, 0), note)


def test_a_text_of_one_line_says_so() -> None:
    assert target("2", (0, 0), 1) == LineTarget((0, 0), "there is 1 line: this is the last")


@pytest.mark.parametrize("entry", ["", " ", "abc", "12a", "%", "+", "-", ":", "+%", "+5%", "1:2:3", "1e3", "½", "²"])
def test_what_means_no_place(entry: str) -> None:
    assert target(entry, (0, 0), 10) is None


@given(entry=st.text(alphabet="0123456789+-:%, .", max_size=8), n_lines=st.integers(1, 50))
def test_every_place_is_in_the_text(entry: str, n_lines: int) -> None:
    found = target(entry, (0, 0), n_lines)
    assert found is None or 0 <= found.location[0] < n_lines


async def test_the_cursor_goes_to_the_line_and_stays_inside_it() -> None:
    async with bench() as at:
        await at.load("\n".join(f"line {n}" for n in range(100)))
        go_to(at.area, LineTarget((60, 500)))
        assert at.area.cursor_location == (60, 7)
        assert at.n_requests == 0


async def test_the_prompt_answers_with_a_place_and_explains_what_it_cannot_read() -> None:
    app: App[None] = App()
    answers: list[LineTarget | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(GoToPrompt((4, 0), 10), answers.append)
        await pilot.press("a", "enter")
        assert answers == []
        assert "✗" in str(app.screen.query_one("#goto-note", Label).render())
        await pilot.press("backspace", "9", "9")
        assert "this is the last" in str(app.screen.query_one("#goto-note", Label).render())
        await pilot.press("enter")
        assert answers == [LineTarget((9, 0), "there are 10 lines: this is the last")]
        for keys in (("enter",), ("5", "escape")):
            await app.push_screen(GoToPrompt((4, 0), 10), answers.append)
            await pilot.press(*keys)
        assert answers[1:] == [None, None]
