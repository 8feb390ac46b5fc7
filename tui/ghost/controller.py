"""Asks the engine for suggestions, and publishes those answers that still belong to the text.

Invariant: a question is put only because something was typed, accepted or asked for by hand, on a snapshot of the text before
the cursor; the answer is published only if that is still the text. At most one question is open, a newer one cancels it, and
nothing that a backend does reaches the editor but as one line in the status.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.ghost import candidates, length_gate, placement
from tui.ghost.area import GhostArea
from tui.ghost.document_feeder import DocumentFeeder
from tui.ghost.engine_loading import open_engine
from tui.ghost.pause import Pause
from tui.ghost.placement import AWAITED, Before, Suggestion
from tui.widgets.status_line import Status, one_line

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Decision

#: One press of a cutoff key.
CUTOFF_STEP = 0.05


class SuggestionController:
    """Asks for the text before the cursor of `area` and hands suggestions back to it.

    `factory` opens the engine, in a thread, when `open` runs. `changed` is called after every change that the status shows.
    `clock` and `sleep`, in seconds, measure a snooze. `judge`, which may be set, gets every decision before it is shown, and
    returns whether its suggestion is to be withheld.
    """

    #: The reason in the status for a suggestion that `judge` withheld.
    WITHHELD = "kept back at random, to measure"

    def __init__(
        self,
        area: GhostArea,
        factory: Callable[[], Autocompleter],
        changed: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._area = area
        self._factory = factory
        self._changed = changed
        self._autocompleter: Autocompleter | None = None
        self._context_start: Callable[[int], int] = lambda n_chars: 0
        self._pending: Before | None = None
        self._by_hand: Before | None = None
        self._question: asyncio.Task[None] | None = None
        self._reader = DocumentFeeder(self._unreadable)
        self._pause = Pause(clock, sleep, changed)
        self.judge: Callable[[Decision], bool] = lambda decision: False
        self._withheld = False
        self._typed_early = False
        self._asked: Before | None = None
        self._decision: Decision | None = None
        self._dismissed: Suggestion | None = None
        self._reason = ""
        self._error = ""
        self._latency_s: float | None = None
        self._words = 0

    @property
    def busy(self) -> bool:
        """Whether a question is open, or the engine is not open yet."""
        return self._pending is not None or (self._autocompleter is None and not self._error)

    @property
    def paused(self) -> bool:
        """Whether nothing is suggested, because of a pause or a snooze."""
        return self._pause.on

    @property
    def autocompleter(self) -> Autocompleter | None:
        """The engine that is asked; None until it is open."""
        return self._autocompleter

    @property
    def decision(self) -> Decision | None:
        """The last decision, as long as it belongs to the text; None otherwise."""
        return self._decision

    @property
    def asked(self) -> Before | None:
        """The text that `decision` is about."""
        return self._asked

    def status(self) -> Status:
        """Return the status of the engine and the ghost; the app fills in the file's part."""
        autocompleter, decision, shown = self._autocompleter, self._decision, self._area.shown
        if autocompleter is None:
            return Status(reason="" if self._error else "opening the model", error=self._error)
        best = decision.bounds.lower if decision and decision.alternatives else None
        return Status(
            model=autocompleter.model,
            where=autocompleter.capabilities.route,
            probability=shown.probability if shown else best,
            shown=shown is not None,
            cutoff=length_gate.cutoff_of(autocompleter.gate, decision, shown),
            cutoffs=length_gate.span(autocompleter.gate),
            mode=str(decision.mode) if decision else "",
            reason=self._why(),
            error=self._error,
            requests=autocompleter.requests,
            words=self._words,
            latency_s=self._latency_s,
        )

    def _why(self) -> str:
        if self._pause.on:
            return self._pause.words
        if self._area.ghost:
            return ""
        if self._reason:
            return self._reason
        if self._decision is None:
            return "asking" if self._pending is not None else ""
        if not self._decision.shown:
            return str(self._decision.reason)
        if self._withheld:
            return self.WITHHELD
        if self._area.hushed:
            return "searching"
        here = self._snapshot().text
        return placement.obstacle(self._decision.completion, here, self._area.text_after()) or "text is selected"

    async def open(self) -> None:
        """Open the engine, and ask if something was typed meanwhile. Where another was chosen by then, that one stays."""
        try:
            autocompleter, context_start = await asyncio.to_thread(open_engine, self._factory)
        except Exception as exc:  # the border of the UI: an editor without suggestions is still an editor
            if self._autocompleter is None:
                self._error = one_line(exc)
        else:
            if self._autocompleter is not None:
                await autocompleter.aclose()
                return
            self._autocompleter, self._context_start = autocompleter, context_start
            self._reader.use(autocompleter)
        if self._typed_early:
            self._ask()
        self._changed()

    async def use(self, autocompleter: Autocompleter) -> None:
        """Ask another engine from now on, and close the one before."""
        from autocomplete.editor import context_start

        self._cancel()
        self._reader.stop()
        former, self._autocompleter, self._context_start = self._autocompleter, autocompleter, context_start
        self._reader.use(autocompleter)
        self._error, self._latency_s = "", None
        self._forget()
        self._changed()
        if former is not None:
            await former.aclose()

    def enter(self, document: Hashable, path: Path | None, text: Callable[[], str]) -> None:
        """Note which document is in front: `document` stays the same while it is open. A model that learns reads it once."""
        self._reader.enter(document, path, text)

    def leave(self, document: Hashable) -> None:
        """Note that a document is closed."""
        self._reader.leave(document)

    async def close(self) -> None:
        """Cancel what is asked, and close the engine."""
        self._cancel()
        self._pause.close()
        self._reader.stop()
        if self._autocompleter is not None:
            await self._autocompleter.aclose()

    def _unreadable(self, exc: Exception) -> None:
        self._error = one_line(exc)
        self._changed()

    def follow(self, area: GhostArea) -> None:
        """Suggest in `area` from now on; what stood at the cursor of the one before is gone."""
        if area is not self._area:
            self._cancel()
            self._forget()
            self._dismissed = None
            self._area = area
            self._changed()

    def edited(self, inserted: str, *, accepted: bool = False) -> None:
        """Follow an edit. Ask if a key `inserted` something, unless a phrase goes on as it stood there.

        `inserted`: "" where no key typed it. `accepted`: it was taken from a ghost.
        """
        here = self._snapshot()
        self._drop_stale(here)
        if inserted:
            from autocomplete.editor import finished_words

            self._words += finished_words(here.text[: len(here.text) - len(inserted)], inserted)
            self._typed_early = True
            if not (accepted and self._goes_on(here)):
                self._ask()
        self._changed()

    def moved(self) -> None:
        """Follow a move of the cursor without an edit. Never asks."""
        self._drop_stale(self._snapshot())
        self._changed()

    def _drop_stale(self, here: Before) -> None:
        """Drop what no longer belongs to the text before the cursor."""
        if self._pending is not None and self._pending != here:
            self._cancel()
        if self._asked != here and self._by_hand != here and not self._area.ghost:
            self._forget()

    def _goes_on(self, here: Before) -> bool:
        """Return whether a word of a phrase was taken and the rest stays. A cached decision may make it longer.

        The rest keeps the probability that the phrase gave it: a decision about the text alone must allow for other words
        that begin like the one taken.
        """
        if self._autocompleter is None or not self._area.at_word_end:
            return False
        rest = self._area.ghost
        self._cancel()
        cached = self._autocompleter.decide_cached(here.text, displayed=rest)
        if cached.shown and cached.completion.startswith(rest) and cached.completion != rest:
            self._publish(here, cached)
        return True

    def sought(self, step: int) -> None:
        """Show the word `step` places from the one shown, likeliest first; the first or last where none is shown.

        Asks once, and only where there is no decision about this place.
        """
        here = self._snapshot()
        if self._pending == here and not self._area.ghost:
            self._await_by_hand(here)
        elif self._decision is not None and self._asked == here:
            self._show_other(here, self._decision, step)
        elif not self._pause.on:
            self._ask(by_hand=True)
        self._changed()

    def dismissed(self, suggestion: Suggestion | None) -> None:
        """End what was asked for by hand; be quiet for the rest of the word whose suggestion was dismissed."""
        self._cancel()
        if suggestion is not None and suggestion.by_hand:
            self._area.suggest(self._decided())
        elif suggestion is not None:
            self._dismissed = suggestion
            self._forget("dismissed")
        self._changed()

    def toggle_pause(self) -> None:
        """Stop suggesting, or end a pause or a snooze and go on with the next key that is typed."""
        self._pause.toggle()
        self._rest()

    def snooze(self, minutes: float) -> None:
        """Stop suggesting for some minutes."""
        self._pause.snooze(minutes)
        self._rest()

    def move_cutoff(self, delta: float) -> None:
        """Move the cutoff, to hundredths; one that goes by length becomes one for all."""
        if self._autocompleter is not None:
            cutoff = length_gate.from_here(self._autocompleter.gate) + delta
            self.set_cutoff(min(1.0, max(0.0, round(cutoff, 2))))

    def set_cutoff(self, cutoff: float) -> None:
        """Set one cutoff for all lengths, in force at once."""
        if self._autocompleter is not None:
            self._autocompleter.cutoff = cutoff
            self.under()

    def under(self) -> None:
        """Gate the last decision again, after the gate was set, with no request; ask an open question again."""
        from autocomplete import Reason  # lazily, so that the first paint does not wait for it

        autocompleter = self._autocompleter
        if autocompleter is None:
            return
        undecided = False
        if self._decision is not None and self._asked is not None:
            self._publish(self._asked, self._decision.under(autocompleter.gate))
            undecided = self._decision.reason is Reason.UNDECIDED and self._asked == self._snapshot()
        if undecided or self._pending is not None:
            self._ask()
        self._changed()

    def _rest(self) -> None:
        self._cancel()
        self._forget()
        self._changed()

    def _snapshot(self) -> Before:
        return self._area.text_before(self._context_start(self._area.cursor_index))

    def _ask(self, *, by_hand: bool = False) -> None:
        self._cancel()
        self._reason = ""
        here = self._snapshot()
        if self._dismissed is not None and not self._is_quiet(self._dismissed):
            self._dismissed = None
        if self._autocompleter is None or self._pause.on or not self._area.selection.is_empty:
            return
        if self._dismissed is not None and not by_hand:
            self._forget("dismissed")
        elif placement.inside_word(here.text, self._area.text_after()):
            self._forget("inside a word")
        else:
            self._pending = here
            if by_hand:
                self._await_by_hand(here)
            self._question = asyncio.create_task(self._decide(self._autocompleter, here))

    def _await_by_hand(self, here: Before) -> None:
        self._by_hand = here
        if not self._area.ghost:
            self._area.suggest(Suggestion(here, "", 0.0, mark=AWAITED))

    async def _decide(self, autocompleter: Autocompleter, here: Before) -> None:
        await asyncio.sleep(0)  # an eager task would run its first step inside the key's handler
        shown = self._area.shown
        try:
            decision = await autocompleter.decide(here.text, displayed=shown.completion if shown and not shown.by_hand else "")
        except Exception as exc:  # the border of the UI: the text goes on without suggestions
            self._error = one_line(exc)
            if not self._area.ghost:
                self._forget()
        else:
            self._error = ""
            self._latency_s = decision.latency_s
            if here == self._snapshot():
                self._withheld = self.judge(decision)
                self._publish(here, decision)
        if self._pending is here:
            self._pending = None
        self._changed()

    def _publish(self, here: Before, decision: Decision) -> None:
        """Show the suggestion of `decision` about `here`; a word chosen by hand stays while it is typed through."""
        self._asked, self._decision, self._reason = here, decision, ""
        chosen = self._area.shown
        if self._by_hand == here and not decision.shown:
            self._show_other(here, decision, 1)
        elif chosen is None or not chosen.by_hand or candidates.confirmed(chosen, here, decision):
            self._area.suggest(self._decided())
        else:
            self._area.suggest(candidates.updated(chosen, here, decision))
        self._by_hand = None

    def _decided(self) -> Suggestion | None:
        """Return the suggestion of the last decision, None where it withholds."""
        if self._asked is None or self._decision is None or not self._decision.shown or self._withheld:
            return None
        return candidates.suggestion(self._asked, self._decision)

    def _show_other(self, here: Before, decision: Decision, step: int) -> None:
        other = candidates.other(here, decision, self._area.text_after(), self._area.shown, step)
        self._reason = "" if other else "no other word" if self._area.ghost else str(decision.reason)
        if other is not None or not self._area.ghost:
            self._area.suggest(other)

    def _is_quiet(self, dismissed: Suggestion) -> bool:
        return placement.is_quiet(dismissed, self._area.text_before(dismissed.anchor.start).text)

    def _forget(self, reason: str = "") -> None:
        self._area.suggest(None)
        self._asked = self._decision = self._by_hand = None
        self._reason = reason

    def _cancel(self) -> None:
        self._by_hand = None
        if self._pending is not None:
            self._pending = None
            if self._question is not None:
                self._question.cancel()
