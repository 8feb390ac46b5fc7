"""From texts to an n-gram model.

Reading order: `sources`, `corpus`, `forms`, `kneser_ney`, `pruning`, `build`.
"""
