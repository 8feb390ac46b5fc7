"""The terminal editor.

Reading order: `text` (lines, wrapping, the area that draws them), `files`, `widgets`, `ghost` (the suggestion at the cursor,
and when the model is asked), `find`, `instruments` (panels), `tune`, and `app`, which puts them together. No module is
imported here, so that `tui` costs nothing until the editor starts.
"""

import os

# See docs/dev/textual.md#sixty-frames-a-second.
os.environ.setdefault("TEXTUAL_FPS", "240")
