"""Replaying texts with the models that `autocomplete tune` compares: what it will cost, recording it, progress.

Invariant: a model elsewhere is asked nothing before a person agreed, by an answer or by `--yes`; what was recorded stays,
however the run ends.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.commands.common import autocompleter_of, inert
from autocomplete.commands.echo import echo
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.interrupt import run
from autocomplete.registry import is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autocomplete.backends import Backend
    from autocomplete.engine import Autocompleter
    from autocomplete.tuning.calibration import InForce
    from autocomplete.tuning.goals import Goal
    from autocomplete.tuning.records import Document
    from autocomplete.tuning.replayed import Replayed
    from autocomplete.tuning.tuned import Tuned

#: About how many requests a word takes at all cutoffs from .1 on, by replays of the token model of the tests.
REQUESTS_PER_WORD = 2

#: About how many characters a token has.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. `given`: the settings of the command line; `lowest`: None for each model's own."""

    documents: Sequence[Document]
    given: dict[str, Any]
    wanted: Sequence[Goal] = ()
    record: Path | None = None
    offline: bool = False
    agreed: bool = False
    lowest: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking a model elsewhere will take, about. `n_sent`: tokens that are sent."""

    n_requests: int
    n_sent: int

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Cost:
        """Return the cost of replaying some documents: each word asks with the text before it, as far as it is sent."""
        from autocomplete.cutting import word_spans
        from autocomplete.words import context_start

        starts = [word.start for document in documents for word in word_spans(document.text)]
        characters = sum(start - context_start(start) for start in starts)
        return cls(REQUESTS_PER_WORD * len(starts), REQUESTS_PER_WORD * characters // CHARACTERS_PER_TOKEN)

    def told(self, prompt_price: float | None, completion_price: float | None) -> str:
        """Return it for people. Prices are of a million tokens.

        >>> Cost(400, 90_000).told(None, None), Cost(400, 90_000).told(2.0, None)
        ('about 400 requests with 90,000 tokens sent', 'about 400 requests with 90,000 tokens sent, which cost about 0.18')
        """
        words = f"about {self.n_requests:,} requests with {self.n_sent:,} tokens sent"
        if prompt_price is None and completion_price is None:
            return words
        cost = ((prompt_price or 0.0) * self.n_sent + (completion_price or 0.0) * self.n_requests) / 1e6
        return f"{words}, which cost about {cost:.2f}"


def is_near(where: str) -> bool:
    """Return whether a model runs on this machine, in another process or not.

    >>> is_near("this machine"), is_near("localhost:8000"), is_near("127.0.0.1"), is_near("[::1]:80"), is_near("api.openai.com")
    (True, True, True, True, False)
    """
    host = where.removeprefix("[").partition("]")[0] if where.startswith("[") else where.partition(":")[0]
    if host in ("this machine", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def engine_of(given: dict[str, Any], wrapped: Callable[[Backend], Backend] | None = None) -> Autocompleter:
    """Return an engine for a replay: what was learned from earlier writing may hold this very text, so it stays out."""
    return autocompleter_of({**given, "remember": False}, wrapped)


def tuned_models(plan: Plan, specs: Sequence[str]) -> tuple[list[Tuned], dict[str, str]]:
    """Return each model's replay, and why models that failed are left out: told in a line each, and the others go on.

    Raises its error where none is left, and click.Abort where the person says no or breaks it off.
    """
    found: list[Tuned] = []
    errors: dict[str, AutocompleteError] = {}
    for spec in specs:
        try:
            found.append(_tuned(plan, spec, alone=len(specs) == 1))
        except AutocompleteError as error:
            errors[spec] = error
            if len(specs) > 1:
                click.echo(inert(f"autocomplete: {spec} is left out: {error}"), err=True)
    if not found:
        raise errors[specs[0]] if len(specs) == 1 else ConfigError("No model is left to compare.")
    return found, {spec: str(error) for spec, error in errors.items()}


def _tuned(plan: Plan, spec: str, *, alone: bool) -> Tuned:
    from autocomplete.tuning.tuned import Tuned

    given = {**plan.given, "model": spec}
    if is_local(spec):
        if not alone:
            given["base_url"] = None  # it is meant for the others
        replayed, where, calibration = _here(plan, given, spec)
    else:
        replayed, where, calibration = _elsewhere(plan, given, spec)
    gate = _own_gate()
    return Tuned(
        replayed, plan.documents, name=spec, where=where, wanted=plan.wanted, gate=gate, calibration=calibration
    )


def _in_force(engine: Autocompleter, given: dict[str, Any]) -> InForce:
    """Return whether a stored calibration corrects what an engine of these settings finds."""
    from autocomplete.settings import load_settings
    from autocomplete.tuning.calibration import InForce
    from autocomplete.tuning.outcomes import Source

    key = Source.of(engine.model, engine.capabilities).key
    return InForce.of(key, on=load_settings(**given).calibrate)


def _own_gate() -> Any:
    """Return the length-aware gate with the writer's own times; the usual ones where the store cannot be read."""
    from autocomplete.tuning.store import OutcomeStore
    from autocomplete.tuning.timing import gate_for, measured

    try:
        return gate_for(measured(OutcomeStore(mending=False).delays()))
    except AutocompleteError:
        return None


def _here(plan: Plan, given: dict[str, Any], spec: str) -> tuple[Replayed, str, InForce]:
    from autocomplete.tuning.pool import replay_on_all_cores

    engine = engine_of(given)
    where, calibration = engine.capabilities.where, _in_force(engine, given)
    run(engine.aclose())
    with _progress(plan, spec) as moved:
        opens = partial(engine_of, given)
        found = run(replay_on_all_cores(opens, plan.documents, lowest=plan.lowest, progress=moved))
    return found, where, calibration


def _elsewhere(plan: Plan, given: dict[str, Any], spec: str) -> tuple[Replayed, str, InForce]:
    """Replay with a model that is asked over the network, after asking the person; return where it runs too."""
    from autocomplete.tuning.recording import RecordedBackend

    wrapped = None
    if plan.record is not None:
        record = plan.record

        def wrapped(backend: Backend) -> RecordedBackend:
            return RecordedBackend(backend, record, offline=plan.offline)

    engine = engine_of(given, wrapped)
    backend, where = engine.backend, engine.capabilities.where
    if isinstance(backend, RecordedBackend) and backend.told:
        click.echo(inert(backend.told), err=True)
    try:
        if not plan.offline:
            _agree(plan, spec, where)
        with _progress(plan, spec) as moved:
            return run(_asked(engine, plan, moved)), where, _in_force(engine, given)
    except KeyboardInterrupt:
        if plan.record is not None and not plan.offline:
            click.echo(err=True)
            click.echo(inert(f"Stopped. What was answered is in {plan.record}: the same command goes on."), err=True)
        raise


async def _asked(engine: Autocompleter, plan: Plan, moved: Any) -> Replayed:
    from autocomplete.tuning.pool import replay_all

    try:
        async with engine:
            return await replay_all(engine, plan.documents, lowest=plan.lowest, progress=moved)
    finally:
        await engine.backend.aclose()


def _agree(plan: Plan, spec: str, where: str) -> None:
    """Tell what asking will take, and ask whether to. Raises click.Abort for a no, ConfigError where nobody can answer."""
    from autocomplete.settings import load_settings

    if is_near(where) or plan.agreed:
        return
    settings = load_settings(**plan.given)
    told = Cost.of(plan.documents).told(settings.prompt_price, settings.completion_price)
    line = f"{spec} at {where} will be sent the text, in {told}."
    if plan.record is None:
        line += " With --record FILE that is paid only once."
    else:
        line += f" Answers that are in {plan.record} are not asked for again."
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(f"{line} Add --yes to agree.")
    click.echo(inert(line), err=True)
    with echo(True):
        click.confirm("Ask it?", abort=True, err=True)


@contextmanager
def _progress(plan: Plan, spec: str) -> Iterator[Any]:
    """Show a bar on standard error where that is a terminal; give a function that is told how far it is, and of how much."""
    n_all = sum(len(document.text) for document in plan.documents)
    shown = sys.stderr.isatty()
    with click.progressbar(length=n_all, label=inert(spec), file=sys.stderr, hidden=not shown) as bar:
        yield lambda n_done, _: bar.update(n_done - bar.pos)
