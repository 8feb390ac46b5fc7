"""The tuner: a slider over a text that was replayed, the screen of `autocomplete tune`."""
