"""The process: Ctrl+C, and the threads of the array library."""
