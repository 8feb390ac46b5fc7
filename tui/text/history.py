"""The undo history, in bounded memory.

Invariant: undoing and redoing lead to the texts and cursors that Textual's own history leads to; it keeps as many steps as fit
into `most_chars` characters, and the last step whatever its size.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.widgets.text_area import Edit, EditHistory, EditResult

#: Steps, and characters put in or taken out, that can be undone or redone. Textual 8.2.8 keeps 50 steps of any size.
MOST_STEPS = 10_000
MOST_CHARS = 50_000_000


class BoundedHistory(EditHistory):
    """Textual's history, in which the letters of one step are one edit: a step of 100 letters is undone at once."""

    def __init__(
        self,
        *,
        most_steps: int = MOST_STEPS,
        most_chars: int = MOST_CHARS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(max_checkpoints=most_steps, checkpoint_timer=2.0, checkpoint_max_characters=100)
        self._most_chars = most_chars
        self._clock = clock
        self._n_chars = 0

    @property
    def n_chars(self) -> int:
        """An upper bound of the characters in the history: steps that fell out at the far end may still be counted."""
        return self._n_chars

    def record(self, edit: Edit) -> None:
        """Keep an edit that has been made."""
        super().record(edit)
        self._n_chars += _n_changed(edit)
        if self._undo_stack:
            batch = self._undo_stack[-1]
            if len(batch) > 1 and (joined := _join(*batch[-2:])) is not None:
                batch[-2:] = [joined]
        if self._n_chars > self._most_chars:
            self._forget()

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._n_chars = 0

    def _forget(self) -> None:
        sizes = [sum(map(_n_changed, batch)) for batch in self._undo_stack]  # what could be redone is gone by now
        self._n_chars = sum(sizes)
        for size in sizes[:-1]:
            if self._n_chars <= self._most_chars:
                break
            self._undo_stack.popleft()
            self._n_chars -= size

    def _get_time(self) -> float:
        return self._clock()


def _n_changed(edit: Edit) -> int:
    return len(edit.text) + (len(edit._edit_result.replaced_text) if edit._edit_result else 0)


def _join(first: Edit, second: Edit) -> Edit | None:
    """Return one edit that does what two of one step do, where the second goes on where the first stopped."""
    one, two = first._edit_result, second._edit_result
    if one is None or two is None or first.maintain_selection_offset or second.maintain_selection_offset:
        return None
    joined: Edit | None = None
    if not one.replaced_text and not two.replaced_text and second.top == one.end_location:
        joined = Edit(first.text + second.text, first.top, first.bottom, False)
        joined._edit_result = EditResult(two.end_location, "")
    elif not first.text and not second.text and second.bottom == first.top:  # backspace
        joined = Edit("", second.top, first.bottom, False)
        joined._edit_result = EditResult(second.top, two.replaced_text + one.replaced_text)
    elif not first.text and not second.text and second.top == first.top and second.bottom[0] == first.bottom[0]:
        row, column = first.bottom
        joined = Edit("", first.top, (row, column + len(two.replaced_text)), False)
        joined._edit_result = EditResult(first.top, one.replaced_text + two.replaced_text)
    if joined is not None:
        joined._original_selection, joined._updated_selection = first._original_selection, second._updated_selection
    return joined
