"""The next word, suggested only when the model is sure enough, and "sure enough" is a number that you set.

    async with Autocompleter("english", cutoff=0.6) as ac:
        decision = await ac.decide("I look forward to hearing fr")

Reading order: `core` (pure), then `engine`, `backends`, `embedded`; `public_names` lists what each public module offers.
Names are loaded when they are first used: importing this package costs neither openai, textual nor numpy.
"""

from __future__ import annotations

from typing import Any

from autocomplete.public_names import lazy, names_of

_load = lazy(__name__)
__all__ = names_of(__name__)


def __getattr__(name: str) -> Any:
    return _load(name)


def __dir__() -> list[str]:
    return __all__
