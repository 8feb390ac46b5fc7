"""What was typed a moment ago."""

from __future__ import annotations

from autocomplete.embedded.adaptive.memory.pending_sentences import MOST_WAITING, PendingSentences, Runs

ONE: Runs = (("one",),)
TWO: Runs = (("two",),)


def test_a_sentence_ripens() -> None:
    pending = PendingSentences()
    pending.typed(1, ONE, 10.0)
    assert pending.ripe(9.9) == []
    assert pending.ripe(10.0) == [ONE]
    assert pending.ripe(99.0) == []


def test_a_sentence_that_is_gone_is_kept_back_until_it_is_there_again() -> None:
    pending = PendingSentences()
    pending.typed(1, ONE, 0.0)
    pending.seen([], whole=True)
    assert pending.ripe(99.0) == []
    pending.seen([2], whole=False)
    assert pending.ripe(99.0) == []
    pending.seen([1], whole=False)
    assert pending.ripe(99.0) == [ONE]


def test_what_is_not_looked_at_still_stands() -> None:
    pending = PendingSentences()
    pending.typed(1, ONE, 0.0)
    pending.seen([2], whole=False)
    assert pending.ripe(99.0) == [ONE]


def test_a_sentence_typed_twice_counts_twice_but_not_if_it_was_taken_back() -> None:
    pending = PendingSentences()
    pending.typed(1, ONE, 0.0)
    pending.typed(1, ONE, 5.0)
    pending.typed(2, TWO, 0.0)
    pending.seen([1], whole=True)
    pending.typed(2, TWO, 5.0)
    assert pending.ripe(4.0) == []
    assert pending.ripe(5.0) == [ONE, ONE, TWO]


def test_only_so_many_wait() -> None:
    pending = PendingSentences()
    for i in range(MOST_WAITING + 5):
        pending.typed(i, ((str(i),),), 0.0)
    assert len(pending) == MOST_WAITING
    assert pending.ripe(0.0)[0] == (("5",),)
    pending.typed(1, ONE, 0.0)
    pending.clear()
    assert len(pending) == 0
