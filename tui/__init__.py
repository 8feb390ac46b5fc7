"""The terminal editor.

Reading order: `disk`, `documents`; `ghost`, `status`, `counting` (pure); `line_document`, `line_area`, `ghost_actions`,
`ghost_area` (the text); `suggester` (when the model is asked); `workspace` (the open documents), `frame` (what all parts stand
on), the files `*_actions` (what keys do), and `app`, which puts them together. No module is imported here, so that `tui`
costs nothing until the editor starts.
"""

import os

# Textual 8.2.8 paints on a clock that starts when something changes; its 60 frames a second add 8 ms to each key on average.
os.environ.setdefault("TEXTUAL_FPS", "240")
