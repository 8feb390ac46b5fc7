# Written by `python -m scripts.write_stubs` from `autocomplete.public_names`.

from autocomplete.config.settings import SettingsFault as SettingsFault
from autocomplete.config.settings import settings_path as settings_path
from autocomplete.config.settings import usable_settings as usable_settings
from autocomplete.config.settings_file import save_settings as save_settings
from autocomplete.config.settings_file import set_settings_aside as set_settings_aside
from autocomplete.config.settings_file import settings_source as settings_source
from autocomplete.core.backend import Privacy as Privacy
from autocomplete.core.characters import escape_controls as escape_controls
from autocomplete.core.characters import has_controls as has_controls
from autocomplete.core.characters import is_drawable as is_drawable
from autocomplete.core.common_prefix import common_prefix as common_prefix
from autocomplete.core.decision import Step as Step
from autocomplete.core.percent import bounds_percent as bounds_percent
from autocomplete.core.percent import exact_percent as exact_percent
from autocomplete.core.percent import fine_percent as fine_percent
from autocomplete.core.percent import narrow_percent as narrow_percent
from autocomplete.core.percent import rough_percent as rough_percent
from autocomplete.core.percent import span_percent as span_percent
from autocomplete.core.root import context_start as context_start
from autocomplete.core.word_score import known_score as known_score
from autocomplete.core.word_spans import divides_word as divides_word
from autocomplete.core.word_spans import finished_words as finished_words
from autocomplete.core.word_spans import needs_space as needs_space
from autocomplete.core.word_spans import next_word as next_word
from autocomplete.core.word_spans import stem as stem
from autocomplete.embedded.adaptive.memory.privacy import is_private as is_private
from autocomplete.evaluation.goals.goal_tracker import GoalTracker as GoalTracker
from autocomplete.evaluation.goals.holdout import Holdout as Holdout
from autocomplete.evaluation.goals.recent_words import STOPS as STOPS
from autocomplete.evaluation.goals.recent_words import Curves as Curves
from autocomplete.evaluation.goals.recent_words import RecentWords as RecentWords
from autocomplete.evaluation.goals.typing_speed import Pauses as Pauses
from autocomplete.evaluation.goals.typing_speed import gate_for as gate_for
from autocomplete.evaluation.goals.typing_speed import typing_speed as typing_speed
from autocomplete.evaluation.history.live import LiveScorer as LiveScorer
from autocomplete.evaluation.history.recorder import Recorder as Recorder
from autocomplete.evaluation.history.resolve_open import resolve_open as resolve_open
from autocomplete.evaluation.measures import DRAWN as DRAWN
from autocomplete.evaluation.measures import MEASURES as MEASURES
from autocomplete.evaluation.measures import Measure as Measure
from autocomplete.evaluation.measures import axis_top as axis_top
from autocomplete.evaluation.report.blocks import block as block
from autocomplete.evaluation.report.summary import CutoffChoice as CutoffChoice
from autocomplete.evaluation.report.summary import Estimate as Estimate
from autocomplete.evaluation.report.summary import Mark as Mark
from autocomplete.evaluation.report.summary import Marks as Marks
from autocomplete.evaluation.report.summary import Reliability as Reliability
from autocomplete.evaluation.report.summary import ReplaySummary as ReplaySummary
from autocomplete.evaluation.word_outcome import PredictionSource as PredictionSource
from autocomplete.io.atomic_write import sync_folder as sync_folder
from autocomplete.io.atomic_write import write_bytes as write_bytes
from autocomplete.io.decode import byte_order_mark as byte_order_mark
from autocomplete.io.decode import decode_unknown as decode_unknown
from autocomplete.io.decode import mark_of as mark_of

__all__ = [
    "DRAWN",
    "MEASURES",
    "STOPS",
    "Curves",
    "CutoffChoice",
    "Estimate",
    "GoalTracker",
    "Holdout",
    "LiveScorer",
    "Mark",
    "Marks",
    "Measure",
    "Pauses",
    "PredictionSource",
    "Privacy",
    "RecentWords",
    "Recorder",
    "Reliability",
    "ReplaySummary",
    "SettingsFault",
    "Step",
    "axis_top",
    "block",
    "bounds_percent",
    "byte_order_mark",
    "common_prefix",
    "context_start",
    "decode_unknown",
    "divides_word",
    "escape_controls",
    "exact_percent",
    "fine_percent",
    "finished_words",
    "gate_for",
    "has_controls",
    "is_drawable",
    "is_private",
    "known_score",
    "mark_of",
    "narrow_percent",
    "needs_space",
    "next_word",
    "resolve_open",
    "rough_percent",
    "save_settings",
    "set_settings_aside",
    "settings_path",
    "settings_source",
    "span_percent",
    "stem",
    "sync_folder",
    "typing_speed",
    "usable_settings",
    "write_bytes",
]
