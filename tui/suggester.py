"""When the engine is asked, and what becomes of its answer.

Invariant: a question is put only because something was typed or accepted, on a snapshot of the text before the cursor; the
answer is published only if that is still the text. At most one question is open, a newer one cancels it, and nothing that
a backend does reaches the editor but as one line in the status.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import ghost
from tui.ghost import Before, Suggestion
from tui.ghost_area import GhostArea
from tui.status import Status, inert

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Decision

#: One press of a cutoff key.
CUTOFF_STEP = 0.05

#: Characters of a document that a model reads when it is opened, and those that it reads between two keys.
MOST_READ = 400_000
PORTION = 2_000


class Suggester:
    """Asks for the text before the cursor of `area` and hands suggestions back to it.

    `factory` opens the engine, in a thread, when `open` runs. `changed` is called after everything that the status tells.
    """

    def __init__(self, area: GhostArea, factory: Callable[[], Autocompleter], changed: Callable[[], None]) -> None:
        self._area = area
        self._factory = factory
        self._changed = changed
        self._autocompleter: Autocompleter | None = None
        self._context_start: Callable[[int], int] = lambda n_chars: 0
        self._pending: Before | None = None
        self._question: asyncio.Task[None] | None = None
        self._unread: list[str] = []
        self._reading: asyncio.Task[None] | None = None
        self._typed_early = False
        self._asked: Before | None = None
        self._decision: Decision | None = None
        self._dismissed: Suggestion | None = None
        self._reason = ""
        self._error = ""
        self._latency_s: float | None = None
        self._words = 0
        self.paused = False

    @property
    def busy(self) -> bool:
        """Whether a question is open, or the engine is not open yet."""
        return self._pending is not None or (self._autocompleter is None and not self._error)

    async def open(self) -> None:
        """Open the engine, and ask if something was typed meanwhile."""
        try:
            self._autocompleter, self._context_start = await asyncio.to_thread(_open, self._factory)
        except Exception as exc:  # the border of the UI: an editor without suggestions is still an editor
            self._error = _one_line(exc)
        self._begin_reading()
        if self._typed_early:
            self._ask()
        self._changed()

    def read(self, text: str) -> None:
        """Let a model that learns read a document that was opened, its end if it is long, in portions between keys."""
        self._unread = portions(text[-MOST_READ:])
        self._begin_reading()

    def _begin_reading(self) -> None:
        if self._autocompleter is not None and self._unread and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read(self._autocompleter))

    async def _read(self, autocompleter: Autocompleter) -> None:
        try:
            while self._unread:
                await asyncio.sleep(0)
                if self._unread:
                    autocompleter.learn(self._unread.pop(0))
        except Exception as exc:  # the border of the UI: an unread document is still a document
            self._unread, self._error = [], _one_line(exc)
            self._changed()

    async def close(self) -> None:
        """Cancel what is asked, and close the engine."""
        self._cancel()
        if self._reading is not None:
            self._reading.cancel()
        if self._autocompleter is not None:
            await self._autocompleter.aclose()

    def typed(self, inserted: str) -> None:
        """Follow a key that inserted text, or an accepted ghost: ask."""
        before = self._snapshot().text
        self._words += ghost.finished_words(before[: len(before) - len(inserted)], inserted)
        self._typed_early = True
        self._ask()
        self._changed()

    def moved(self) -> None:
        """Follow an edit or a cursor move of any kind: drop what no longer belongs to the text. Never asks."""
        here = self._snapshot()
        if self._pending is not None and self._pending != here:
            self._cancel()
        if self._asked != here and not self._area.ghost:
            self._forget()
        self._changed()

    def dismissed(self, suggestion: Suggestion | None) -> None:
        """Be quiet for the rest of the word whose suggestion was dismissed."""
        self._cancel()
        if suggestion is not None:
            self._dismissed = suggestion
            self._forget("dismissed")
        self._changed()

    def toggle_pause(self) -> None:
        """Stop suggesting, or go on with the next key that is typed."""
        self.paused = not self.paused
        self._cancel()
        self._forget()
        self._changed()

    def move_cutoff(self, delta: float) -> None:
        """Move the cutoff. What is known is gated again at once, with no request; what is open is asked again."""
        from autocomplete import Reason  # lazily, so that the first paint does not wait for it

        autocompleter = self._autocompleter
        if autocompleter is None:
            return
        autocompleter.cutoff = min(1.0, max(0.0, round(autocompleter.cutoff + delta, 2)))
        undecided = False
        if self._decision is not None and self._asked is not None:
            self._publish(self._asked, self._decision.regate(autocompleter.gate))
            undecided = self._decision.reason is Reason.UNDECIDED and self._asked == self._snapshot()
        if undecided or self._pending is not None:
            self._ask()
        self._changed()

    def status(self) -> Status:
        """Return what is known now; the file's part is the app's to fill in."""
        autocompleter, decision = self._autocompleter, self._decision
        if autocompleter is None:
            return Status(reason="" if self._error else "opening the model", error=self._error)
        return Status(
            model=autocompleter.model,
            where=autocompleter.capabilities.where,
            probability=decision.bounds.lower if decision and decision.alternatives else None,
            shown=bool(self._area.ghost),
            cutoff=autocompleter.cutoff,
            mode=str(decision.mode) if decision else "",
            reason=self._why(),
            error=self._error,
            requests=autocompleter.requests,
            words=self._words,
            latency_s=self._latency_s,
        )

    def _why(self) -> str:
        if self.paused:
            return "paused"
        if self._area.ghost:
            return ""
        if self._decision is not None:
            if not self._decision.shown:
                return str(self._decision.reason)
            return ghost.obstacle(self._decision.completion, self._area.text_after()) or "text is selected"
        return "asking" if self._pending is not None else self._reason

    def _snapshot(self) -> Before:
        return self._area.text_before(self._context_start(self._area.cursor_index))

    def _ask(self) -> None:
        self._cancel()
        here = self._snapshot()
        if self._dismissed is not None and not self._is_quiet(self._dismissed):
            self._dismissed = None
        if self._autocompleter is None or self.paused or not self._area.selection.is_empty:
            return
        if self._dismissed is not None:
            self._forget("dismissed")
        elif ghost.inside_word(self._area.text_after()):
            self._forget("inside a word")
        else:
            self._pending = here
            self._question = asyncio.create_task(self._decide(self._autocompleter, here))

    async def _decide(self, autocompleter: Autocompleter, here: Before) -> None:
        await asyncio.sleep(0)  # an eager task would run its first step inside the key's handler
        try:
            decision = await autocompleter.decide(here.text, painted=self._area.ghost)
        except Exception as exc:  # the border of the UI: the text goes on without suggestions
            self._error = _one_line(exc)
            if not self._area.ghost:
                self._forget()
        else:
            self._error = ""
            self._latency_s = decision.latency_s
            if here == self._snapshot():
                self._publish(here, decision)
        if self._pending is here:
            self._pending = None
        self._changed()

    def _publish(self, here: Before, decision: Decision) -> None:
        self._asked, self._decision = here, decision
        self._area.suggest(Suggestion(here, decision.completion, decision.bounds.lower) if decision.shown else None)

    def _is_quiet(self, dismissed: Suggestion) -> bool:
        return ghost.is_quiet(dismissed, self._area.text_before(dismissed.anchor.start).text)

    def _forget(self, reason: str = "") -> None:
        self._area.suggest(None)
        self._asked = self._decision = None
        self._reason = reason

    def _cancel(self) -> None:
        if self._pending is not None:
            self._pending = None
            if self._question is not None:
                self._question.cancel()


def portions(text: str) -> list[str]:
    """Return `text` in whole lines of some `PORTION` characters each; longer lines are cut.

    >>> portions("one\\ntwo\\n") == ["one\\ntwo\\n"], max(map(len, portions("x" * 5000))) <= PORTION
    (True, True)
    """
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), PORTION):
            part = line[at : at + PORTION]
            if found and len(found[-1]) + len(part) <= PORTION:
                found[-1] += part
            else:
                found.append(part)
    return found


def _open(factory: Callable[[], Autocompleter]) -> tuple[Autocompleter, Callable[[int], int]]:
    """Return the engine and its windowing rule. Imports and opens them, so it belongs in a thread."""
    from autocomplete import context_start

    return factory(), context_start


def _one_line(exc: Exception) -> str:
    """Return an error in one inert line. Only the words of our own errors: others may hold the text, or a key."""
    from autocomplete import AutocompleteError

    message = inert(" ".join(str(exc).split())) if isinstance(exc, AutocompleteError) else ""
    return message or f"{type(exc).__name__}: the backend failed"
