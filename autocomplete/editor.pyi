# The public names of this module, and where each is defined; see `autocomplete.public_names`.

from autocomplete.config.settings import (
    SettingsFault as SettingsFault,
    settings_path as settings_path,
    usable_settings as usable_settings,
)
from autocomplete.config.settings_file import (
    save_settings as save_settings,
    set_settings_aside as set_settings_aside,
    settings_source as settings_source,
)
from autocomplete.core.backend import Privacy as Privacy
from autocomplete.core.characters import (
    escape_controls as escape_controls,
    has_controls as has_controls,
    is_drawable as is_drawable,
)
from autocomplete.core.common_prefix import common_prefix as common_prefix
from autocomplete.core.decision import Step as Step
from autocomplete.core.percent import (
    bounds_percent as bounds_percent,
    exact_percent as exact_percent,
    fine_percent as fine_percent,
    narrow_percent as narrow_percent,
    rough_percent as rough_percent,
    span_percent as span_percent,
)
from autocomplete.core.root import context_start as context_start
from autocomplete.core.word_score import known_score as known_score
from autocomplete.core.word_spans import (
    divides_word as divides_word,
    finished_words as finished_words,
    needs_space as needs_space,
    next_word as next_word,
    stem as stem,
)
from autocomplete.embedded.adaptive.memory.privacy import is_private as is_private
from autocomplete.evaluation.goals.goal_tracker import GoalTracker as GoalTracker
from autocomplete.evaluation.goals.holdout import Holdout as Holdout
from autocomplete.evaluation.goals.recent_words import STOPS as STOPS, Curves as Curves, RecentWords as RecentWords
from autocomplete.evaluation.goals.typing_speed import Pauses as Pauses, gate_for as gate_for, typing_speed as typing_speed
from autocomplete.evaluation.history.live import LiveScorer as LiveScorer
from autocomplete.evaluation.history.recorder import Recorder as Recorder
from autocomplete.evaluation.history.resolve_open import resolve_open as resolve_open
from autocomplete.evaluation.measures import (
    DRAWN as DRAWN,
    MEASURES as MEASURES,
    Measure as Measure,
    axis_top as axis_top,
    block as block,
)
from autocomplete.evaluation.report.summary import (
    CutoffChoice as CutoffChoice,
    Estimate as Estimate,
    Mark as Mark,
    Marks as Marks,
    Reliability as Reliability,
    ReplaySummary as ReplaySummary,
)
from autocomplete.evaluation.word_outcome import PredictionSource as PredictionSource
from autocomplete.io.atomic_write import (
    make_private_folder as make_private_folder,
    sync_folder as sync_folder,
    write_bytes as write_bytes,
)
from autocomplete.io.decode import byte_order_mark as byte_order_mark, decode_unknown as decode_unknown, mark_of as mark_of
