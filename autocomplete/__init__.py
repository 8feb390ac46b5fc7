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
    from autocomplete.backends.recorded import RecordedBackend
    from autocomplete.backends.retrying import PatientBackend
    from autocomplete.backends.scripted import ScriptedBackend
    from autocomplete.config.settings import Settings, SettingsFault, load_settings, settings_path, usable_settings
    from autocomplete.config.settings_file import save_settings, set_settings_aside, settings_source
    from autocomplete.core.backend import Backend, Capabilities, Learner, Privacy, Remembers, Request
    from autocomplete.core.decision import Alternative, Bounds, Decision, Mode, Reason, Step
    from autocomplete.core.distribution import Distribution, Usage
    from autocomplete.core.gate import FixedCutoff, Gate, LengthAware
    from autocomplete.core.mass_tree import Prior
    from autocomplete.core.word_score import WordScore, known_score
    from autocomplete.core.word_spans import (
        WordSpan,
        divides_word,
        finished_words,
        next_word,
        parted_by_space,
        stem,
        word_spans,
    )
    from autocomplete.core.words import context_start
    from autocomplete.embedded.adaptive.memory.memory import Memory
    from autocomplete.embedded.adaptive.memory.privacy import is_private
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.engine.sync import SyncAutocompleter
    from autocomplete.errors import (
        AutocompleteError,
        BackendError,
        BackendRejected,
        BackendUnavailable,
        ConfigError,
        LogprobsUnsupported,
    )
    from autocomplete.evaluation.calibration.calibration import load_calibration
    from autocomplete.evaluation.goals.controller import Keeper, Keeping
    from autocomplete.evaluation.goals.goals import Goal, Point, parse_goal, solve
    from autocomplete.evaluation.goals.holdout import Hiding
    from autocomplete.evaluation.goals.typing_speed import Pauses, gate_for, measured
    from autocomplete.evaluation.history.live import Live
    from autocomplete.evaluation.history.recorder import Recorder
    from autocomplete.evaluation.history.resolve_open import settled
    from autocomplete.evaluation.history.store import OutcomeStore
    from autocomplete.evaluation.records import Document, Offer, Record
    from autocomplete.evaluation.replay.columns import Replayed
    from autocomplete.evaluation.replay.intervals import bootstrap
    from autocomplete.evaluation.replay.metrics import Figures, Meter, View, brier, calibration_error, curve
    from autocomplete.evaluation.replay.replay import replay
    from autocomplete.evaluation.replay.runner import replay_all, replay_on_all_cores
    from autocomplete.evaluation.replay.texts import read_documents
    from autocomplete.evaluation.report.summary import Choice, Estimate, Mark, Marks, Reliability, Tuned
    from autocomplete.evaluation.word_outcome import Outcome, Source

_HOMES = {
    "autocomplete.embedded.adaptive.memory.memory": ("Memory",),
    "autocomplete.embedded.adaptive.memory.privacy": ("is_private",),
    "autocomplete.core.backend": ("Backend", "Capabilities", "Learner", "Privacy", "Remembers", "Request"),
    "autocomplete.backends.scripted": ("ScriptedBackend",),
    "autocomplete.core.word_spans": (
        "WordSpan",
        "divides_word",
        "finished_words",
        "next_word",
        "parted_by_space",
        "stem",
        "word_spans",
    ),
    "autocomplete.core.decision": ("Alternative", "Bounds", "Decision", "Mode", "Reason", "Step"),
    "autocomplete.core.distribution": ("Distribution", "Usage"),
    "autocomplete.engine.autocompleter": ("Autocompleter",),
    "autocomplete.errors": (
        "AutocompleteError",
        "BackendError",
        "BackendRejected",
        "BackendUnavailable",
        "ConfigError",
        "LogprobsUnsupported",
    ),
    "autocomplete.core.gate": ("FixedCutoff", "Gate", "LengthAware"),
    "autocomplete.core.word_score": (
        "WordScore",
        "known_score",
    ),
    "autocomplete.config.settings": ("Settings", "SettingsFault", "load_settings", "settings_path", "usable_settings"),
    "autocomplete.config.settings_file": ("save_settings", "set_settings_aside", "settings_source"),
    "autocomplete.core.mass_tree": ("Prior",),
    "autocomplete.engine.sync": ("SyncAutocompleter",),
    "autocomplete.evaluation.replay.texts": ("read_documents",),
    "autocomplete.evaluation.replay.intervals": ("bootstrap",),
    "autocomplete.evaluation.replay.metrics": (
        "Figures",
        "Meter",
        "View",
        "brier",
        "calibration_error",
        "curve",
    ),
    "autocomplete.backends.retrying": ("PatientBackend",),
    "autocomplete.evaluation.replay.runner": (
        "replay_all",
        "replay_on_all_cores",
    ),
    "autocomplete.backends.recorded": ("RecordedBackend",),
    "autocomplete.evaluation.records": (
        "Document",
        "Offer",
        "Record",
    ),
    "autocomplete.evaluation.replay.replay": ("replay",),
    "autocomplete.evaluation.replay.columns": ("Replayed",),
    "autocomplete.evaluation.calibration.calibration": ("load_calibration",),
    "autocomplete.evaluation.goals.goals": ("Goal", "Point", "parse_goal", "solve"),
    "autocomplete.evaluation.goals.controller": ("Keeper", "Keeping"),
    "autocomplete.evaluation.history.live": ("Live",),
    "autocomplete.evaluation.word_outcome": ("Outcome", "Source"),
    "autocomplete.evaluation.history.recorder": ("Recorder",),
    "autocomplete.evaluation.history.resolve_open": ("settled",),
    "autocomplete.evaluation.goals.holdout": ("Hiding",),
    "autocomplete.evaluation.history.store": ("OutcomeStore",),
    "autocomplete.evaluation.goals.typing_speed": ("Pauses", "gate_for", "measured"),
    "autocomplete.evaluation.report.summary": ("Choice", "Estimate", "Mark", "Marks", "Reliability", "Tuned"),
    "autocomplete.core.words": ("context_start",),
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
