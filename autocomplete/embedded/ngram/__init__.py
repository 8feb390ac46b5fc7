"""The embedded word model: an n-gram model with modified Kneser-Ney smoothing, in plain numpy arrays.

Reading order, from a text to the mass of each spelling after it: `sentences` (a line or a text as units), `casing`,
`vocabulary` (units as numbers), `terms` (words that were learned later), `position` (where something is asked), `model`
(probabilities of units), `unknown_words` (how other words are spelled), `validation` (of a model file), `lexicon` (all of it
together, and the seam for other models). On that stand `byte_query` and `continuations` (from units to the bytes that would be
typed), `calibration`, and `prior` (unigrams for the search). `estimation` makes the file.

Invariant: for every history the probabilities of all units, the unknown word and the end of the sentence sum to 1 within 0.001.
"""
