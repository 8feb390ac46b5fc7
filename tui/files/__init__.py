"""Reads and saves files: bytes to text and back without a loss, encodings, recent files, and the colours of code.

Reading order: `encodings`, `file_format`, `disk`, `load_save`; `recent_files`, `path_completion`, `word_count`, `syntax`.
"""
