"""The last step of the chain of calibration (`ngram.calibration`): a line that is learned while a text is written.

Every word that is typed shows of each offer before it, displayed or not, whether it was right. One step of gradient descent on
the log-loss follows (online logistic regression), so a text on which the model is too sure of itself makes it less so.

Invariant: the correction is monotone, so it never changes which of two probabilities is the greater in one regime.
"""

from __future__ import annotations

from autocomplete.core.boundaries import pieces
from autocomplete.embedded.ngram.calibration import probability_of

#: Steps of the offset and of the slope, for an error of 1.
OFFSET_STEP, SLOPE_STEP = 0.02, 0.002

#: Least slope; and most offers that wait for the word to come.
_LEAST_SLOPE, _MOST_OFFERS = 0.5, 64


class OnlineCalibration:
    """The line, from calibrated to corrected log-odds of being right."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Go back to no correction."""
        self._offset, self._slope = 0.0, 1.0
        self._context = ""
        self._offers: dict[bytes, tuple[bytes, float]] = {}  # by what was typed: the word, and its calibrated log-odds

    def corrected_log_odds(self, log_odds: float) -> float:
        """Return the corrected log-odds for calibrated ones."""
        return self._offset + self._slope * log_odds

    def add_offer(self, context: str, typed: bytes, token: bytes, log_odds: float) -> None:
        """Remember what was offered after a context, with its calibrated log-odds, until it turns out right or wrong."""
        if context != self._context:
            self._context = context
            self._offers.clear()
        if len(self._offers) < _MOST_OFFERS:
            self._offers.setdefault(typed, (token, log_odds))

    def observe(self, context: str) -> None:
        """Learn from the offers if the text before the cursor has gone on from where they were made."""
        if len(context) <= len(self._context) or not context.startswith(self._context):
            return
        text = context[len(self._context) :]
        unit = text[: len(text) - len(text.lstrip())] + next(iter(pieces(text)), "")
        raw = unit.encode(errors="surrogatepass")
        for typed, (token, log_odds) in self._offers.items():
            if raw.startswith(typed):
                self._step(log_odds, right=raw == token)
        self._offers.clear()

    def _step(self, log_odds: float, *, right: bool) -> None:
        error = right - probability_of(self.corrected_log_odds(log_odds))
        self._offset += OFFSET_STEP * error
        self._slope = max(_LEAST_SLOPE, self._slope + SLOPE_STEP * error * log_odds)
