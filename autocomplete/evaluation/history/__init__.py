"""Your own words, scored as they are typed and kept as numbers, never as text."""
