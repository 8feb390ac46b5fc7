"""What a person writes, learned while it is written: recency-weighted n-grams of their own, and their own words.

Reading order: `stream` (what was written, and what followed a history in it), `recency` (which units were used lately),
`weights` (how far to trust each, learned online), `evidence`, `component` (all of it mixed into a distribution), `reader`
(which part of a text is new). Between sessions: `privacy` (what must not be kept), `draft` (what was typed a moment ago),
`memory_file` and `memory` (what is kept), `past` (what it says of the next unit).

Invariant: only `memory_file` touches the disk, and only where a memory was asked for; what is learned is bounded, and a
function of the texts that were read.
"""
