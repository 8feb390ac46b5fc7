"""Garbage is collected in the pauses, and all of it in the end."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tests.support.editor import editor
from tui.app.idle_gc import PAUSE_S, REST_S, IdleCollector


class Loop:
    """What only the collector gets rid of."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[IdleCollector]:
    gc.disable()  # else a young object may go at any time
    collector = IdleCollector()
    collector.begin()
    yield collector
    collector.end()
    gc.enable()


def garbage() -> weakref.ref[Loop]:
    return weakref.ref(Loop())


def test_while_the_person_types_nothing_is_collected_and_in_the_pause_all_that_is_new(collector: IdleCollector) -> None:
    dead = garbage()
    collector.collect(0.0, PAUSE_S / 2)
    assert dead() is not None
    collector.collect(0.0, PAUSE_S)
    assert dead() is None


def test_one_pause_is_used_once(collector: IdleCollector) -> None:
    collector.collect(0.0, PAUSE_S)
    dead = garbage()
    collector.collect(0.0, 2 * PAUSE_S)
    assert dead() is not None
    collector.collect(3 * PAUSE_S, 4 * PAUSE_S)
    assert dead() is None


def test_what_became_garbage_after_it_was_set_aside_goes_in_a_rest(collector: IdleCollector) -> None:
    loop = Loop()
    dead = weakref.ref(loop)
    collector.collect(0.0, PAUSE_S)
    del loop
    collector.collect(2 * PAUSE_S, 3 * PAUSE_S)
    assert dead() is not None
    collector.collect(2 * PAUSE_S, 2 * PAUSE_S + REST_S)
    assert dead() is None


def test_what_is_there_at_the_start_costs_nothing_later(collector: IdleCollector) -> None:
    assert gc.get_freeze_count() > 10_000


async def test_the_process_is_left_as_it_was() -> None:
    usual = gc.get_threshold()
    async with editor():
        assert gc.get_threshold() != usual
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)
