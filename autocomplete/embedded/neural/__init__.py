"""The recurrent half of the embedded model: a small GRU over the same units as the n-gram half, run with numpy.

Reading order: `weights` (a file as matrices), `network` (units in, probabilities out), `window` (which units before a position
are read), `batched` (many positions at once), `component` (all of it mixed with the n-gram half, for a lexicon).
`scripts/train_neural.py` makes the file.

Invariant: mixing two distributions that sum to 1 gives one that sums to 1, and every unit keeps a positive probability.
"""
