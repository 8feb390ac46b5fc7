"""Make suggestions of a decision: what it shows, and its other words.

Invariant: pure functions of the decision and the text; each suggestion carries its own probability, and a word that the
person asked to see carries it as a mark too, so that nobody takes it for one that passed the cutoff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autocomplete.editor import rough_percent
from tui.ghost import placement
from tui.ghost.placement import Before, Suggestion

if TYPE_CHECKING:
    from autocomplete import Decision

#: The number of words that one can cycle through.
MOST_OTHERS = 9


def suggestion(here: Before, decision: Decision) -> Suggestion:
    """Return the suggestion of a decision about `here`: a word, or a phrase with the joint probability of each of its words."""
    ends = tuple(
        (len(words.completion), words.bounds.lower)
        for words in decision.phrase
        if decision.completion.startswith(words.completion)
    )
    whole = bool(ends) and ends[-1][0] == len(decision.completion)
    return Suggestion(here, decision.completion, decision.bounds.lower, ends if whole and len(ends) > 1 else ())


def others(here: Before, decision: Decision, after: str) -> list[Suggestion]:
    """Return the words that could stand between `here` and `after`, likeliest first, on either side of the cutoff."""
    possible = [
        Suggestion(here, alternative.completion, alternative.bounds.lower)
        for alternative in decision.alternatives
        if alternative.bounds.lower > 0.0
    ]
    fitting = [word for word in possible if placement.place(word, here.text, after).text]
    return [_marked(word, at, len(fitting[:MOST_OTHERS])) for at, word in enumerate(fitting[:MOST_OTHERS])]


def other(here: Before, decision: Decision, after: str, shown: Suggestion | None, step: int) -> Suggestion | None:
    """Return the word `step` places on from the one `shown`, round at both ends; None where there is no other.

    Where none is shown, the first comes first (the last for a step back).
    """
    words = others(here, decision, after)
    at = next((at for at, word in enumerate(words) if shown and _begins(shown, word)), None)
    if not words or (at is not None and len(words) == 1):
        return None
    start = at if at is not None else -1 if step > 0 else 0
    return words[(start + step) % len(words)]


def confirmed(chosen: Suggestion, here: Before, decision: Decision) -> bool:
    """Return whether a decision about `here` shows, of itself, the word that was chosen by hand."""
    return decision.shown and decision.completion.startswith(_since(chosen, here) or "\0")


def updated(chosen: Suggestion, here: Before, decision: Decision) -> Suggestion:
    """Return a word that was chosen by hand, with the probability that a decision about `here` gives it, where it does."""
    completion = _since(chosen, here)
    match = next((other for other in decision.alternatives if other.completion == completion), None)
    return chosen if match is None else _marked(Suggestion(here, match.completion, match.bounds.lower), 0, 1)


def _since(chosen: Suggestion, here: Before) -> str:
    """Return the completion after `here` that leads to `chosen`, part of which may be typed since; "" where none does.

    >>> _since(Suggestion(Before(0, "from you s"), "oon", 0.4), Before(0, "from you "))
    'soon'
    """
    if chosen.anchor.start != here.start or not chosen.anchor.text.startswith(here.text):
        return ""
    return chosen.anchor.text[len(here.text) :] + chosen.completion


def _begins(shown: Suggestion, word: Suggestion) -> bool:
    """Return whether `word` is the one `shown`, or the first of the phrase shown."""
    first = placement.next_word(shown, shown.completion)
    return word.completion == first


def _marked(word: Suggestion, at: int, n_words: int) -> Suggestion:
    place = f", {at + 1} of {n_words}" if at else ""
    return Suggestion(word.anchor, word.completion, word.probability, mark=f" ({rough_percent(word.probability)}{place})")
