# The public names of this module, and where each is defined; see `autocomplete.public_names`.

from autocomplete.backends.recorded import RecordedBackend as RecordedBackend
from autocomplete.backends.retrying import RetryingBackend as RetryingBackend
from autocomplete.evaluation.calibration.calibration import load_calibration as load_calibration
from autocomplete.evaluation.goals.goals import Goal as Goal, Point as Point, parse_goal as parse_goal, solve as solve
from autocomplete.evaluation.history.store import OutcomeStore as OutcomeStore
from autocomplete.evaluation.records import CutoffOutcome as CutoffOutcome, Document as Document, Record as Record
from autocomplete.evaluation.replay.columns import ReplayResult as ReplayResult
from autocomplete.evaluation.replay.intervals import bootstrap as bootstrap
from autocomplete.evaluation.replay.metrics import (
    Figures as Figures,
    Meter as Meter,
    View as View,
    brier as brier,
    calibration_error as calibration_error,
    curve as curve,
)
from autocomplete.evaluation.replay.replay import replay_document as replay_document
from autocomplete.evaluation.replay.runner import replay_all as replay_all, replay_on_all_cores as replay_on_all_cores
from autocomplete.evaluation.replay.texts import read_documents as read_documents
from autocomplete.evaluation.word_outcome import WordOutcome as WordOutcome
