"""The commands of `autocomplete` beside the editor and single decisions, one file each, imported only when they are run.

Each file holds one click command, named in `COMMANDS`; `common` is what they share with `cli`.
"""

#: Where each command is: its name -> "module:attribute", and one line for the list of commands.
COMMANDS: dict[str, tuple[str, str]] = {}
