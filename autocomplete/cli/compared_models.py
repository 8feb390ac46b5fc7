"""Replays each model that `autocomplete tune` compares.

Invariant: a model that fails is named and left out; the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autocomplete.cli.output import note
from autocomplete.cli.replay_run import ReplayPlan, replay_texts
from autocomplete.cli.run_config import RunConfig
from autocomplete.engine.models import is_local
from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.core.gate import LengthAware
    from autocomplete.evaluation.goals.goals import Goal
    from autocomplete.evaluation.report.summary import ReplaySummary


def replay_models(
    plan: ReplayPlan, config: RunConfig, specs: Sequence[str], wanted: Sequence[Goal], *, forced: bool = False
) -> tuple[list[ReplaySummary], dict[str, str]]:
    """Return the replay of each model, and for each that failed why; a line names it at once.

    `forced`: goals are answered from few words too.
    Raises its error where none is left, and click.Abort where the person breaks it off.
    """
    found: list[ReplaySummary] = []
    errors: dict[str, AutocompleteError] = {}
    for spec in specs:
        try:
            found.append(_summary(plan, config, spec, wanted, alone=len(specs) == 1, forced=forced))
        except AutocompleteError as error:
            errors[spec] = error
            if len(specs) > 1:
                note(f"autocomplete: {spec} is left out: {error}")
    if not found:
        raise errors[specs[0]] if len(specs) == 1 else ConfigError("No model is left to compare.")
    return found, {spec: str(error) for spec, error in errors.items()}


def _summary(
    plan: ReplayPlan, config: RunConfig, spec: str, wanted: Sequence[Goal], *, alone: bool, forced: bool
) -> ReplaySummary:
    from autocomplete.evaluation.calibration.calibration import InForce
    from autocomplete.evaluation.report.summary import ReplaySummary
    from autocomplete.evaluation.word_outcome import PredictionSource

    given = {"model": spec, "base_url": None} if is_local(spec) and not alone else {"model": spec}
    own = config.override(**given)  # the address is meant for the models on servers
    found, engine = replay_texts(plan, own)
    key = PredictionSource.of(engine.model, engine.capabilities).key
    return ReplaySummary(
        found,
        plan.documents,
        name=spec,
        where=engine.capabilities.route,
        wanted=wanted,
        forced=forced,
        gate=_gate_by_length(),
        calibration=InForce.of(key, on=own.settings.calibrate),
    )


def _gate_by_length() -> LengthAware | None:
    """Return the length-aware gate for the writer's typing speed, None where the store cannot be read."""
    from autocomplete.evaluation.goals.typing_speed import gate_for, typing_speed
    from autocomplete.evaluation.history.store import OutcomeStore

    try:
        return gate_for(typing_speed(OutcomeStore(mending=False).delays()))
    except AutocompleteError:
        return None
