"""Stores what earlier writing taught, but for secrets: `privacy`, `pending_sentences`, `memory_db`, `memory`."""
