"""The mathematics of a decision, pure: no await, no clock, no disk, no numpy.

Reading order: `characters`, `boundaries`, `root`, `word_spans`; `distribution`, `gate`, `decision`; `word_prior`, `mass_tree`,
`search`, `search_run`; `word_score`, `explain`, `chat_continuation`; `backend` (the protocols of what answers).
"""
