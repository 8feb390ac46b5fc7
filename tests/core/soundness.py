"""One trial of the search against exhaustive enumeration, shared by the tests and the benchmark."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.boundaries import scan
from autocomplete.core.decision import Alternative, Decision, Mode, choose
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.root import Root
from autocomplete.core.search import Search
from autocomplete.core.search_run import AnswerSources, DecisionRun
from autocomplete.core.word_prior import Prior
from tests.core.tiny_process import KINDS, WHOLE_WORDS, TinyProcess, Truth, readable_text, truth

EPSILON = 1e-9
CUTOFFS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass
class Tally:
    """Counts over trials, by (kind of text, what). `violations` holds a description of each claim that is untrue."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    widths: list[float] = field(default_factory=list)
    violations: list[tuple[str, str]] = field(default_factory=list)

    def total(self, what: str) -> int:
        """Return a count over all kinds."""
        return sum(n for (_, counted), n in self.counts.items() if counted == what)


def run_model(seed: int, tally: Tally, *, positions: int = 12) -> None:
    """Search one random model from random positions; compare every claim at every step with the truth."""
    kinds = list(KINDS)
    kind = kinds[seed % len(kinds)]
    rng = random.Random(seed)
    vocabulary = rng.choice(KINDS[kind])
    widest = max(len(token.decode(errors="replace").encode()) for token in vocabulary)
    wide = widest > 2
    process = TinyProcess(
        seed,
        vocabulary,
        depth=24 if widest > 9 else rng.choice((7, 9)) if wide else rng.choice((4, 5)),
        top_k=rng.randint(1, min(20, len(vocabulary) + 1)),
        support=rng.choice((2, 3) if wide else (3, 4, 5)),
        whole_words=kind == WHOLE_WORDS,
    )
    trials = _Trials(seed, kind, process, rng, tally)
    for _ in range(positions):
        rng.choice((trials.word, trials.word, trials.word_after_word, trials.decision))()


@dataclass
class _Trials:
    seed: int
    kind: str
    process: TinyProcess
    rng: random.Random
    tally: Tally

    def word(self) -> None:
        typed = self._typed(0.3)
        known = truth(self.process, typed)
        displayed = self.rng.choice(list(known.words)) if known.words and self.rng.random() < 0.3 else ""
        self._search(typed, known, displayed=displayed)
        self._compare_naive(typed, known)

    def word_after_word(self) -> None:
        """Search after a word that is known to have ended, as in a phrase."""
        text = self._text()
        found = scan(text, 0, ended=True)
        if found.end is not None:
            after = text[found.start : found.end]
            before = text[: found.end].encode()
            self._search(b"", truth(self.process, b"", before=before, after=after), before=before, after=after)

    def decision(self) -> None:
        """Decide on phrases of up to three words: with nothing known, then with what was asked before."""
        typed = self._typed(0.3)
        root = Root("", typed.decode(), 0)
        answers: dict[str, Distribution] = {}
        displayed = ""
        for state in ("cold", "warm"):
            gate = FixedCutoff(self.rng.choice(CUTOFFS[1:7]), hysteresis=self.rng.choice((0.0, 0.2, 0.5)))
            run = DecisionRun(_sources(answers), root, gate, displayed, max_words=self.rng.choice((2, 3)))
            budget = self.rng.randint(1, 20)
            while (request := run.advance()) is not None and run.requests < budget:
                answers[request.context] = self.process.top(request.context.encode())
                run.take(answers[request.context])
            decision = run.decision(0.0)
            self._check_phrase(typed, decision, gate, displayed, state)
            displayed = decision.completion if self.rng.random() < 0.8 else displayed

    def _search(self, typed: bytes, known: Truth, *, before: bytes = b"", after: str = "", displayed: str = "") -> None:
        gate = FixedCutoff(self.rng.choice(CUTOFFS), hysteresis=0.4)
        search = Search(typed.decode(), gate=gate, after=after, displayed=displayed)
        budget = self.rng.randint(1, 12)
        attained: dict[tuple[str, bool], float] = {}
        while (state := search.next()) is not None and budget > 0:
            search.feed(state, self.process.top(before + state))
            budget -= 1
            for alternative in search.alternatives():
                self._check_interval(alternative, known.of(alternative.completion, open_ended=alternative.open_ended), "words")
                key = alternative.completion, alternative.open_ended
                if alternative.bounds.lower > attained.get(key, 1.0) + EPSILON:
                    self._fault(f"{alternative.completion!r} passed what was attainable")
                attained[key] = min(attained.get(key, 1.0), alternative.attainable)
        shown = choose(search.alternatives(), gate, displayed)
        settled = search.next() is None
        self._count("shown" if shown else "withheld" if settled else "undecided")
        if shown is not None:
            value = known.of(shown.completion, open_ended=shown.open_ended)
            self._check_shown(shown, value, gate, displayed)
        elif settled:
            self._check_hopeless(search, before, gate, displayed)

    def _check_hopeless(self, search: Search, before: bytes, gate: FixedCutoff, displayed: str) -> None:
        """Ask all that can be asked after a verdict that no request can help."""
        states = [b""]
        for _ in range(200):
            states = [state.key for state in search.states() if state.open > 0.0]
            if not states:
                break
            for state in states:
                search.feed(state, self.process.top(before + state))
        shown = choose(search.alternatives(), gate, displayed)
        if shown is not None and shown.bounds.lower > gate.show_at(1) * (1 + EPSILON):
            self._fault(f"{shown.completion!r} passes after all: withheld too early")
        if shown is not None and shown.completion == displayed:
            self._fault(f"{displayed!r} was displayed and may stay after all")

    def _check_phrase(self, typed: bytes, decision: Decision, gate: FixedCutoff, displayed: str, state: str) -> None:
        known, value, before, after, so_far = truth(self.process, typed), 1.0, b"", "", ""
        for alternative in decision.alternatives:
            self._check_interval(alternative, known.of(alternative.completion, open_ended=alternative.open_ended), state)
        for n_words, phrase in enumerate(decision.phrase, 1):
            word = phrase.completion[len(so_far) :]
            if n_words > 1:
                known = truth(self.process, b"", before=before, after=after)
            value *= known.of(word, open_ended=phrase.open_ended)
            self._check_interval(phrase, value, state if n_words == 1 else f"phrases, {state}")
            if decision.completion == phrase.completion:
                self._check_shown(phrase, value, gate, displayed)
            so_far = phrase.completion
            text = typed.decode() + so_far
            before = text.encode()
            after = text[scan(text, len(text) - len(word), ended=True).start or 0 :]
        self._count(f"phrases of {len(decision.phrase)} shown" if decision.shown else "no phrase")

    def _check_interval(self, alternative: Alternative, value: float, where: str) -> None:
        bounds = alternative.bounds
        self._count("intervals")
        self._count(where)
        self.tally.widths.append(bounds.upper - bounds.lower)
        if not bounds.lower - EPSILON <= value <= bounds.upper + EPSILON:
            self._fault(f"{where}: {alternative.completion!r} is {value:.6f}, not in {bounds}")
        if "\ufffd" in alternative.completion:
            self._fault(f"replacement character in {alternative.completion!r}")

    def _check_shown(self, shown: Alternative, value: float, gate: FixedCutoff, displayed: str) -> None:
        kept = displayed != "" and displayed.startswith(shown.completion)
        if value < (gate.keep_at(1) if kept else gate.show_at(1)) - EPSILON:
            self._fault(f"{shown.completion!r} shown below the cutoff {gate}")

    def _compare_naive(self, typed: bytes, known: Truth) -> None:
        """Count how often the likeliest token after the typed text, read as a word, has another probability than the word."""
        tokens = self.process.top(typed).tokens
        if tokens and tokens[0][0].decode(errors="replace") in known.words:
            self._count("naive")
            if abs(tokens[0][1] - known.words[tokens[0][0].decode()]) > 0.05:
                self._count("naive off")

    def _typed(self, nothing: float) -> bytes:
        """Return something a person could have typed: the beginning of a text of the process; mostly not all of it."""
        line = self._text()
        return b"" if self.rng.random() < nothing else line[: self.rng.randint(0, len(line))].encode()

    def _text(self) -> str:
        """Return the first line of a text of the process, whole characters."""
        texts = self.process.texts()
        text = self.rng.choices(list(texts), weights=list(texts.values()))[0]
        return readable_text(text).split("\n")[0].split("\ufffd")[0]

    def _count(self, what: str) -> None:
        self.tally.counts[self.kind, what] += 1

    def _fault(self, what: str) -> None:
        self.tally.violations.append((self.kind, f"seed {self.seed}: {what}"))


def _sources(answers: dict[str, Distribution]) -> AnswerSources:
    def known(request: Request) -> Distribution | None:
        return answers.get(request.context)

    return AnswerSources(known, Capabilities, "tiny", Mode.CERTIFIED, None, words=_no_words)


def _no_words() -> Prior:
    raise AssertionError("a model that continues text needs no words")
