"""The *heat map* panel: while it is open, the text is coloured by how probable each word was; a legend, sums, and scoring.

Invariant: a model on this machine is asked without asking the person, if the text is short; any other only when asked to, after
it was said how many requests that takes. Closing the panel ends the scoring and takes the colours away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style as RichStyle
from textual.binding import Binding, BindingType
from textual.style import Style
from textual.timer import Timer
from textual.worker import Worker

from autocomplete.editor import escape_controls
from tui.instruments.heatmap.engine import Scorer, scorer_beside
from tui.instruments.heatmap.job import REQUESTS_PER_WORD, Job, count_words
from tui.instruments.heatmap.render import HeatSummary, heat_rows
from tui.instruments.heatmap.scores import Location, words_touching
from tui.instruments.heatmap.style import segment_styles, word_styles
from tui.instruments.panels import Scene
from tui.instruments.rows_panel import RowsPanel
from tui.instruments.why.render import Row
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from tui.ghost.area import GhostArea
    from tui.instruments.recorder import InstrumentRecorder

#: A model on this machine scores texts of so many words without being asked to: some seconds of work.
FREE_WORDS = 2_000

#: Characters in which words are counted exactly.
COUNTED = 200_000

#: How long after the last change words without a score are counted again, in seconds.
COUNT_DELAY_S = 0.4

_LAYER = "5heat"
_CLASSES = {role: number for number, role in enumerate(role for role in Role if role.startswith("heat-"))}


class HeatPanel(RowsPanel):
    """The legend and the sums; scores what is selected, or else the document."""

    TITLE = "Heat map"
    ROWS = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "score", "Score", tooltip="Score the words of the selection or the document that have no score"),
        Binding("c", "cancel", "Cancel", tooltip="Cancel scoring; what is scored stays"),
        Binding("r", "rescore", "Anew", tooltip="Drop the scores of the selection or the document, and score it anew"),
    ]

    def __init__(self, instruments: InstrumentRecorder) -> None:
        super().__init__()
        self._instruments = instruments
        self._area: GhostArea | None = None
        self._job: Job | None = None
        self._worker: Worker[None] | None = None
        self._note, self._failed = "", False
        self._missing: tuple[tuple[object, ...], int] | None = None  # for which state of the text, and how many words
        self._counting: Timer | None = None

    def follow(self, scene: Scene) -> None:
        """Show `scene`; colour its document."""
        if scene.area is not self._area:
            self._leave()
            self._area, self._note, self._failed = scene.area, "", False
            scene.area.add_marks(_LAYER, self._marks)
            self._scene = scene
            self._begin_if_free(scene)
        super().follow(scene)

    def make_rows(self, scene: Scene, width: int, height: int) -> list[Row]:
        """Return the rows for a scene."""
        return heat_rows(self._heat(scene), width, height)

    def _heat(self, scene: Scene) -> HeatSummary:
        area, heat = scene.area, self._instruments.heat(scene.area)
        first, last = _selected(area)
        word = heat.at(area.cursor_location)
        row = area.cursor_location[0]
        summary = HeatSummary(
            totals=heat.between(first, last) if last is not None else heat.totals,
            selected=last is not None,
            word=word,
            text=escape_controls(area.lines.get_line(row)[word.start : word.end]) if word else "",
            note=self._note,
            failed=self._failed,
        )
        if self._job is not None:
            return replace(summary, progress=self._job.progress, offer=f"{self._job.words:,} words, c cancels")
        missing = self._count_missing(scene, first, last)
        about = area.lines.n_chars > COUNTED
        return replace(summary, missing=missing, about=about, offer=self._offer(scene, missing))

    def _count_missing(self, scene: Scene, first: Location, last: Location | None) -> int:
        """Return how many words have no score; after an edit the number before, until nothing changes for a moment."""
        if _opening(scene):
            return 0
        area = scene.area
        state = (area.lines, area.lines.revision, self._instruments.heat(area).changed, first, last)
        if self._missing is None or self._missing[0][0] is not area.lines:
            self._missing = state, self._recount(scene, first, last)
        elif self._missing[0] != state:
            if self._counting is not None:
                self._counting.stop()
            self._counting = self.set_timer(COUNT_DELAY_S, self._count_anew)
        return self._missing[1]

    def _recount(self, scene: Scene, first: Location, last: Location | None) -> int:
        heat = self._instruments.heat(scene.area)
        return count_words(scene.area.lines, heat, first, last, COUNTED, exact=_exact(scene))

    def _count_anew(self) -> None:
        self._missing = None
        self.remake()

    def _offer(self, scene: Scene, missing: int) -> str:
        autocompleter = scene.suggester.autocompleter
        if autocompleter is None or not missing:
            return ""
        where = autocompleter.capabilities.route
        if autocompleter.capabilities.local:
            return f"s scores them (on {where})"
        return f"s scores them: about {round(missing * REQUESTS_PER_WORD):,} requests to {escape_controls(where)}"

    def _marks(self, row: int, first: int, last: int) -> Iterator[tuple[int, int, RichStyle]]:
        area = self._area
        if area is None or not (words := words_touching(self._instruments.heat(area).row(row), first, last)):
            return
        shown = segment_styles(*area.colors[2:])
        for word in words:
            yield word.start, word.end, shown[word.heat][word.lower <= 0.0]

    def piece_style(self, role: Role) -> Style:
        """Return the style of a piece: that of its class in the text, for the legend."""
        if role not in _CLASSES or self._area is None:
            return super().piece_style(role)
        word = word_styles(self.colors[2], self.colors[3])[_CLASSES[role]]
        style = Style(foreground=word.color, background=word.background)
        return style + Style.parse(word.attributes) if word.attributes else style

    def action_score(self) -> None:
        """Score what is selected, or else the document."""
        autocompleter = self._scene.suggester.autocompleter if self._scene is not None else None
        if self._area is None or autocompleter is None or self._job is not None:
            return
        first, last = _selected(self._area)
        self._note, self._failed = "", False
        area = self._area
        self._job = Job(
            area.lines,
            self._instruments.heat(area),
            first,
            last,
            _exact(self._scene),
            typing=lambda: (area.lines.revision, area.selection),
        )
        self._worker = self.run_worker(
            self._score(self._job, scorer_beside(autocompleter)), group="score", exclusive=True, exit_on_error=False
        )
        self.remake()

    @property
    def n_scored(self) -> int:
        """How many words were scored in the run that is going on, 0 where none is."""
        return self._job.words if self._job is not None else 0

    def action_cancel(self) -> None:
        """Cancel scoring."""
        if self._worker is not None and self._job is not None:
            self._worker.cancel()

    def action_rescore(self) -> None:
        """Drop the scores, and begin again."""
        if self._area is not None and self._job is None:
            self._instruments.heat(self._area).clear(*_selected(self._area))
            self.action_score()

    async def _score(self, job: Job, engine: Scorer) -> None:
        from autocomplete import AutocompleteError

        self._note = "cancelled"
        try:
            async with aclosing(engine):
                await job.run(engine, self._show_progress)
            self._note = ""
        except AutocompleteError as error:
            self._note, self._failed = escape_controls(" ".join(str(error).split())), True
        finally:
            if self._job is job:
                self._job = self._missing = None
            self._show_progress()

    def _show_progress(self) -> None:
        """Show what was scored meanwhile."""
        if self._area is not None and self.is_attached:
            self._area.refresh_changed()
            self.remake()

    def _begin_if_free(self, scene: Scene) -> None:
        autocompleter = scene.suggester.autocompleter
        free = autocompleter is not None and autocompleter.capabilities.local
        if free and scene.area.lines.n_chars <= COUNTED and 0 < self._recount(scene, (0, 0), None) <= FREE_WORDS:
            self.action_score()

    def _leave(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        self._job = self._worker = None
        if self._area is not None:
            self._area.add_marks(_LAYER, None)
            self._area = None

    def on_unmount(self) -> None:
        """Take the colours away."""
        self._leave()


def _opening(scene: Scene | None) -> bool:
    """Return whether the engine is not open yet: then words are not counted, which would load it in the editor's thread."""
    return scene is None or scene.suggester.autocompleter is None


def _exact(scene: Scene | None) -> bool:
    """Return whether the model tells the probability of every word, listed or not."""
    autocompleter = scene.suggester.autocompleter if scene is not None else None
    return autocompleter is not None and autocompleter.capabilities.local and autocompleter.capabilities.filters


def _selected(area: GhostArea) -> tuple[Location, Location | None]:
    """Return the selection in writing order; the whole document, whose end is None, where nothing is selected."""
    first, last = sorted(area.selection)
    return ((0, 0), None) if first == last else (first, last)
