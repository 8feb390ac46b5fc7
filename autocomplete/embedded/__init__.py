"""The model inside: `ngram` (counts), `neural` (a small GRU), `adaptive` (what the person writes).

`array_file` stores the first two; `summary` describes a model file.
"""
