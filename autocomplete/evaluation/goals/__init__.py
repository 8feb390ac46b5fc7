"""A goal in place of a number: which cutoff reaches it, and what is proved of it."""
