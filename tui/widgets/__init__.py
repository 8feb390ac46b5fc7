"""Widgets that any screen can use: status line, bars, dialogs, pickers, settings and help."""
