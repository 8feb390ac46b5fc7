"""Evaluation and tuning: what each cutoff would have shown on text that was typed, and which cutoff reaches a goal.

Base: `records`, `cutoff_ranges`, `word_shows`, `word_outcome`, `binomial`. On it stand the rooms `replay` (a text typed by
machine at all cutoffs), `calibration` (what a stated probability is worth), `goals` (a goal in place of a number), `history`
(your own words, kept as numbers) and `report` (a replay written down). Importing names from here loads them when first used.

Invariant: what is measured never depends on what was shown: every typed word labels every prediction, shown or hidden.
"""

from autocomplete.public_names import lazy

__getattr__, __dir__, __all__ = lazy(__name__)
