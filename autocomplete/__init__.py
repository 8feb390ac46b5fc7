"""The next word, suggested only when the model is sure enough, and "sure enough" is a number that you set.

    async with Autocompleter("english", cutoff=0.6) as ac:
        decision = await ac.decide("I look forward to hearing fr")

Reading order: `core` (pure), then `engine`, `backends`, `embedded`; `__init__.pyi` lists what this module offers.
Names are loaded when they are first used: importing this package costs neither openai, textual nor numpy.
"""

from autocomplete.public_names import lazy

__getattr__, __dir__, __all__ = lazy(__name__)
