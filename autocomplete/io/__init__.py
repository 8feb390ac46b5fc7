"""Files, read and written without a loss."""
