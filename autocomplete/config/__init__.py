"""Settings: where they come from, and how the file is changed."""
