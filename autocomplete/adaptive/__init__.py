"""What a person writes, learned while it is written: recency-weighted n-grams of their own, and their own words.

Reading order: `stream` (what was written, and what followed a history in it), `recency` (which units were used lately),
`weights` (how far to trust each, learned online), `component` (all of it mixed into a distribution), `reader` (which part of
a text is new).

Invariant: nothing is stored on disk, memory is bounded, and what is learned is a function of the texts that were read.
"""
