"""The models that `autocomplete tune` compares: each one's replay with what the report needs.

Invariant: a model that fails is left out and told; the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.common import inert
from autocomplete.cli.replaying import ReplayPlan, replayed
from autocomplete.engine.models import is_local
from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.evaluation.calibration.calibration import InForce
    from autocomplete.evaluation.goals.goals import Goal
    from autocomplete.evaluation.report.summary import ReplaySummary


def tuned_models(
    plan: ReplayPlan, specs: Sequence[str], wanted: Sequence[Goal]
) -> tuple[list[ReplaySummary], dict[str, str]]:
    """Return each model's replay, and why models that failed are left out: told in a line each, and the others go on.

    Raises its error where none is left, and click.Abort where the person breaks it off.
    """
    found: list[ReplaySummary] = []
    errors: dict[str, AutocompleteError] = {}
    for spec in specs:
        try:
            found.append(_tuned(plan, spec, wanted, alone=len(specs) == 1))
        except AutocompleteError as error:
            errors[spec] = error
            if len(specs) > 1:
                click.echo(inert(f"autocomplete: {spec} is left out: {error}"), err=True)
    if not found:
        raise errors[specs[0]] if len(specs) == 1 else ConfigError("No model is left to compare.")
    return found, {spec: str(error) for spec, error in errors.items()}


def _tuned(plan: ReplayPlan, spec: str, wanted: Sequence[Goal], *, alone: bool) -> ReplaySummary:
    from autocomplete.evaluation.report.summary import ReplaySummary

    given = {**plan.given, "model": spec}
    if is_local(spec) and not alone:
        given["base_url"] = None  # it is meant for the others
    found, engine = replayed(plan, given)
    return ReplaySummary(
        found,
        plan.documents,
        name=spec,
        where=engine.capabilities.where,
        wanted=wanted,
        gate=_own_gate(),
        calibration=_in_force(engine, given),
    )


def _in_force(engine: Autocompleter, given: dict[str, Any]) -> InForce:
    """Return whether a stored calibration corrects what an engine of these settings finds."""
    from autocomplete.config.settings import load_settings
    from autocomplete.evaluation.calibration.calibration import InForce
    from autocomplete.evaluation.word_outcome import PredictionSource

    key = PredictionSource.of(engine.model, engine.capabilities).key
    return InForce.of(key, on=load_settings(**given).calibrate)


def _own_gate() -> Any:
    """Return the length-aware gate with the writer's own times; the usual ones where the store cannot be read."""
    from autocomplete.evaluation.goals.typing_speed import gate_for, typing_speed
    from autocomplete.evaluation.history.store import OutcomeStore

    try:
        return gate_for(typing_speed(OutcomeStore(mending=False).delays()))
    except AutocompleteError:
        return None
