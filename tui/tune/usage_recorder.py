"""What came of suggestions while one writes: scored word by word, kept as numbers, and used to keep a goal.

Each finished word labels every decision that was made while it was typed, shown or hidden: the answers were fetched anyway, so
nothing is asked. Not scored: what was typed while suggestions are paused, and a word that the cursor jumped out of or into
which something was pasted. Deleted letters take the decisions about them along; the word counts as it was finished.
In private documents words are scored for this session, but not stored, and nothing is hidden.

Invariant: numbers are kept, never text; nothing here waits for the store, and nothing that it does raises into the editor. A
goal changes the gate only at a moment when no suggestion stands on the screen.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from autocomplete.editor import GoalTracker, RecentWords
from tui.tune.goal_gate import GoalGate
from tui.tune.typing_rhythm import TypingRhythm
from tui.widgets.status_line import one_line

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Decision
    from autocomplete.editor import Holdout, LiveScorer, PredictionSource, Recorder
    from autocomplete.evaluation import Goal, OutcomeStore

#: Keys after which a goal that goes by one's own pauses is answered anew.
EVERY_KEYS = 100

#: Seconds after which a store that could not be read is read again.
READ_AGAIN_S = 10.0

#: Seconds after a decision at which it is found out what it left open: it is on the screen then, and no key has followed.
SETTLE_AFTER_S = 0.03


@dataclass(eq=False)
class _Model:
    """What is known of one model, where it runs and its mode. `recalled`: what was stored earlier is among `words`."""

    source: PredictionSource
    words: RecentWords = field(default_factory=RecentWords)
    lives: dict[Hashable, LiveScorer] = field(default_factory=dict)
    recalled: bool = False


class UsageRecorder:
    """Follows what is typed in the documents of one run.

    `store`: None records nothing. `goal`: what moves the cutoff, None for nothing. `share`: of words whose suggestions are
    hidden, 0..0.1, while there is a store. `announce` gets a line when the goal is reached or lost, `warn` one when the store
    fails, from any thread. `changed` is called when words were scored, or earlier ones have been read. `clock`: seconds.
    """

    def __init__(
        self,
        store: OutcomeStore | None,
        goal: Goal | None,
        warn: Callable[[str], None],
        *,
        share: float = 0.0,
        announce: Callable[[str], None] = lambda line: None,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._warn, self._changed = warn, changed
        self._warned: set[str] = set()
        self._store: OutcomeStore | None = None
        self._recorder: Recorder | None = None
        self._hiding: Holdout | None = None
        self._share = 0.0
        self._rng = random.Random()
        self._closing: set[asyncio.Task[None]] = set()
        self._rhythm = TypingRhythm(clock)
        self._knows_delays = False
        self._models: dict[PredictionSource, _Model] = {}
        self._model: _Model | None = None
        self._of: tuple[Autocompleter, str, object] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._reading_again: asyncio.TimerHandle | None = None
        self._sessions: set[int] = set()
        self._settling: asyncio.Task[None] | None = None
        self.goal_gate = GoalGate(goal, announce)
        self.record(store, share)

    def record(self, store: OutcomeStore | None, share: float) -> None:
        """Keep figures in `store` from now on, None: nowhere; and hide suggestions of such a share of words."""
        from autocomplete.editor import Holdout, Recorder

        if (store, share) == (self._store, self._share):
            return
        former, self._share = self._recorder, share
        if store is not self._store:
            self._store = store
            self._recorder = Recorder(store, self._warn_once) if store is not None else None
            if former is not None:
                self._let_go(former)
            self.set_goal(self.goal_gate.goal)  # with the words of earlier sessions, if there are some now
        self._hiding = Holdout(share, self._rng) if store is not None and share else None
        for model in self._models.values():
            model.lives.clear()  # a word that was begun is hidden or not as it was drawn, so it counts for neither

    def _let_go(self, recorder: Recorder) -> None:
        """Let a recorder write what it has, in a thread."""
        task = asyncio.create_task(asyncio.to_thread(recorder.close))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @property
    def words(self) -> RecentWords:
        """The newest words that were written with the model in force."""
        return self._model.words if self._model is not None else RecentWords()

    @property
    def recording(self) -> bool:
        """Whether figures are stored."""
        return self._recorder is not None

    def typed(self, document: Hashable, n_inserted: int, at: int, *, accepted: bool, ghost: bool, paused: bool) -> None:
        """Follow a key that typed, or accepted, so many characters; it put the cursor behind the code point `at`.

        `ghost`: a suggestion was on the screen when the key was pressed.
        """
        stroke = self._rhythm.typed(document, n_inserted, at, accepted=accepted, ghost=ghost)
        if (live := self._live(document)) is not None:
            if paused or stroke.jumped:
                live.left()
            live.key()
            if stroke.pause is not None and live.recorder is not None:  # in private documents there is none
                live.recorder.delay(*stroke.pause)
        if self.goal_gate.tracker is not None and self._rhythm.n_keys % EVERY_KEYS == 0:
            self.goal_gate.tracker.take_delays(Counter(self._rhythm.delays))

    def moved(self, document: Hashable, revision: int, at: int) -> None:
        """Follow the cursor, at the code point `at` of a text of that revision: drop the word that it jumped out of."""
        if self._rhythm.moved(document, revision, at) and (live := self._live(document)) is not None:
            live.left()

    def _live(self, document: Hashable) -> LiveScorer | None:
        return self._model.lives.get(document) if self._model is not None else None

    def leave(self, document: Hashable) -> None:
        """Forget a document that is closed."""
        for model in self._models.values():
            model.lives.pop(document, None)

    def judge(self, document: Hashable, engine: Autocompleter, decision: Decision, *, ghost: bool) -> bool:
        """Take a decision before it is shown; return whether its suggestion is to be kept back, at random.

        `ghost`: something is on the screen at this moment, which then stays.
        """
        model = self._follow(engine)
        live = model.lives.get(document)
        if live is None:
            live = model.lives[document] = self._new_live(model.source)
        private = _is_private(engine)
        live.recorder = None if private else self._recorder
        live.note(decision)
        asyncio.get_running_loop().call_soon(self._finish, model, live)  # not on the way to the screen
        if self._settling is not None:
            self._settling.cancel()
        self._settling = asyncio.create_task(self._settle(live, engine, decision))
        if not (ghost or decision.shown):
            self.goal_gate.apply(engine)
        return live.hidden and not private and not ghost

    async def _settle(self, live: LiveScorer, engine: Autocompleter, decision: Decision) -> None:
        """Find out what a decision left open, where that costs nothing, for the curves and the goal."""
        from autocomplete import AutocompleteError
        from autocomplete.editor import resolve_open

        await asyncio.sleep(SETTLE_AFTER_S)
        if self._of is None or self._of[0] is not engine:
            return  # it may be closed
        try:
            found = await resolve_open(engine, decision)
        except AutocompleteError:
            return  # the next decision tells it
        if found is not None:
            live.settle(decision, found)

    def _finish(self, model: _Model, live: LiveScorer) -> None:
        """Score what is finished."""
        if finished := live.finished():
            model.words.add(finished)
            if model is self._model:
                self.goal_gate.take(finished)
            self._changed()

    def _follow(self, engine: Autocompleter) -> _Model:
        """Return the model in force, and begin to read what is stored about it where it is a new one."""
        of = (engine, str(engine.mode), engine.calibration)
        if self._model is None or self._of != of:
            from autocomplete.editor import PredictionSource

            source = PredictionSource.of(engine.model, engine.capabilities, of[1], engine.calibration)
            self._of = of
            self._model = self._models.setdefault(source, _Model(source))
            self.set_goal(self.goal_gate.goal)
        return self._model

    def _new_live(self, source: PredictionSource) -> LiveScorer:
        from autocomplete.editor import LiveScorer

        session = random.getrandbits(62)
        self._sessions.add(session)
        return LiveScorer(source, date.today().toordinal, session, holdout=self._hiding)

    def open(self, engine: Autocompleter) -> None:
        """Begin to follow an engine before anything is typed, so that earlier words can be seen at once."""
        self._follow(engine)

    def set_goal(self, goal: Goal | None) -> None:
        """Go after another goal, or none; it takes the cutoff over again where it was moved by hand."""
        self.goal_gate.restart(goal, self._of[0] if self._of is not None else None)
        self._begin_reading()

    def _begin_reading(self) -> None:
        for former in (self._reading, self._reading_again):
            if former is not None:
                former.cancel()
        if self._model is not None:
            self._reading = asyncio.create_task(self._recall(self._model))

    async def _recall(self, model: _Model) -> None:
        """Read what was stored about a model, once, and answer the goal from it; where it cannot be read, later again."""
        try:
            if not model.recalled and not await self._read(model):
                self._reading_again = asyncio.get_running_loop().call_later(READ_AGAIN_S, self._begin_reading)
            goal = self.goal_gate.goal
            if goal is not None and (self.goal_gate.tracker is None or model.recalled):
                known = list(model.words)
                tracker = await asyncio.to_thread(GoalTracker, goal, known, Counter(self._rhythm.delays))
                tracker.take(list(model.words)[len(known) :])
                self.goal_gate.tracker = tracker
        except Exception as exc:  # the border of the UI: writing goes on without figures
            self._warn_once(one_line(exc))
        self._changed()

    def _warn_once(self, line: str) -> None:
        if line not in self._warned:
            self._warned.add(line)
            self._warn(line)

    async def _read(self, model: _Model) -> bool:
        """Put what was stored before the words of this session, some of which may be stored by now; return whether it could."""
        store, now = self._store, list(model.words)
        if store is None:
            return True
        try:
            stored = await asyncio.to_thread(store.newest, model.words.size, model.source)
            delays = {} if self._knows_delays else await asyncio.to_thread(store.delays)
        except Exception as exc:  # the border of the UI: writing goes on without figures of earlier sessions
            self._warn_once(one_line(exc))
            return False
        if store.notice:
            self._warn_once(store.notice)
        earlier = [outcome for outcome in stored if outcome.session not in self._sessions]
        words = await asyncio.to_thread(RecentWords, [*earlier, *now])
        words.add(list(model.words)[len(now) :])
        model.words, model.recalled = words, True
        self._rhythm.delays += Counter(delays)
        self._knows_delays = True
        return True

    async def close(self) -> None:
        """Write what is not written yet. Waits for it, a second or so at most."""
        for waiting in (self._reading, self._reading_again, self._settling):
            if waiting is not None:
                waiting.cancel()
        if self._recorder is not None:
            self._let_go(self._recorder)
        await asyncio.gather(*self._closing)


def _is_private(engine: Autocompleter) -> bool:
    from autocomplete.editor import Privacy

    return engine.session.privacy is Privacy.PRIVATE
