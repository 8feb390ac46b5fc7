"""Reads and writes files without a loss: `atomic_write`, `decode`, `text_files`, `sqlite_file`."""
