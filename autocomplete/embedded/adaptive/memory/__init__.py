"""What is stored of earlier writing, and what never is.

Reading order: `privacy` (what must not be stored), `pending_sentences` (what was typed a moment ago), `memory_db`, `memory`.
"""
