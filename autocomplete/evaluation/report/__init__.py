"""A replay written down: `summary` (its figures), `text`, `html` with `svg`, and `export`."""
