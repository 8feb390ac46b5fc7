"""One writer followed from decision to decision: words are scored once they are finished, and never by guess."""

from __future__ import annotations

import random
from pathlib import Path

from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.goals.controller import PrecisionController
from autocomplete.evaluation.goals.holdout import Holdout
from autocomplete.evaluation.history.live import LiveScorer
from autocomplete.evaluation.history.recorder import Recorder
from autocomplete.evaluation.history.store import OutcomeStore
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from tests.support.engines import SENTENCE, knows, opened

HERE = PredictionSource("m", "elsewhere")


async def typed(live: LiveScorer, autocompleter: Autocompleter, text: str, start: int) -> list[WordOutcome]:
    """Type `text` from offset `start` on, accepting nothing; return what was scored."""
    found: list[WordOutcome] = []
    for end in range(start, len(text) + 1):
        live.key()
        found += live.decided(await autocompleter.decide(text[:end]))
    return found


async def test_each_finished_word_is_scored_once() -> None:
    live = LiveScorer(HERE, lambda: 5, 1)
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        found = await typed(live, autocompleter, SENTENCE + " ", len("We look "))
    assert len(found) >= 5
    assert all(outcome.day == 5 and outcome.n_chars > 1 for outcome in found)
    assert any(outcome.n_right == 1 and outcome.n_shown == 1 for outcome in found)
    assert sum(any(show.right for show in outcome.shows) for outcome in found) >= 4


async def test_a_wrong_prediction_is_scored_wrong_even_where_a_mark_was_typed() -> None:
    live = LiveScorer(HERE, lambda: 5, 1)
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        text = "We look forward to hearing, gladly so "
        found = await typed(live, autocompleter, text, len("We look forward to"))
    shows = [show for outcome in found for show in outcome.shows]
    assert any(not show.right for show in shows)


async def test_a_word_that_was_left_is_not_scored() -> None:
    live = LiveScorer(HERE, lambda: 5, 1)
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        live.decided(await autocompleter.decide("We look forw"))
        live.left()
        assert live.decided(await autocompleter.decide("We look forward to hear")) == ()
        assert live.decided(await autocompleter.decide("Something else altogether")) == ()


async def test_words_reach_the_store_and_the_keeper(tmp_path: Path) -> None:
    recorder = Recorder(OutcomeStore(tmp_path / "outcomes.db"), lambda line: None)
    keeper = PrecisionController()
    live = LiveScorer(HERE, lambda: 5, 1, recorder=recorder, goal=keeper)
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        found = await typed(live, autocompleter, SENTENCE + " ", len("We look "))
    recorder.close()
    keeper.renew()
    assert keeper.state.n_words == len(found) == len(OutcomeStore(tmp_path / "outcomes.db").newest(99))


async def test_hidden_words_are_scored_like_any_other() -> None:
    shown, hidden = (LiveScorer(HERE, lambda: 5, 1, holdout=Holdout(share, random.Random(1))) for share in (0.0, 0.5))
    async with opened(knows(p=0.9), cutoff=0.6) as autocompleter:
        plain = await typed(shown, autocompleter, SENTENCE + " ", len("We look "))
        kept_back = await typed(hidden, autocompleter, SENTENCE + " ", len("We look "))
    assert [outcome.shows for outcome in plain] == [outcome.shows for outcome in kept_back]
    assert not any(outcome.hidden for outcome in plain)
    assert any(outcome.hidden for outcome in kept_back)
