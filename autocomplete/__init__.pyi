# Written by `python -m scripts.write_stubs` from `autocomplete.public_names`.

from autocomplete.backends.scripted import ScriptedBackend as ScriptedBackend
from autocomplete.config.settings import Settings as Settings
from autocomplete.config.settings import load_settings as load_settings
from autocomplete.core.backend import Backend as Backend
from autocomplete.core.backend import Capabilities as Capabilities
from autocomplete.core.backend import Learner as Learner
from autocomplete.core.backend import Request as Request
from autocomplete.core.decision import Alternative as Alternative
from autocomplete.core.decision import Bounds as Bounds
from autocomplete.core.decision import Decision as Decision
from autocomplete.core.decision import Mode as Mode
from autocomplete.core.decision import Reason as Reason
from autocomplete.core.distribution import Distribution as Distribution
from autocomplete.core.distribution import Usage as Usage
from autocomplete.core.gate import FixedCutoff as FixedCutoff
from autocomplete.core.gate import Gate as Gate
from autocomplete.core.gate import LengthAware as LengthAware
from autocomplete.core.word_score import WordScore as WordScore
from autocomplete.core.word_spans import WordSpan as WordSpan
from autocomplete.core.word_spans import word_spans as word_spans
from autocomplete.embedded.adaptive.memory.memory import Memory as Memory
from autocomplete.engine.autocompleter import Autocompleter as Autocompleter
from autocomplete.engine.sync import SyncAutocompleter as SyncAutocompleter
from autocomplete.errors import AutocompleteError as AutocompleteError
from autocomplete.errors import BackendError as BackendError
from autocomplete.errors import BackendRejected as BackendRejected
from autocomplete.errors import BackendUnavailable as BackendUnavailable
from autocomplete.errors import ConfigError as ConfigError
from autocomplete.errors import LogprobsUnsupported as LogprobsUnsupported

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
    "Memory",
    "Mode",
    "Reason",
    "Request",
    "ScriptedBackend",
    "Settings",
    "SyncAutocompleter",
    "Usage",
    "WordScore",
    "WordSpan",
    "load_settings",
    "word_spans",
]
