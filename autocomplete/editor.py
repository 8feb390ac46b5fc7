"""What the terminal editor takes beside `autocomplete` and `autocomplete.evaluation`. Unstable: any release may change it."""

from autocomplete.public_names import lazy

__getattr__, __dir__, __all__ = lazy(__name__)
