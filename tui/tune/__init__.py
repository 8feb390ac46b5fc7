"""Tuning in the terminal: what both the live panel and the tuner of replays draw and keep."""
