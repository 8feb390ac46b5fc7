"""The public names and where each is defined: the one table, in three tiers.

`autocomplete` is what a program that embeds the engine needs; `autocomplete.evaluation` measures and tunes by program;
`autocomplete.editor` is what the terminal editor takes, and may change with any release.

Invariant: a name is loaded when it is first used, so that importing a tier loads neither openai, textual nor numpy. The stub
files beside the three modules are written from this table by `python -m scripts.write_stubs`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

#: Public module -> defining module -> names.
TIERS: dict[str, dict[str, tuple[str, ...]]] = {
    "autocomplete": {
        "autocomplete.config.settings": ("Settings", "load_settings"),
        "autocomplete.core.backend": ("Backend", "Capabilities", "Learner", "Request"),
        "autocomplete.core.decision": ("Alternative", "Bounds", "Decision", "Mode", "Reason"),
        "autocomplete.core.distribution": ("Distribution", "Usage"),
        "autocomplete.core.gate": ("FixedCutoff", "Gate", "LengthAware"),
        "autocomplete.core.word_score": ("WordScore",),
        "autocomplete.core.word_spans": ("WordSpan", "word_spans"),
        "autocomplete.backends.scripted": ("ScriptedBackend",),
        "autocomplete.embedded.adaptive.memory.memory": ("Memory",),
        "autocomplete.engine.autocompleter": ("Autocompleter",),
        "autocomplete.engine.sync": ("SyncAutocompleter",),
        "autocomplete.errors": (
            "AutocompleteError",
            "BackendError",
            "BackendRejected",
            "BackendUnavailable",
            "ConfigError",
            "LogprobsUnsupported",
        ),
    },
    "autocomplete.evaluation": {
        "autocomplete.backends.recorded": ("RecordedBackend",),
        "autocomplete.backends.retrying": ("RetryingBackend",),
        "autocomplete.evaluation.calibration.calibration": ("load_calibration",),
        "autocomplete.evaluation.goals.goals": ("Goal", "Point", "parse_goal", "solve"),
        "autocomplete.evaluation.history.store": ("OutcomeStore",),
        "autocomplete.evaluation.records": ("CutoffOutcome", "Document", "Record"),
        "autocomplete.evaluation.replay.columns": ("ReplayResult",),
        "autocomplete.evaluation.replay.intervals": ("bootstrap",),
        "autocomplete.evaluation.replay.metrics": ("Figures", "Meter", "View", "brier", "calibration_error", "curve"),
        "autocomplete.evaluation.replay.replay": ("replay_document",),
        "autocomplete.evaluation.replay.runner": ("replay_all", "replay_on_all_cores"),
        "autocomplete.evaluation.replay.texts": ("read_documents",),
        "autocomplete.evaluation.word_outcome": ("WordOutcome",),
    },
    "autocomplete.editor": {
        "autocomplete.config.settings": ("SettingsFault", "settings_path", "usable_settings"),
        "autocomplete.config.settings_file": ("save_settings", "set_settings_aside", "settings_source"),
        "autocomplete.core.backend": ("Privacy",),
        "autocomplete.core.characters": ("escape_controls", "has_controls", "is_drawable"),
        "autocomplete.core.common_prefix": ("common_prefix",),
        "autocomplete.core.decision": ("Step",),
        "autocomplete.core.word_score": ("known_score",),
        "autocomplete.core.word_spans": ("divides_word", "finished_words", "needs_space", "next_word", "stem"),
        "autocomplete.core.percent": (
            "bounds_percent",
            "exact_percent",
            "fine_percent",
            "narrow_percent",
            "rough_percent",
            "span_percent",
        ),
        "autocomplete.core.root": ("context_start",),
        "autocomplete.embedded.adaptive.memory.privacy": ("is_private",),
        "autocomplete.evaluation.goals.goal_tracker": ("GoalTracker",),
        "autocomplete.evaluation.goals.holdout": ("Holdout",),
        "autocomplete.evaluation.goals.recent_words": ("Curves", "RecentWords", "STOPS"),
        "autocomplete.evaluation.goals.typing_speed": ("Pauses", "gate_for", "typing_speed"),
        "autocomplete.evaluation.history.live": ("LiveScorer",),
        "autocomplete.evaluation.history.recorder": ("Recorder",),
        "autocomplete.evaluation.history.resolve_open": ("resolve_open",),
        "autocomplete.evaluation.measures": ("DRAWN", "MEASURES", "Measure", "axis_top"),
        "autocomplete.evaluation.report.blocks": ("block",),
        "autocomplete.evaluation.report.summary": (
            "CutoffChoice",
            "Estimate",
            "Mark",
            "Marks",
            "Reliability",
            "ReplaySummary",
        ),
        "autocomplete.evaluation.word_outcome": ("PredictionSource",),
        "autocomplete.io.atomic_write": ("sync_folder", "write_bytes"),
        "autocomplete.io.decode": ("byte_order_mark", "decode_unknown", "mark_of"),
    },
}


def names_of(tier: str) -> list[str]:
    """Return the public names of a module, sorted: constants, then classes, then functions.

    >>> names_of("autocomplete.evaluation")[:3]
    ['CutoffOutcome', 'Document', 'Figures']
    """
    return sorted((name for names in TIERS[tier].values() for name in names), key=order)


def order(name: str) -> tuple[bool, str]:
    """Return the key by which names are sorted."""
    return not name.isupper(), name


def lazy(tier: str) -> Callable[[str], Any]:
    """Return the `__getattr__` of a public module: it loads a name from where it is defined, once."""
    homes = {name: home for home, names in TIERS[tier].items() for name in names}

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {tier!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(home), name)
        setattr(sys.modules[tier], name, value)
        return value

    return load
