"""The commands of `autocomplete` beside the editor and single decisions, one file each, imported only when they are run.

Each file holds one click command, named in `COMMANDS`; the modules beside `main` are what they share.
"""

#: Where each command is: its name -> "module:attribute", and one line for the list of commands.
COMMANDS: dict[str, tuple[str, str]] = {
    "calibrate": ("autocomplete.cli.commands.calibrate:calibrate", "Let probabilities say how often they are right."),
    "tune": ("autocomplete.cli.commands.tune:tune", "See what each cutoff comes to on your text, and choose one."),
    "stats": ("autocomplete.cli.commands.stats:stats", "Print what came of suggestions, by day and model."),
    "train": ("autocomplete.cli.commands.train:train", "Make a model of your own from text files."),
    "memory": ("autocomplete.cli.commands.memory:memory", "Show what is remembered of your writing, or delete it."),
    "info": ("autocomplete.cli.commands.info:info", "Tell what a model file holds and what it was made from."),
}
