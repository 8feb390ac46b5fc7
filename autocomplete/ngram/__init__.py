"""The embedded word model: an n-gram model with modified Kneser-Ney smoothing, in plain numpy arrays.

Reading order. From text to a file: `text` (a line as units), `vocabulary` (units as numbers), `counts`, `kneser_ney`,
`pruning`, `quantise`, `letters` (how unknown words are spelled), `forms` (files as streams of units), `build`, `store`.
From a file to an answer: `model` (probabilities of units), `place` (where something is asked), `lexicon` (masses there),
`top`, `speller` (from units to the bytes that would be typed), `prior` (unigrams for the search).

Invariant: for every history the probabilities of all units, the unknown word and the end of the sentence sum to 1 within 0.001.
"""
