"""What `import autocomplete` offers, and what it must not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import autocomplete


def test_public_names_are_pinned() -> None:
    assert autocomplete.__all__ == [
        *("Alternative", "AutocompleteError", "Autocompleter", "Backend", "BackendError", "BackendRejected"),
        *("BackendUnavailable", "Bounds", "Capabilities", "Choice", "ConfigError", "Decision"),
        *("Distribution", "Document", "Estimate", "Figures", "FixedCutoff", "Gate"),
        *("Goal", "Hiding", "Keeper", "Keeping", "Learner", "LengthAware"),
        *("Live", "LogprobsUnsupported", "Mark", "Marks", "Memory", "Meter"),
        *("Mode", "Offer", "Outcome", "OutcomeStore", "PatientBackend", "Pauses", "Point", "Prior"),
        *("Privacy", "Reason", "Record", "RecordedBackend", "Recorder", "Reliability"),
        *("Remembers", "Replayed", "Request", "ScriptedBackend", "Settings", "SettingsFault"),
        *("Source", "Step", "SyncAutocompleter", "Tuned", "Usage", "View", "WordScore"),
        *("WordSpan", "bootstrap", "brier", "calibration_error", "context_start", "curve"),
        *("divides_word", "finished_words", "gate_for", "is_private", "known_score", "load_calibration"),
        *("load_settings", "measured", "next_word", "parse_goal", "parted_by_space", "read_documents", "replay"),
        *(
            "replay_all",
            "replay_on_all_cores",
            "save_settings",
            "set_settings_aside",
            "settings_path",
            "settings_source",
        ),
        *("settled", "solve", "stem", "usable_settings", "word_spans"),
    ]
    assert dir(autocomplete) == autocomplete.__all__ == sorted(autocomplete.__all__)


@pytest.mark.parametrize("name", autocomplete.__all__)
def test_every_public_name_is_there_and_at_home(name: str) -> None:
    value = getattr(autocomplete, name)
    assert value.__name__ == name
    assert value.__module__.startswith("autocomplete.")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Threshold'"):
        _ = autocomplete.Threshold


@pytest.mark.parametrize("statement", ["import autocomplete", "from autocomplete import Autocompleter"])
def test_importing_loads_no_heavy_library(statement: str) -> None:
    code = f"{statement}; import sys; print([m for m in ('openai', 'textual', 'numpy') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
