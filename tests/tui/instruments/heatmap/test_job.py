"""Scoring goes on where it was, whatever is edited meanwhile, and is told at a measured pace."""

from __future__ import annotations

from collections.abc import Callable

from autocomplete import WordScore, word_spans
from autocomplete.core.decision import Bounds
from tui.instruments.heatmap.job import QUIET_S, TELL_S, Job
from tui.instruments.heatmap.scores import HeatMap
from tui.text.document import LineDocument

LINES = ["The first line.", "A second one.", "And the last."]


class Fake:
    """Scores every word alike; calls `learned` after each line, as if the person typed meanwhile."""

    learns = True

    def __init__(self) -> None:
        self.n_lines = 0
        self.lines: list[str] = []
        self.words: list[str] = []
        self.edit: Callable[[], None] = lambda: None

    async def score(self, text: str, word: str) -> WordScore | None:
        self.words.append(word)
        return WordScore(Bounds(0.5, 0.5), 0.5)

    async def learn(self, text: str) -> None:
        self.lines.append(text)
        if len(self.lines) == 1:
            self.edit()

    async def aclose(self) -> None:
        raise AssertionError("whoever opened it closes it")


async def test_a_line_typed_above_while_a_line_is_learned_puts_nothing_out_of_step() -> None:
    document, scorer = LineDocument("\n".join(LINES)), Fake()
    heat = HeatMap(document.line_count)

    def type_above() -> None:
        document.replace_range((0, 0), (0, 0), "New.\n")
        heat.edited((0, 0), (0, 0), (1, 0), document.get_line)

    scorer.edit = type_above
    job = Job(document, heat)
    await job.run(scorer, lambda: None)
    for row, line in enumerate(LINES, 1):
        assert [(word.start, word.end) for word in heat.row(row)] == [(w.start, w.end) for w in word_spans(line)]
    assert len(scorer.words) == sum(len(list(word_spans(line))) for line in LINES)  # none twice
    assert job.progress == 1.0


async def test_keys_go_first() -> None:
    document, scorer = LineDocument("one two three"), Fake()
    keys = iter([1, 1, 1, 2, 3, 3])
    slept: list[tuple[int, float]] = []

    async def sleep(seconds: float) -> None:
        slept.append((len(scorer.words), seconds))

    await Job(document, HeatMap(1), typing=lambda: next(keys), sleep=sleep).run(scorer, lambda: None)
    assert slept == [(0, QUIET_S), (2, QUIET_S), (2, QUIET_S)]  # in words that were scored before


async def test_lines_that_go_while_keys_come_are_not_asked_about() -> None:
    document, scorer = LineDocument("\n".join(LINES)), Fake()
    heat, keys = HeatMap(document.line_count), iter([1, *range(2, 9)])

    async def sleep(seconds: float) -> None:
        if document.line_count > 1:
            document.replace_range((0, 0), (2, 0), "")
            heat.edited((0, 0), (2, 0), (0, 0), document.get_line)

    await Job(document, heat, typing=lambda: next(keys, 9), sleep=sleep).run(scorer, lambda: None)
    assert [word.strip() for word in scorer.words] == ["And", "the", "last"]


async def test_how_far_it_is_is_told_now_and_then_and_not_after_every_word() -> None:
    document, scorer = LineDocument("word " * 200), Fake()
    now, told = 0.0, 0

    def clock() -> float:
        nonlocal now
        now += TELL_S / 10
        return now

    def tell() -> None:
        nonlocal told
        told += 1

    await Job(document, HeatMap(1), clock=clock).run(scorer, tell)
    assert 20 <= told <= 22
