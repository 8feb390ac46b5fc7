"""What is stored of earlier writing, and what never is: `privacy`, `pending_sentences`, `memory_db`, `memory`."""
