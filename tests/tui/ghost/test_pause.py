"""A pause ends by the person's word, a snooze by the clock."""

from __future__ import annotations

import math

from tui.ghost.pause import Pause


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_pause_lasts_until_told_otherwise() -> None:
    clock = Clock()
    pause = Pause(clock)
    assert (pause.on, pause.words) == (False, "")
    pause.toggle()
    clock.now_s += 1e9
    assert (pause.on, pause.left_s, pause.words) == (True, math.inf, "paused")
    pause.toggle()
    assert not pause.on


async def test_a_snooze_ends_by_itself_and_says_how_long_it_lasts() -> None:
    clock = Clock()
    pause = Pause(clock)
    pause.snooze(15)
    told = []
    for _ in range(4):
        told.append(pause.words)
        clock.now_s += 299.0
    assert told == [f"snoozed, {minutes} min left" for minutes in (15, 11, 6, 1)]
    assert not pause.on
    pause.close()


async def test_the_pause_key_ends_a_snooze_and_pauses_after_one_that_is_over() -> None:
    clock = Clock()
    pause = Pause(clock)
    pause.snooze(5)
    pause.toggle()
    assert not pause.on
    pause.snooze(5)
    clock.now_s += 300.0
    pause.toggle()
    assert pause.words == "paused"
    pause.close()


async def test_a_second_snooze_replaces_the_first() -> None:
    clock = Clock()
    pause = Pause(clock)
    pause.snooze(60)
    pause.snooze(5)
    assert pause.left_s == 300.0
    pause.close()
