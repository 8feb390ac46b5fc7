"""The terminal editor.

Reading order: `disk`, `documents`; `ghost`, `status` (pure); then `line_document`, `wrapped_lines`, `ghost_area`,
`bars`, `suggester`, `prompts`, `help`, and `app`, which puts them together. Nothing is imported here, so that `tui` costs
nothing until the editor starts.
"""
