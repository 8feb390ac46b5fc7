"""The embedded word model: an n-gram model with modified Kneser-Ney smoothing, in plain numpy arrays.

Reading order. From text to a file: `text` (a line as units), `vocabulary` (units as numbers), `counts`, `kneser_ney`,
`pruning`, `quantise`, `letters` (how unknown words are spelled), `forms` (files as streams of units), `build`, `store`.
From a file to an answer: `model` (probabilities of units), `terms` (words that came later), `place` (where something is asked),
`component` (what other models change), `spelling` (unknown words), `lexicon` (masses at a place), `top`, `speller` (from units
to the bytes that would be typed), `tuning` and `calibration` (what was fitted later), `prior` (unigrams for the search).

Invariant: for every history the probabilities of all units, the unknown word and the end of the sentence sum to 1 within 0.001.
"""
