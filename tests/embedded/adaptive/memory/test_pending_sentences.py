"""What was typed a moment ago."""

from __future__ import annotations

from autocomplete.embedded.adaptive.memory.pending_sentences import MOST_WAITING, PendingSentences, Runs

ONE: Runs = (("one",),)
TWO: Runs = (("two",),)


def test_a_sentence_ripens() -> None:
    draft = PendingSentences()
    draft.typed(1, ONE, 10.0)
    assert draft.ripe(9.9) == []
    assert draft.ripe(10.0) == [ONE]
    assert draft.ripe(99.0) == []


def test_a_sentence_that_is_gone_is_kept_back_until_it_is_there_again() -> None:
    draft = PendingSentences()
    draft.typed(1, ONE, 0.0)
    draft.seen([], whole=True)
    assert draft.ripe(99.0) == []
    draft.seen([2], whole=False)
    assert draft.ripe(99.0) == []
    draft.seen([1], whole=False)
    assert draft.ripe(99.0) == [ONE]


def test_what_is_not_looked_at_still_stands() -> None:
    draft = PendingSentences()
    draft.typed(1, ONE, 0.0)
    draft.seen([2], whole=False)
    assert draft.ripe(99.0) == [ONE]


def test_a_sentence_typed_twice_counts_twice_but_not_if_it_was_taken_back() -> None:
    draft = PendingSentences()
    draft.typed(1, ONE, 0.0)
    draft.typed(1, ONE, 5.0)
    draft.typed(2, TWO, 0.0)
    draft.seen([1], whole=True)
    draft.typed(2, TWO, 5.0)
    assert draft.ripe(4.0) == []
    assert draft.ripe(5.0) == [ONE, ONE, TWO]


def test_only_so_many_wait() -> None:
    draft = PendingSentences()
    for i in range(MOST_WAITING + 5):
        draft.typed(i, ((str(i),),), 0.0)
    assert len(draft) == MOST_WAITING
    assert draft.ripe(0.0)[0] == (("5",),)
    draft.typed(1, ONE, 0.0)
    draft.clear()
    assert len(draft) == 0
