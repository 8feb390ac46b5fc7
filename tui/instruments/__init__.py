"""The panels beside the text, and what they gather: `panels`, `rows_panel`, `chart`, `session_stats`, `recorder`."""
