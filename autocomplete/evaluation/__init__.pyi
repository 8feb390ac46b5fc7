# Written by `python -m scripts.write_stubs` from `autocomplete.public_names`.

from autocomplete.backends.recorded import RecordedBackend as RecordedBackend
from autocomplete.backends.retrying import RetryingBackend as RetryingBackend
from autocomplete.evaluation.calibration.calibration import load_calibration as load_calibration
from autocomplete.evaluation.goals.goals import Goal as Goal
from autocomplete.evaluation.goals.goals import Point as Point
from autocomplete.evaluation.goals.goals import parse_goal as parse_goal
from autocomplete.evaluation.goals.goals import solve as solve
from autocomplete.evaluation.history.store import OutcomeStore as OutcomeStore
from autocomplete.evaluation.records import CutoffOutcome as CutoffOutcome
from autocomplete.evaluation.records import Document as Document
from autocomplete.evaluation.records import Record as Record
from autocomplete.evaluation.replay.columns import ReplayResult as ReplayResult
from autocomplete.evaluation.replay.intervals import bootstrap as bootstrap
from autocomplete.evaluation.replay.metrics import Figures as Figures
from autocomplete.evaluation.replay.metrics import Meter as Meter
from autocomplete.evaluation.replay.metrics import View as View
from autocomplete.evaluation.replay.metrics import brier as brier
from autocomplete.evaluation.replay.metrics import calibration_error as calibration_error
from autocomplete.evaluation.replay.metrics import curve as curve
from autocomplete.evaluation.replay.replay import replay_document as replay_document
from autocomplete.evaluation.replay.runner import replay_all as replay_all
from autocomplete.evaluation.replay.runner import replay_on_all_cores as replay_on_all_cores
from autocomplete.evaluation.replay.texts import read_documents as read_documents
from autocomplete.evaluation.word_outcome import WordOutcome as WordOutcome

__all__ = [
    "CutoffOutcome",
    "Document",
    "Figures",
    "Goal",
    "Meter",
    "OutcomeStore",
    "Point",
    "Record",
    "RecordedBackend",
    "ReplayResult",
    "RetryingBackend",
    "View",
    "WordOutcome",
    "bootstrap",
    "brier",
    "calibration_error",
    "curve",
    "load_calibration",
    "parse_goal",
    "read_documents",
    "replay_all",
    "replay_document",
    "replay_on_all_cores",
    "solve",
]
