"""A text typed by machine at all cutoffs in one pass, and what each cutoff comes to."""
