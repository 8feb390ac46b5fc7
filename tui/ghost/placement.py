"""Which ghost text stands at the cursor: pure functions of texts.

Invariant: a ghost depends on nothing but what was suggested, after which text, and the text around the cursor now. So
it cannot be stale, whatever key, undo, load or mouse click led to that text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len

from autocomplete.editor import is_drawable
from tui.text.cells import clip

#: A mark that would leave less room than this for the ghost itself is left out, in cells.
_LEAST_BEFORE_MARK = 4

#: Stands at the cursor while an answer is awaited that was asked for by hand.
AWAITED = "…"


@dataclass(frozen=True, slots=True)
class Before:
    """The text that ends at the cursor, from the code point `start` of the document on."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`completion`, suggested after `anchor` with a word probability of 0..1, joint where it is a phrase.

    `ends`: for each word of a phrase, shortest first, where it ends in `completion` and the joint probability up to there.
    `mark`: drawn after what the person asked for by hand, such as " (12%)"; "" for what passed the cutoff.
    """

    anchor: Before
    completion: str
    probability: float
    ends: tuple[tuple[int, float], ...] = ()
    mark: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether the person asked to see it: it passed no cutoff."""
        return bool(self.mark)


@dataclass(frozen=True, slots=True)
class Ghost:
    """What is drawn at the cursor: the text that can be accepted, and the mark after it, which cannot."""

    text: str = ""
    mark: str = ""


NOTHING = Ghost()


def place(suggestion: Suggestion, current: str, after: str) -> Ghost:
    """Return what `suggestion` draws where `current` (read from its anchor's start) stands before the cursor.

    `after` is the rest of the line. A suggestion that only waits, with no completion yet, stands at its anchor alone.

    >>> place(Suggestion(Before(0, "I look f"), "orward", 0.2, mark=" (20%)"), "I look fo", "")
    Ghost(text='rward', mark=' (20%)')
    """
    if not suggestion.completion:
        return Ghost(mark=suggestion.mark) if current == suggestion.anchor.text else NOTHING
    rest = remaining(suggestion.anchor.text, suggestion.completion, current)
    return Ghost(rest, suggestion.mark) if rest and not obstacle(rest, current, after) else NOTHING


def next_word(suggestion: Suggestion, rest: str) -> str:
    """Return the part of `rest`, what is left of the suggestion, that ends its next word.

    >>> phrase = Suggestion(Before(0, "hearing"), " from you", 0.7, ends=((5, 0.8), (9, 0.7)))
    >>> next_word(phrase, "om you"), next_word(phrase, " you")
    ('om', ' you')
    """
    n_typed = len(suggestion.completion) - len(rest)
    return rest[: next((end for end, _ in suggestion.ends if end > n_typed), len(suggestion.completion)) - n_typed]


def onward(suggestion: Suggestion, rest: str) -> Suggestion:
    """Return the suggestion of `rest`, given that the words of the phrase before it came true.

    Its probabilities are conditional on those words: the joint ones over the one up to there (the chain rule).

    >>> phrase = Suggestion(Before(0, "hearing"), " from you", 0.6, ends=((5, 0.8), (9, 0.6)))
    >>> rest = onward(phrase, " you")
    >>> rest.anchor.text, rest.completion, round(rest.probability, 2)
    ('hearing from', ' you', 0.75)
    """
    n_typed = len(suggestion.completion) - len(rest)
    known = next((joint for end, joint in reversed(suggestion.ends) if end <= n_typed), 1.0)
    anchor = Before(suggestion.anchor.start, suggestion.anchor.text + suggestion.completion[:n_typed])
    ends = tuple((end - n_typed, min(1.0, joint / known)) for end, joint in suggestion.ends if end > n_typed)
    probability = ends[-1][1] if ends else suggestion.probability
    return replace(suggestion, anchor=anchor, completion=rest, probability=probability, ends=ends)


def remaining(anchor: str, completion: str, current: str) -> str:
    """Return what is left of `completion`, suggested after `anchor`, now that `current` stands before the cursor.

    "" where `current` is not `anchor` plus a beginning of the completion.

    >>> remaining("I look f", "orward", "I look for"), remaining("I look f", "orward", "I look fi")
    ('ward', '')
    """
    if not current.startswith(anchor):
        return ""
    typed = current[len(anchor) :]
    return completion[len(typed) :] if completion.startswith(typed) else ""


def obstacle(completion: str, before: str, after: str) -> str:
    """Return why `completion` may not stand between `before` and `after`, the rest of the line; "" where it may.

    >>> obstacle("o\\u202em", "fr", ""), obstacle("om", "fr", "og"), obstacle(" you", "from", " you.")
    ('cannot be drawn', 'inside a word', 'already there')
    >>> obstacle("om", "fr", ""), obstacle("om", "fr", " you")
    ('', '')
    """
    if not is_drawable(completion):
        return "cannot be drawn"
    if inside_word(before, after):
        return "inside a word"
    return "already there" if after.startswith(completion) else ""


def inside_word(before: str, after: str) -> bool:
    """Return whether the word at a cursor between `before` and `after` goes on there, or one begins right behind it.

    >>> inside_word("fr", "og"), inside_word("", "og"), inside_word("don", "'t"), inside_word("end", ".")
    (True, True, True, False)
    """
    if not after:
        return False
    from autocomplete.editor import divides_word  # lazily: its tables would delay the first paint

    return after[0].isalnum() or divides_word(before, after)


def is_quiet(dismissed: Suggestion, current: str) -> bool:
    """Return whether `current`, read from the same start, is still at the word whose suggestion was dismissed.

    >>> dismissed = Suggestion(Before(0, "I look f"), "orward", 0.9)
    >>> is_quiet(dismissed, "I look fo"), is_quiet(dismissed, "I look f"), is_quiet(dismissed, "I look for ")
    (True, True, False)
    """
    if remaining(dismissed.anchor.text, dismissed.completion, current):
        return True
    from autocomplete.editor import stem

    root = dismissed.anchor.text
    if not dismissed.completion[:1].isspace():
        root = root[: len(root) - len(stem(root))]
    if not current.startswith(root):
        return False
    typed = current[len(root) :]
    if dismissed.completion[:1].isspace():
        typed = typed.lstrip(" ")
    return stem(typed) == typed


def clipped(ghost: Ghost, n_cells: int) -> tuple[str, str]:
    """Return the text and the mark of `ghost`, cut to `n_cells` terminal cells: the text first, so that the mark is seen.

    >>> clipped(Ghost("forward", " (12%)"), 10), clipped(Ghost("forward", " (12%)"), 5)
    (('for…', ' (12%)'), ('forw…', ''))
    """
    room = n_cells - cell_len(ghost.mark)
    if ghost.text and room < _LEAST_BEFORE_MARK:
        return clip(ghost.text, n_cells), ""
    return clip(ghost.text, room), clip(ghost.mark, n_cells)
