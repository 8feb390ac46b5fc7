"""The tuner: a slider for the cutoff, and what each cutoff comes to on a text that was replayed.

Invariant: moving the slider asks no model and works nothing out but what lies at the cutoff; nothing is saved unless asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.events import Key, Resize

from autocomplete.editor import DRAWN, escape_controls
from tui.instruments.chart import Row, charts_rows, reliability_rows
from tui.instruments.why.render import cut
from tui.tune.render import (
    MOST_LEFT_OUT,
    ModelFigures,
    Tick,
    chart_of,
    figures_rows,
    folded_rows,
    left_out_rows,
    title_row,
    written,
)
from tui.tune.replay.save import offered, saved
from tui.tune.replay.text_render import counts_row, offer_row
from tui.tune.replay.widgets import Drawing, MarkedText, Slider
from tui.widgets.picker import Option, Picker
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from autocomplete.editor import CutoffChoice, Estimate, Mark, ReplaySummary

#: Below this many columns the text and the charts take turns.
NARROW_COLUMNS = 64

#: The measures that are drawn, in the order of the charts.


class Tuner(Container, can_focus=True):
    """Shows `models`, all replayed on the same documents at the same cutoffs.

    `current`: the cutoff in force, None where a goal is. `start`: where the slider stands first, by default what is
    recommended. `left_out`: models that could not be asked, and why.
    """

    DEFAULT_CSS = """
    Tuner {
        padding: 0 1;
        & > #tuner-title { height: 1; background: $surface; }
        & > #tuner-slider { height: 2; margin-bottom: 1; }
        & > #tuner-figures { height: 3; margin-bottom: 1; }
        & > #tuner-left-out { margin-bottom: 1; }
        & > Horizontal { height: 1fr; }
        #tuner-charts { width: 45%; max-width: 76; margin-right: 2; }
        #tuner-reading { width: 1fr; }
        #tuner-text { height: 1fr; }
        #tuner-selection { height: 1; }
        & > #tuner-advice { height: 2; }
        &.-short > #tuner-advice { height: 1; }
        & > #tuner-hints { height: 1; }
        &.-short > #tuner-slider, &.-short > #tuner-figures, &.-short > #tuner-left-out { margin-bottom: 0; }
        &.-narrow #tuner-charts { width: 1fr; max-width: 100%; margin-right: 0; }
        &.-narrow #tuner-reading { display: none; }
        &.-narrow.-reading #tuner-reading { display: block; }
        &.-narrow.-reading #tuner-charts { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Lower", tooltip="Lower the cutoff by .01"),
        Binding("right", "step(1)", "Higher", tooltip="Raise the cutoff by .01"),
        Binding("shift+left,ctrl+left", "step(-5)", "Lower by .05", show=False, tooltip="Lower the cutoff by .05"),
        Binding("shift+right,ctrl+right", "step(5)", "Higher by .05", show=False, tooltip="Raise the cutoff by .05"),
        Binding("home", "step(-999)", "Lowest", show=False, tooltip="Go to the lowest cutoff that was replayed"),
        Binding("end", "step(999)", "Highest", show=False, tooltip="Go to the highest cutoff"),
        Binding("up", "scroll_text(-1)", "Up", show=False, tooltip="Scroll the text up"),
        Binding("down", "scroll_text(1)", "Down", show=False, tooltip="Scroll the text down"),
        Binding("pageup,b", "page_text(-1)", "Page up", show=False, tooltip="Scroll the text a page up"),
        Binding("pagedown,space", "page_text(1)", "Page down", show=False, tooltip="Scroll the text a page down"),
        Binding("n", "wrong(1)", "Next ✗", tooltip="Go to the next word with wrong suggestions only"),
        Binding("N,p", "wrong(-1)", "Previous ✗", show=False, tooltip="Go to the one before"),
        Binding("g", "goals", "Goals", tooltip="Choose a goal; the slider goes to its cutoff"),
        Binding("r", "recommended", "Recommended", show=False, tooltip="Go to the recommended cutoff"),
        Binding("tab", "turn", "Curves/Reliability", tooltip="Turn to the other charts"),
        Binding("m", "next_model", "Model", tooltip="Look at the next model"),
        Binding("s", "save", "Save", tooltip="Save the cutoff, or the goal, in the settings file"),
    ]

    def __init__(
        self,
        models: Sequence[ReplaySummary],
        *,
        current: float | None = None,
        start: float | None = None,
        left_out: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.models = list(models)
        self._left_out = dict(left_out or {})
        self.current = current
        self.model = 0
        self.page = "curves"
        self.goal: CutoffChoice | None = None
        self.notice = ""
        self._digits = ""
        advice = self.tuned.recommended
        if start is None:
            start = advice.cutoff if advice and advice.has_cutoff else 0.6 if current is None else current
        self.cutoff = self._at_stop(start)
        self._figures = self._now()
        self._before = self._figures
        self.slider = Slider(id="tuner-slider")
        self.text = MarkedText(self.tuned, id="tuner-text")
        self.title_bar = Drawing(self._title, id="tuner-title")
        self.figures = Drawing(lambda width, height: self._figures_rows(width), id="tuner-figures")
        self.left_out = Drawing(lambda width, height: left_out_rows(self._left_out, width, height), id="tuner-left-out")
        self.charts = Drawing(self._charts, id="tuner-charts")
        self.selection_line = Drawing(lambda width, height: [self._selection_row(width)], id="tuner-selection")
        self.advice = Drawing(self._advice, id="tuner-advice")
        self.hints = Drawing(lambda width, height: [self._hints(width)], id="tuner-hints")

    @property
    def tuned(self) -> ReplaySummary:
        """The model that is looked at."""
        return self.models[self.model]

    def compose(self) -> ComposeResult:
        """Lay out the slider over the figures over charts and text."""
        yield self.title_bar
        yield self.slider
        yield self.figures
        yield self.left_out
        with Horizontal():
            yield self.charts
            with Vertical(id="tuner-reading"):
                yield self.text
                yield self.selection_line
        yield self.advice
        yield self.hints

    def on_mount(self) -> None:
        """Show everything."""
        self.figures.styles.height = 3 if len(self.models) == 1 else len(self.models) + 2
        self.left_out.display = bool(self._left_out)
        self._show()
        self.focus()

    def on_resize(self, event: Resize) -> None:
        """Fit the screen."""
        self.set_class(event.size.width < NARROW_COLUMNS, "-narrow")
        self.set_class(event.size.height < 20, "-short")
        self.left_out.styles.height = len(left_out_rows(self._left_out, self.content_size.width, MOST_LEFT_OUT))

    def move(self, cutoff: float, goal: CutoffChoice | None = None) -> None:
        """Go to the stop nearest to a cutoff; `goal`: the choice that led there."""
        self.notice = ""
        if cutoff < self.tuned.cutoffs[0] - 1e-9:
            self.notice = f"Below {written(self.tuned.cutoffs[0])} nothing was replayed."
        self.goal = goal
        cutoff = self._at_stop(cutoff)
        if cutoff != self.cutoff:
            self.cutoff, self._before = cutoff, self._figures
            self._figures = self._now()
        self._show()

    def action_step(self, by: int) -> None:
        """Move by so many stops."""
        stop = self.tuned.stop(self.cutoff) + by
        self.move(self.tuned.cutoffs[max(0, min(stop, len(self.tuned.cutoffs) - 1))])

    @on(Slider.Moved)
    def _dragged(self, event: Slider.Moved) -> None:
        self.move(event.cutoff)

    def on_key(self, event: Key) -> None:
        """Take digits as a cutoff: 7 is .70, and 5 after it .75. Any other key ends the number."""
        if not (event.character and event.character in "0123456789"):
            self._digits = ""
            return
        event.stop()
        self._digits = event.character if len(self._digits) >= 2 else self._digits + event.character
        self.move(float(f"0.{self._digits}"))

    def action_recommended(self) -> None:
        """Go to the recommended cutoff."""
        advice = self.tuned.recommended
        if advice is not None and advice.has_cutoff:
            self.move(advice.cutoff, advice)
        else:
            self._tell(self.tuned.advice.line)

    def _at_stop(self, cutoff: float) -> float:
        return self.tuned.cutoffs[self.tuned.stop(cutoff)]

    def _now(self) -> list[dict[str, Estimate]]:
        return [tuned.at(tuned.cutoffs[tuned.stop(self.cutoff)]) for tuned in self.models]

    def action_scroll_text(self, by: int) -> None:
        """Scroll the text."""
        self.text.scroll_rows(by)
        self.selection_line.remake()

    def action_page_text(self, by: int) -> None:
        """Scroll the text by a page."""
        self.action_scroll_text(by * max(1, self.text.content_size.height - 1))

    def action_wrong(self, direction: int) -> None:
        """Pick the next word with wrong shows only, or the one before, in this document or those after."""
        document, offset = self.text.picked or self._place_in_view(direction)
        while 0 <= document < len(self.tuned.documents):
            marks = self.tuned.marks(document, self.cutoff)
            found = marks.wrong_after(offset) if direction > 0 else marks.wrong_before(offset)
            if found is not None:
                self._pick(document, found.start)
                return
            document += direction
            offset = -1 if direction > 0 else 1 << 60
        self._tell("There is no further word with wrong suggestions only.")

    def _place_in_view(self, direction: int) -> tuple[int, int]:
        """Return where the text in view begins, or ends, such that a word right there counts."""
        lines, text = self.text.lines.lines, self.text
        if not lines:
            return 0, -1
        at = text.top if direction > 0 else min(len(lines), text.top + text.content_size.height) - 1
        return lines[at].document, lines[at].start - 1 if direction > 0 else max(lines[at].end, lines[at].start)

    def _pick(self, document: int, start: int) -> None:
        self.notice = ""
        self.text.picked = document, start
        self.text.bring(document, start)
        self._show()

    @on(MarkedText.Picked)
    def _clicked(self, event: MarkedText.Picked) -> None:
        for mark in self.tuned.marks(event.document, self.cutoff).between(event.offset, event.offset + 1):
            self._pick(event.document, mark.start)
            return
        self.text.picked = None
        self._show()

    def action_next_model(self) -> None:
        """Look at the next model."""
        if len(self.models) == 1:
            self._tell("There is one model only: give --model several times to compare.")
            return
        self.model = (self.model + 1) % len(self.models)
        self.text.show(self.tuned)
        self.notice, self.goal = "", None
        self._show()

    def action_turn(self) -> None:
        """Turn to the next page: curves, reliability, and the text where it has no place beside them."""
        pages = ("curves", "reliability", "text") if self.has_class("-narrow") else ("curves", "reliability")
        self.page = pages[(pages.index(self.page) + 1) % len(pages)] if self.page in pages else pages[0]
        self.set_class(self.page == "text", "-reading")
        self.charts.remake()

    @work(exclusive=True, group="ask")
    async def action_goals(self) -> None:
        """Choose a goal."""
        options = [Option(choice.line, choice) for choice in self.tuned.choices]
        choice = await self.app.push_screen_wait(Picker("Goals, and what answers them", options))
        if choice is None:
            return
        if choice.has_cutoff:
            self.move(choice.cutoff, choice)
        elif choice.met:
            self.goal = choice
        self._tell(choice.text)

    @work(exclusive=True, group="ask")
    async def action_save(self) -> None:
        """Save the cutoff, or the goal that was chosen."""
        changes = offered(self.cutoff, self.goal)
        chosen = await self.app.push_screen_wait(Picker("Save in the settings file", changes))
        if chosen is not None:
            self._tell(saved(chosen))
            if "cutoff" in chosen:
                self.current = self.cutoff
                self._show(keeping_notice=True)

    def _tell(self, notice: str) -> None:
        self.notice = notice
        self.advice.remake()

    def _show(self, *, keeping_notice: bool = False) -> None:
        """Bring everything up to date with the cutoff, the model and what is picked."""
        ticks = []
        advice = self.tuned.recommended
        if advice is not None and advice.has_cutoff:
            ticks.append(Tick(advice.cutoff, "▲", "recommended"))
        if self.current is not None:
            ticks.append(Tick(self.current, "△", "yours"))
        self.slider.cutoff, self.slider.lowest, self.slider.ticks = self.cutoff, self.tuned.cutoffs[0], tuple(ticks)
        self.text.cutoff = self.cutoff
        for part in self.query(Drawing):
            part.remake()

    def _title(self, width: int, height: int) -> list[Row]:
        documents = self.tuned.documents
        of = documents[0].name if len(documents) == 1 else f"{len(documents)} texts"
        number = f" ({self.model + 1} of {len(self.models)})" if len(self.models) > 1 else ""
        names = (self.tuned.name + number, self.tuned.where, self.tuned.calibration.brief)
        return [title_row(names, self.tuned.n_words, of, width)]

    def _figures_rows(self, width: int) -> list[Row]:
        pairs = zip(self.models, self._figures, self._before, strict=True)
        found = [ModelFigures(tuned.name, now, before, tuned is self.tuned) for tuned, now, before in pairs]
        return figures_rows(found, width, self.tuned.measures)

    def _charts(self, width: int, height: int) -> list[Row]:
        if self.page == "reliability":
            return reliability_rows(self.tuned.reliability[0], width, height)
        return charts_rows([chart_of(self.tuned, measure) for measure in DRAWN], self.cutoff, width, height)

    def _selection_row(self, width: int) -> Row:
        if self.text.picked is not None:
            document, start = self.text.picked
            text = self.tuned.documents[document].text
            return offer_row(text, start, self._picked_mark(), self.cutoff, width)
        lines = self.text.lines.lines
        document = lines[min(self.text.top, len(lines) - 1)].document if lines else 0
        n_words = self.tuned.replayed.documents[document].n_words
        return counts_row(self.tuned.marks(document, self.cutoff), n_words, width)

    def _picked_mark(self) -> Mark | None:
        assert self.text.picked is not None
        document, start = self.text.picked
        found = self.tuned.marks(document, self.cutoff).between(start, start + 1)
        return next((mark for mark in found if mark.start == start), None)

    def _advice(self, width: int, height: int) -> list[Row]:
        if self.notice:
            return folded_rows(("  ", Role.PLAIN), escape_controls(self.notice), width, height)
        advice = self.goal or self.tuned.advice
        recommended = advice == self.tuned.recommended
        mark = "▲ " if recommended else "● " if advice.met else "– "
        elsewhere = recommended and advice.has_cutoff and self._at_stop(advice.cutoff) != self.cutoff
        where = f"r goes to {written(advice.cutoff)}, which is recommended: " if elsewhere else ""
        return folded_rows((mark, Role.GHOST), where + advice.line, width, height)

    def _hints(self, width: int) -> Row:
        hints = [("←/→", "cutoff"), ("g", "goals"), ("s", "save"), ("n", "next ✗"), ("Tab", "charts"), ("↑/↓", "text")]
        if len(self.models) > 1:
            hints.insert(1, ("m", "model"))
        hints += [("F1", "help"), ("q", "quit")]
        row: Row = []
        for key, words in hints:
            row += [(key, Role.STRONG), (f" {words}  ", Role.QUIET)]
        return cut(row, width)
