"""After a word that was taken, the first letter of the next one brings the space between them; nothing else does."""

from __future__ import annotations

import pytest

from tests.support.editor import editor


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("f",), "hearing f"),
        (("7",), "hearing 7"),
        (("space", "f"), "hearing f"),  # it was typed: there is one
        (("full_stop",), "hearing."),
        (("full_stop", "f"), "hearing.f"),  # something was done since
        (("apostrophe", "s"), "hearing's"),
        (("left_parenthesis",), "hearing("),
        (("enter", "f"), "hearing\nf"),
        (("left", "right", "f"), "hearingf"),
        (("backspace", "f"), "hearinf"),
        (("f", "r"), "hearing fr"),
        (("f", "backspace", "g"), "hearing g"),
        (("日",), "hearing日"),
    ],
)
async def test_a_letter_brings_the_space_and_nothing_else_does(keys: tuple[str, ...], text: str) -> None:
    async with editor() as at:
        await at.load("I look forward to")
        await at.press("space", "h", "tab")
        assert at.area.text == "I look forward to hearing"
        await at.press(*keys)
        assert at.area.text == f"I look forward to {text}"


async def test_the_space_counts_as_no_key_and_goes_with_its_letter_by_one_undo() -> None:
    async with editor() as at:
        await at.load("I look forward to")
        await at.press("space", "h", "tab")
        keys, characters = at.app.instruments.session.keys, at.app.instruments.session.characters
        await at.press("f")
        assert at.app.instruments.session.keys == keys + 1
        assert at.app.instruments.session.characters == characters + 2
        await at.press("ctrl+z")
        assert at.area.text == "I look forward to hearing"


async def test_the_ghost_of_the_next_word_is_typed_through() -> None:
    async with editor() as at:
        await at.load("I look forward to")
        await at.press("space", "h", "tab")
        assert at.area.ghost == " from"
        await at.press("f")
        assert (at.area.text[-2:], at.area.ghost) == (" f", "rom")


async def test_it_can_be_turned_off() -> None:
    async with editor() as at:
        at.area.space_after = False
        await at.load("I look forward to")
        await at.press("space", "h", "tab", "f")
        assert at.area.text == "I look forward to hearingf"
