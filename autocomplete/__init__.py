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
    from autocomplete.adaptive.memory import Memory
    from autocomplete.adaptive.privacy import is_private
    from autocomplete.backends import Backend, Capabilities, Learner, Privacy, Remembers, Request
    from autocomplete.backends.scripted import ScriptedBackend
    from autocomplete.cutting import (
        WordSpan,
        divides_word,
        finished_words,
        next_word,
        parted_by_space,
        stem,
        word_spans,
    )
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
    from autocomplete.scoring import WordScore, known_score
    from autocomplete.settings import Settings, SettingsFault, load_settings, settings_path, usable_settings
    from autocomplete.settings_file import save_settings, set_settings_aside, settings_source
    from autocomplete.sync import SyncAutocompleter
    from autocomplete.tree import Prior
    from autocomplete.tuning.calibration import load_calibration
    from autocomplete.tuning.documents import read_documents
    from autocomplete.tuning.goals import Goal, Point, parse_goal, solve
    from autocomplete.tuning.intervals import bootstrap
    from autocomplete.tuning.keeping import Keeper, Keeping
    from autocomplete.tuning.live import Live
    from autocomplete.tuning.metrics import Figures, Meter, View, brier, calibration_error, curve
    from autocomplete.tuning.outcomes import Outcome, Source
    from autocomplete.tuning.patient import PatientBackend
    from autocomplete.tuning.pool import replay_all, replay_on_all_cores
    from autocomplete.tuning.recorder import Recorder
    from autocomplete.tuning.recording import RecordedBackend
    from autocomplete.tuning.records import Document, Offer, Record
    from autocomplete.tuning.replay import replay
    from autocomplete.tuning.replayed import Replayed
    from autocomplete.tuning.settling import settled
    from autocomplete.tuning.steering import Hiding
    from autocomplete.tuning.store import OutcomeStore
    from autocomplete.tuning.timing import Pauses, gate_for, measured
    from autocomplete.tuning.tuned import Choice, Estimate, Mark, Marks, Reliability, Tuned
    from autocomplete.words import context_start

_HOMES = {
    "autocomplete.adaptive.memory": ("Memory",),
    "autocomplete.adaptive.privacy": ("is_private",),
    "autocomplete.backends": ("Backend", "Capabilities", "Learner", "Privacy", "Remembers", "Request"),
    "autocomplete.backends.scripted": ("ScriptedBackend",),
    "autocomplete.cutting": (
        "WordSpan",
        "divides_word",
        "finished_words",
        "next_word",
        "parted_by_space",
        "stem",
        "word_spans",
    ),
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
    "autocomplete.scoring": (
        "WordScore",
        "known_score",
    ),
    "autocomplete.settings": ("Settings", "SettingsFault", "load_settings", "settings_path", "usable_settings"),
    "autocomplete.settings_file": ("save_settings", "set_settings_aside", "settings_source"),
    "autocomplete.tree": ("Prior",),
    "autocomplete.sync": ("SyncAutocompleter",),
    "autocomplete.tuning.documents": ("read_documents",),
    "autocomplete.tuning.intervals": ("bootstrap",),
    "autocomplete.tuning.metrics": (
        "Figures",
        "Meter",
        "View",
        "brier",
        "calibration_error",
        "curve",
    ),
    "autocomplete.tuning.patient": ("PatientBackend",),
    "autocomplete.tuning.pool": (
        "replay_all",
        "replay_on_all_cores",
    ),
    "autocomplete.tuning.recording": ("RecordedBackend",),
    "autocomplete.tuning.records": (
        "Document",
        "Offer",
        "Record",
    ),
    "autocomplete.tuning.replay": ("replay",),
    "autocomplete.tuning.replayed": ("Replayed",),
    "autocomplete.tuning.calibration": ("load_calibration",),
    "autocomplete.tuning.goals": ("Goal", "Point", "parse_goal", "solve"),
    "autocomplete.tuning.keeping": ("Keeper", "Keeping"),
    "autocomplete.tuning.live": ("Live",),
    "autocomplete.tuning.outcomes": ("Outcome", "Source"),
    "autocomplete.tuning.recorder": ("Recorder",),
    "autocomplete.tuning.settling": ("settled",),
    "autocomplete.tuning.steering": ("Hiding",),
    "autocomplete.tuning.store": ("OutcomeStore",),
    "autocomplete.tuning.timing": ("Pauses", "gate_for", "measured"),
    "autocomplete.tuning.tuned": ("Choice", "Estimate", "Mark", "Marks", "Reliability", "Tuned"),
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
    "Choice",
    "ConfigError",
    "Decision",
    "Distribution",
    "Document",
    "Estimate",
    "Figures",
    "FixedCutoff",
    "Gate",
    "Goal",
    "Hiding",
    "Keeper",
    "Keeping",
    "Learner",
    "LengthAware",
    "Live",
    "LogprobsUnsupported",
    "Mark",
    "Marks",
    "Memory",
    "Meter",
    "Mode",
    "Offer",
    "Outcome",
    "OutcomeStore",
    "PatientBackend",
    "Pauses",
    "Point",
    "Prior",
    "Privacy",
    "Reason",
    "Record",
    "RecordedBackend",
    "Recorder",
    "Reliability",
    "Remembers",
    "Replayed",
    "Request",
    "ScriptedBackend",
    "Settings",
    "SettingsFault",
    "Source",
    "Step",
    "SyncAutocompleter",
    "Tuned",
    "Usage",
    "View",
    "WordScore",
    "WordSpan",
    "bootstrap",
    "brier",
    "calibration_error",
    "context_start",
    "curve",
    "divides_word",
    "finished_words",
    "gate_for",
    "is_private",
    "known_score",
    "load_calibration",
    "load_settings",
    "measured",
    "next_word",
    "parse_goal",
    "parted_by_space",
    "read_documents",
    "replay",
    "replay_all",
    "replay_on_all_cores",
    "save_settings",
    "set_settings_aside",
    "settings_path",
    "settings_source",
    "settled",
    "solve",
    "stem",
    "usable_settings",
    "word_spans",
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
