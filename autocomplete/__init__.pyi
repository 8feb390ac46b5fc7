# The public names of this module, and where each is defined; see `autocomplete.public_names`.

from autocomplete.backends.scripted import ScriptedBackend as ScriptedBackend
from autocomplete.config.settings import Settings as Settings, load_settings as load_settings
from autocomplete.core.backend import Backend as Backend, Capabilities as Capabilities, Learner as Learner, Request as Request
from autocomplete.core.decision import (
    Alternative as Alternative,
    Bounds as Bounds,
    Decision as Decision,
    Mode as Mode,
    Reason as Reason,
)
from autocomplete.core.distribution import Distribution as Distribution, Usage as Usage
from autocomplete.core.gate import FixedCutoff as FixedCutoff, Gate as Gate, LengthAware as LengthAware
from autocomplete.core.word_score import WordScore as WordScore
from autocomplete.core.word_spans import WordSpan as WordSpan, word_spans as word_spans
from autocomplete.embedded.adaptive.memory.memory import Memory as Memory
from autocomplete.engine.autocompleter import Autocompleter as Autocompleter
from autocomplete.engine.sync import SyncAutocompleter as SyncAutocompleter
from autocomplete.errors import (
    AutocompleteError as AutocompleteError,
    BackendError as BackendError,
    BackendRejected as BackendRejected,
    BackendUnavailable as BackendUnavailable,
    ConfigError as ConfigError,
    LogprobsUnsupported as LogprobsUnsupported,
)
