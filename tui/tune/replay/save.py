"""What the tuner can put into the settings file, and putting it there.

Invariant: a goal that is given up for it is named in the question and in the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autocomplete import AutocompleteError
from tui.tune.render import written
from tui.widgets.picker import Option

if TYPE_CHECKING:
    from autocomplete.editor import CutoffChoice

Changes = dict[str, object]


def offered(cutoff: float, goal: CutoffChoice | None) -> list[Option[Changes]]:
    """Return what can be saved: the cutoff where one is set, and the goal that was chosen where it can be met."""
    found: list[Option[Changes]] = []
    if goal is None or goal.has_cutoff:
        changes: Changes = {"cutoff": cutoff, "goal": None}
        found.append(Option(f"cutoff = {cutoff:g}: suggest from {written(cutoff)} on{_in_place(changes)}", changes))
    if goal is not None and goal.met:
        changes = {"goal": goal.goal}
        words = f'goal = "{goal.goal}": the cutoff follows what you write{_in_place(changes)}'
        found.append(Option(words, changes))
    return found


def saved(changes: Changes) -> str:
    """Save settings, and return one line that says where, and in place of what, or why not."""
    from autocomplete.editor import save_settings, settings_source

    replaced = _in_place(changes)
    try:
        path = save_settings(changes)
    except AutocompleteError as error:
        return str(error)
    done = f"Saved{replaced}{',' if replaced else ''} in {path}"
    stronger = [name for name in changes if settings_source(name, {}) == "environment"]
    if stronger:
        return f"{done}, but AUTOCOMPLETE_{stronger[0].upper()} is set and stands above it."
    return f"{done}."


def _in_place(changes: Changes) -> str:
    """Return which goal of the settings file is given up for these changes, after a comma; "" where none is."""
    from autocomplete import load_settings
    from autocomplete.editor import settings_source

    if settings_source("goal", {}) != "settings file":
        return ""
    try:
        kept = load_settings().goal
    except AutocompleteError:  # something else in the file cannot be
        return ", in place of the goal"
    return f", in place of the goal {kept}" if kept and kept != changes["goal"] else ""
