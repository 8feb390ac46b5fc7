"""Context -> cache -> backend -> search -> gate -> Decision: where answers are asked for and awaited.

Reading order: `cache`, `prefetch`, `models` (from a spec to a backend), `decider`, `session`, `autocompleter`, `sync`.
"""
