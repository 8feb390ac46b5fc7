"""The settings that this run of the editor goes by, and how they are changed for good.

Invariant: without a settings file to write to, nothing is read from the environment and nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Settings
    from autocomplete.editor import SettingsFault

#: From what a command line would give to the engine.
Opener = Callable[[dict[str, Any]], "Autocompleter"]


def _short(line: str) -> str:
    """Return a line with "~" for the person's home, if anyone knows where that is."""
    try:
        return line.replace(f"{Path.home()}{os.sep}", f"~{os.sep}")
    except RuntimeError:
        return line


@lru_cache(1024)
def _is_private(path: Path, patterns: tuple[str, ...]) -> bool:
    """Return whether a file is private, as it was when that was first asked: following 50 links takes 12 ms."""
    from autocomplete.editor import is_private

    return is_private(path, patterns)


class Preferences:
    """What the command line gave, over the environment, over the settings file.

    `given`: values of the command line, None for those it left out. `opener` opens an engine for such values. Without
    them these are the defaults, kept for this run only. What cannot be in the file or a variable is left out; `faults` tells
    of it. Raises ConfigError for a value of the command line that cannot be.
    """

    def __init__(self, given: Mapping[str, Any] | None = None, opener: Opener | None = None) -> None:
        self._given = {name: value for name, value in (given or {}).items() if value is not None}
        self._opener = opener
        self.lasting = given is not None
        self.aside = ""
        self._chosen: tuple[str | None] | None = None  # the goal that was chosen while this runs
        self.settings, self.faults = self._read()

    def _read(self) -> tuple[Settings, tuple[SettingsFault, ...]]:
        from autocomplete import Settings
        from autocomplete.editor import usable_settings

        return usable_settings(**self._given) if self.lasting else (Settings.model_construct(), ())

    def save(self, changes: Mapping[str, Any], *, anew: bool = False) -> None:
        """Write `changes` to the settings file (None: back to the default), and go by them. Raises ConfigError.

        `anew`: to a new file; the damaged one is kept as `aside`.
        """
        from autocomplete.editor import save_settings, set_settings_aside, usable_settings

        self.aside = ""
        if self.lasting:
            if anew:
                usable_settings(**changes)  # raises before anything is moved
                self.aside = set_settings_aside().name
            save_settings(changes)
            self.settings, self.faults = self._read()
        else:
            self.hold(changes)
        if "goal" in changes:
            self.set_goal(changes["goal"])

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

    @property
    def damage(self) -> str:
        """What is wrong with the settings file as a whole, "" where it can be read: until it is mended nothing is saved."""
        return next((fault.message for fault in self.faults if fault.setting is None), "")

    def fault(self, name: str) -> str:
        """Return what is wrong with a setting in the file or a variable, "" where nothing is."""
        return next((fault.message for fault in self.faults if fault.setting == name), "")

    @property
    def fault_message(self) -> str:
        """What is wrong with the settings, in a line for the start; "" where nothing is."""
        if not self.faults:
            return ""
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        left = "It is left as it is; the defaults hold." if self.damage else "It is left as it is; the default holds."
        return f"{_short(self.faults[0].message)} {left}{more}"

    def source(self, name: str) -> str:
        """Return where a setting's value comes from, in words for people."""
        from autocomplete.editor import settings_source

        return settings_source(name, self._given) if self.lasting else "default"

    def is_private(self, path: Path) -> bool:
        """Return whether nothing is to be remembered of a file, not even that it was open."""
        return _is_private(path, self.settings.private)

    def set_goal(self, goal: str | None) -> None:
        """Go by a goal that was chosen by hand, or by none, in this run: whatever the command line or a variable says."""
        self._chosen = (goal,)

    @property
    def goal(self) -> str | None:
        """The goal to pursue: that chosen while this runs, else that of the settings unless the command line gave a cutoff."""
        if self._chosen is not None:
            return self._chosen[0]
        return None if "cutoff" in self._given else self.settings.goal

    @property
    def place(self) -> str:
        """Where the settings are kept, in words for people."""
        from autocomplete.editor import settings_path

        return str(settings_path()) if self.lasting else "this run only"

    @property
    def can_switch(self) -> bool:
        """Whether another model can be opened."""
        return self._opener is not None

    def engine(self) -> Autocompleter:
        """Return the engine of the settings. Raises as `open` does."""
        return self._opened({})

    @property
    def names_model(self) -> bool:
        """Whether the command line says which model is to be asked, or where."""
        return bool(self._given.keys() & {"model", "base_url"})

    def open(self, model: str, base_url: str | None) -> Autocompleter:
        """Return the engine of another model. Imports and opens it, so it belongs in a thread. Raises ConfigError."""
        return self._opened({"model": model, "base_url": base_url})

    def _opened(self, asked: Mapping[str, Any]) -> Autocompleter:
        if self._opener is None:
            raise RuntimeError("there is no opener")
        return self._opener({**self._given, **asked})
