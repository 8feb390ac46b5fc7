"""From text files to an n-gram model.

Reading order: `sources` (files as sections of text), `forms` and `corpus` (texts as one stream of units), `counts`,
`kneser_ney` (probabilities, and which n-grams are kept), `quantise` (probabilities as bytes), `build` (all of it in turn).
"""
