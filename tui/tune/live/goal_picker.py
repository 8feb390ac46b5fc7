"""The list of goals, in which any other can be entered too.

Invariant: what is chosen is a goal that can be, written as it is kept in the settings, or "" for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList

from autocomplete import ConfigError
from autocomplete.evaluation import parse_goal
from tui.widgets.picker import Option, Picker

if TYPE_CHECKING:
    from autocomplete.evaluation import Goal

#: The goals that are offered; any other can be typed.
GOALS = (
    "precision=0.8",
    "precision=0.9",
    "precision=0.95",
    "savings=max",
    "time",
    "shows<=20/100 words",
    "shows<=5/100 words",
)

_WIDEST = max(map(len, GOALS))

_NO_GOAL = "none: you set the cutoff"

_MEANINGS = {
    "precision=0.8": "at least 8 of 10 shown are right",
    "precision=0.9": "at least 9 of 10 shown are right",
    "precision=0.95": "at least 19 of 20 shown are right",
    "savings=max": "most keys saved",
    "time": "shown where it saves you time, by your own speed",
    "shows<=20/100 words": "a calm page",
    "shows<=5/100 words": "next to nothing, but good",
}


class GoalPicker(Picker[str]):
    """Offers goals, `present` marked. Where what is typed is a goal, that comes first; where it is none, the forms."""

    def __init__(self, present: str | None) -> None:
        names = [*GOALS, *([present] if present and present not in GOALS else [])]
        none = Option(f"{' ' if present else '●'} {_NO_GOAL}", "")
        super().__init__(
            "Goal: choose one, or type another such as precision=0.85",
            [none, *(_option(name, marked=name == present) for name in names)],
        )

    def _narrow(self, query: str) -> None:
        super()._narrow(query)
        options = self.query_one(OptionList)
        goal, _ = entered(query)
        if goal is not None:
            others = [option for option in self._found if option.value != str(goal)]
            listed = next((option for option in self._options if option.value == str(goal)), None)
            self._found = [listed or _option(str(goal), marked=False), *others]
            options.clear_options()
            options.add_options(Content(option.words) for option in self._found)
            options.highlighted = 0

    def _no_match(self, query: str) -> str:
        return entered(query)[1]


def entered(query: str) -> tuple[Goal | None, str]:
    """Return the goal that was typed, None with the reason where it is none.

    >>> goal, _ = entered("precision = 85%")
    >>> str(goal), entered("2")[1]
    ('precision=0.85', "Unknown goal '2'. Known: precision=0.9, shows<=5/100 words, savings=max, time.")
    """
    try:
        return parse_goal(query), ""
    except ConfigError as exc:
        return None, str(exc)


def meaning(goal: Goal) -> str:
    """Return what a goal comes to, in words.

    >>> meaning(parse_goal("precision=0.85")), meaning(parse_goal("shows<=7"))
    ('at least 85% of what is shown is right', 'at most 7 suggestions in 100 words')
    """
    if str(goal) in _MEANINGS:
        return _MEANINGS[str(goal)]
    if goal.kind == "precision":
        return f"at least {100 * goal.value:g}% of what is shown is right"
    return f"at most {goal.value:g} suggestions in 100 words"


def _option(name: str, *, marked: bool) -> Option[str]:
    return Option(f"{'●' if marked else ' '} {name:<{_WIDEST}}  {meaning(parse_goal(name))}", name)
