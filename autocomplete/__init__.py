"""The next word, suggested only when the model is sure enough, and "sure enough" is a number that you set.

    async with Autocompleter("english", cutoff=0.6) as ac:
        decision = await ac.decide("I look forward to hearing fr")

Reading order: `distribution`, `words`, `search`, `gate`, `decision` (pure), then `cache`, `engine`, `backends`.
Names are loaded when they are first used: importing this package costs neither openai, textual nor numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autocomplete.backends import Backend, Capabilities, Learner, Request
    from autocomplete.backends.scripted import ScriptedBackend
    from autocomplete.decision import Alternative, Bounds, Decision, Mode, Reason, Step
    from autocomplete.distribution import Distribution, Usage
    from autocomplete.engine import Autocompleter
    from autocomplete.errors import (
        AutocompleteError,
        BackendError,
        BackendRejected,
        BackendUnavailable,
        ConfigError,
        LogprobsUnsupported,
    )
    from autocomplete.gate import FixedCutoff, Gate, LengthAware
    from autocomplete.sync import SyncAutocompleter
    from autocomplete.tree import Prior
    from autocomplete.words import context_start

_HOMES = {
    "autocomplete.backends": ("Backend", "Capabilities", "Learner", "Request"),
    "autocomplete.backends.scripted": ("ScriptedBackend",),
    "autocomplete.decision": ("Alternative", "Bounds", "Decision", "Mode", "Reason", "Step"),
    "autocomplete.distribution": ("Distribution", "Usage"),
    "autocomplete.engine": ("Autocompleter",),
    "autocomplete.errors": (
        "AutocompleteError",
        "BackendError",
        "BackendRejected",
        "BackendUnavailable",
        "ConfigError",
        "LogprobsUnsupported",
    ),
    "autocomplete.gate": ("FixedCutoff", "Gate", "LengthAware"),
    "autocomplete.tree": ("Prior",),
    "autocomplete.sync": ("SyncAutocompleter",),
    "autocomplete.words": ("context_start",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Alternative",
    "AutocompleteError",
    "Autocompleter",
    "Backend",
    "BackendError",
    "BackendRejected",
    "BackendUnavailable",
    "Bounds",
    "Capabilities",
    "ConfigError",
    "Decision",
    "Distribution",
    "FixedCutoff",
    "Gate",
    "Learner",
    "LengthAware",
    "LogprobsUnsupported",
    "Mode",
    "Prior",
    "Reason",
    "Request",
    "ScriptedBackend",
    "Step",
    "SyncAutocompleter",
    "Usage",
    "context_start",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
