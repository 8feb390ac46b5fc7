"""The model inside: `ngram` (counts), `neural` (a small GRU), `adaptive` (what the person writes).

`array_file` is the file that both counted parts are stored in; `summary` tells what a model file holds.
"""
