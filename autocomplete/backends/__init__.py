"""Ways to get a distribution: `scripted` (the simplest), `embedded` (in process), `openai` (over HTTP).

`recorded` and `retrying` wrap another backend.
"""
