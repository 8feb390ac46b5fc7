"""What is kept of earlier writing, and what must not be: `privacy`, `pending_sentences`, `memory_db`, `memory`."""
