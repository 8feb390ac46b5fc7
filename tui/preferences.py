"""The settings that this run of the editor goes by, and how they are changed for good.

Invariant: without a settings file to write to, nothing is read from the environment and nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Settings

#: From what a command line would give to the engine.
Opener = Callable[[dict[str, Any]], "Autocompleter"]


class Preferences:
    """What the command line gave, over the environment, over the settings file.

    `given`: values of the command line, None for those it left out. `opener` opens an engine for such values. Without
    them these are the defaults, kept for this run only.
    """

    def __init__(self, given: Mapping[str, Any] | None = None, opener: Opener | None = None) -> None:
        from autocomplete import Settings, load_settings

        self._given = {name: value for name, value in (given or {}).items() if value is not None}
        self._opener = opener
        self.lasting = given is not None
        self.settings: Settings = load_settings(**self._given) if self.lasting else Settings.model_construct()

    def save(self, changes: Mapping[str, Any]) -> None:
        """Write `changes` to the settings file (None: back to the default), and go by them. Raises ConfigError."""
        from autocomplete import load_settings, save_settings

        if self.lasting:
            save_settings(changes)
            self.settings = load_settings(**self._given)
        else:
            self.hold(changes)

    async def check(self, changes: Mapping[str, Any]) -> None:
        """Raise ConfigError where `changes` lead to a model that cannot be: saved, it would keep the editor from starting."""
        if self._opener is not None and changes.keys() & {"model", "base_url"}:
            model = changes.get("model", self.settings.model) or type(self.settings).model_fields["model"].default
            asked = {"model": model, "base_url": changes.get("base_url", self.settings.base_url)}
            engine = await asyncio.to_thread(self._opener, {**self._given, **asked})
            await engine.aclose()

    def hold(self, changes: Mapping[str, Any]) -> None:
        """Go by `changes`, which can be, for this run (None: back to the default)."""
        settings = self.settings.model_copy()
        for name, value in changes.items():
            given = type(settings).model_fields[name].get_default() if value is None else value
            type(settings).__pydantic_validator__.validate_assignment(settings, name, given)
        self.settings = settings

    def source(self, name: str) -> str:
        """Return where a setting's value comes from, in words for people."""
        from autocomplete import settings_source

        return settings_source(name, self._given) if self.lasting else "default"

    @property
    def goal(self) -> str | None:
        """The goal to pursue; None where the command line gave a cutoff in its place."""
        return None if "cutoff" in self._given else self.settings.goal

    @property
    def place(self) -> str:
        """Where the settings are kept, in words for people."""
        from autocomplete import settings_path

        return str(settings_path()) if self.lasting else "this run only"

    @property
    def can_switch(self) -> bool:
        """Whether another model can be opened."""
        return self._opener is not None

    def open(self, model: str, base_url: str | None) -> Autocompleter:
        """Return the engine of another model. Imports and opens it, so it belongs in a thread. Raises ConfigError."""
        if self._opener is None:
            raise RuntimeError("there is no opener")
        return self._opener({**self._given, "model": model, "base_url": base_url})
