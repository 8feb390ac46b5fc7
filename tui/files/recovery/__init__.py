"""Unsaved text on the disk, so that a crash loses next to nothing: `edit_log`, then `store`, then `writer`."""
