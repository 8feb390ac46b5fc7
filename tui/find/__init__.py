"""Find, replace and go to a line: `search` and `replacement` (pure), `session`, `widgets`, `bar`, `goto_line`."""
