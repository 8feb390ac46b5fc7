"""The settings of one run of a command, found once, and the engine that they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.core.backend import Backend
    from autocomplete.engine.autocompleter import Autocompleter


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a command goes by. `given`: the options of the command line that were used; they stand in `settings` already."""

    settings: Settings
    given: Mapping[str, Any]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> RunConfig:
        """Return the settings with the given options (those that are not None) on top. Raises ConfigError."""
        from autocomplete.config.settings import load_settings  # lazily: the editor paints before it reads settings

        given = {name: value for name, value in given.items() if value is not None}
        return cls(load_settings(**given), given)

    @classmethod
    def usable(cls, given: Mapping[str, Any]) -> RunConfig:
        """Return the same without what is wrong in the settings file or a variable, which is the editor's to show."""
        from autocomplete.config.settings import usable_settings

        given = {name: value for name, value in given.items() if value is not None}
        return cls(usable_settings(**given)[0], given)

    def override(self, **given: Any) -> RunConfig:
        """Return the settings with other options: None takes one back. Raises ConfigError."""
        return RunConfig.of({**self.given, **given})


def editor_engine(given: Mapping[str, Any]) -> Autocompleter:
    """Return the engine of the settings that can be used. Raises ConfigError."""
    return open_engine(RunConfig.usable(given))


def open_engine(config: RunConfig, wrap: Callable[[Backend], Backend] | None = None) -> Autocompleter:
    """Return the engine of the settings; its `notice` is for the caller to tell. Raises ConfigError.

    `wrap` puts something around the backend, which the engine then leaves for the caller to close.
    """
    from autocomplete.config.settings import memory_path
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.engine.models import is_local, open_backend

    settings = config.settings
    if settings.base_url is not None and is_local(settings.model):
        raise ConfigError("A base URL needs a model of that server: add --model openai:MODEL.")
    key = settings.api_key.get_secret_value() if settings.api_key else None
    url = settings.base_url
    model: str | Backend = settings.model
    if wrap is not None:
        model = wrap(open_backend(settings.model, base_url=url, api_key=key, timeout_s=settings.timeout_s))
    autocompleter = Autocompleter(
        model,
        cutoff=settings.cutoff,
        mode=settings.mode,
        max_words=settings.max_words,
        max_requests=settings.max_requests,
        base_url=url,
        api_key=key,
        timeout_s=settings.timeout_s,
        prefetch=settings.prefetch,
        memory=memory_path() if settings.remember else None,
        private=settings.private,
        local_only=settings.local_only,
    )
    if settings.calibrate:
        from autocomplete.evaluation.calibration.calibration import usable_calibration
        from autocomplete.evaluation.word_outcome import PredictionSource

        source = PredictionSource.of(autocompleter.model, autocompleter.capabilities)
        former = replace(source, place=autocompleter.capabilities.where)
        autocompleter.calibration, autocompleter.notice = usable_calibration(source.key, former.key)
    if settings.goal is not None and "cutoff" not in config.given:
        _answer_goal(autocompleter, settings.goal, stored=settings.store_outcomes)
    return autocompleter


def _answer_goal(autocompleter: Autocompleter, goal: str, *, stored: bool) -> None:
    """Set the cutoff or gate that a goal asks for, from the person's own last words; it stays where they are too few.

    `stored`: words are kept from session to session, so that there may be some.
    """
    from autocomplete.evaluation.goals.goal_tracker import answer_from_history
    from autocomplete.evaluation.goals.goals import parse_goal
    from autocomplete.evaluation.history.store import OutcomeStore
    from autocomplete.evaluation.word_outcome import PredictionSource

    mode, calibration = str(autocompleter.mode), autocompleter.calibration
    source = PredictionSource.of(autocompleter.model, autocompleter.capabilities, mode, calibration)
    try:
        answer = answer_from_history(parse_goal(goal), OutcomeStore(mending=False) if stored else None, source)
    except AutocompleteError:
        return
    if answer.gate is not None:
        autocompleter.gate = answer.gate
