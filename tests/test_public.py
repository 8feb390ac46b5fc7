"""What `import autocomplete` offers, and what it must not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import autocomplete


def test_public_names_are_pinned() -> None:
    assert autocomplete.__all__ == [
        *("Alternative", "AutocompleteError", "Autocompleter", "Backend", "BackendError", "BackendRejected"),
        *("BackendUnavailable", "Bounds", "Capabilities", "ConfigError", "Decision", "Distribution", "FixedCutoff"),
        *(
            "Gate",
            "Learner",
            "LengthAware",
            "LogprobsUnsupported",
            "Mode",
            "Prior",
            "Reason",
            "Request",
            "ScriptedBackend",
        ),
        *("Step", "SyncAutocompleter", "Usage", "context_start"),
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
