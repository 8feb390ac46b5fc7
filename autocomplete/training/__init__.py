"""From text files to a model that is ready to use: `fitting` (its calibration, on text kept back), `train` (the whole road).

What is counted and how is the matter of `ngram`; here it is put together for the command `autocomplete train` and for the
script that builds the English model, which is made by the same code.
"""
