"""Shadow scoring: what each cutoff would have shown while a word was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autocomplete.evaluation.word_shows import Show, TypedState, labels, scored
from tests.support.engines import knows, opened

P = st.floats(0.0, 1.0)


def at(states: list[TypedState], whole: str, cutoff: float) -> tuple[int, int]:
    """Return distinct and right shows at a cutoff, by typing the word."""
    seen = set()
    for state in states:
        if state.completion and state.probability >= cutoff:
            seen.add(state.typed + state.completion)
            if state.typed + state.completion == whole:
                return len(seen), 1
    return len(seen), 0


@given(st.lists(st.tuples(P, st.sampled_from([" from", " form", " fro", ""]))), st.floats(0.001, 1.0))
def test_ranges_hold_what_typing_at_each_cutoff_shows(found: list[tuple[float, str]], cutoff: float) -> None:
    states = [TypedState("", completion, p) for p, completion in found]
    here = [show for show in scored(states, " from")[0] if show.low < cutoff <= show.high]
    assert (len(here), sum(show.right for show in here)) == at(states, " from", cutoff)


def test_nothing_typed_and_nothing_found() -> None:
    assert (scored([], " from")[0], labels([], " from")) == ((), ())
    assert (scored([TypedState(" f", "", 0.0)], " from")[0], labels([TypedState(" f", "", 0.0)], " from")) == ((), ())


def test_a_right_one_at_once_ends_the_word_for_every_looser_cutoff() -> None:
    assert scored([TypedState(" ", "from", 0.9), TypedState(" f", "ather", 0.5)], " from")[0] == (Show(0.0, 0.9, True, 4),)


async def test_a_decision_is_remembered_by_its_likeliest_candidate_shown_or_not() -> None:
    async with opened(knows(p=0.9), cutoff=0.85) as autocompleter:
        withheld = await autocompleter.decide("We look forward to hearing ")
        state = TypedState.of(withheld)
    assert not withheld.shown
    assert (state.typed + state.completion, state.estimated) == (" from", False)
    assert 0.0 < state.probability < 0.85
    nothing = TypedState.of(await opened(knows(), cutoff=0.5).decide("Elsewhere "))
    assert nothing.completion == ""
