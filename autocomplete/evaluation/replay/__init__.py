"""A text typed by machine at all cutoffs in one pass, and what each cutoff comes to.

Reading order: `texts`; `positions` (what is asked of a position), `answers`, `cutoff_sweep`; `flat_masses`, `fast_path`;
`replay` (one document), `runner` (many); `columns`, `metrics`, `intervals`.
"""
