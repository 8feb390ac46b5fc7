"""The command line. `main` is its root; each command is a file in `commands`."""
