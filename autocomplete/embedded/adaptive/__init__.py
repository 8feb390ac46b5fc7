"""Learns what a person writes, while it is written: recency-weighted n-grams, and words of their own.

Reading order: `stream` (what was written, and what followed a history in it), `recency` (which units were used lately),
`weights` (how far to trust each, learned online), `component` (all of it mixed into a distribution),
`learner` (which part of a text is new), `online_calibration`, `documents` (what is learned from which). Between sessions:
`memory` (what is stored) and `long_term` (what that says of the next unit).

Invariant: only `memory` touches the disk, and only where a memory was asked for; what is learned is bounded, and a function of
the texts that were read.
"""
