"""Changes `settings.toml`, and says where a setting comes from.

Invariant: comments, order and everything else that a person wrote into the file stay; a value that cannot be is refused
before the file is touched; the file is replaced whole or not at all, and only its owner can read a key in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from autocomplete.config import settings as _settings
from autocomplete.config.settings import Settings, usable_settings
from autocomplete.errors import ConfigError
from autocomplete.io.atomic_write import move_aside, write_bytes

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def save_settings(changes: Mapping[str, Any]) -> Path:
    """Write `changes` into the settings file, making it where there is none, and return its path.

    A value of None takes the setting out of the file, so that its default holds again. What else is there stays, bad values
    too. Symbolic links are followed. Raises ConfigError for an unknown setting, a value that cannot be, or a file that cannot
    be read or written.
    """
    for name in changes:
        if name not in Settings.model_fields:
            raise ConfigError(f"Unknown setting {name!r}.")
    path = _settings.settings_path()
    document = _read(path)
    usable_settings(**changes)  # raises where one cannot be
    checked = Settings(**{name: value for name, value in changes.items() if value is not None})
    for name in changes:
        if (value := getattr(checked, name)) is None or changes[name] is None:
            document.pop(name, None)
        else:
            document[name] = _plain(value)
    _write(path, document.as_string(), private="api_key" in document)
    return path


def set_settings_aside() -> Path:
    """Move a settings file that is damaged out of the way of a new one, and return its path from then on.

    Raises ConfigError where that cannot be done.
    """
    path = _settings.settings_path()
    try:
        return move_aside(path)
    except OSError as error:
        raise ConfigError(f"Cannot move {path}: {error.strerror or error}.") from None


def settings_source(name: str, given: Mapping[str, Any]) -> str:
    """Return where the value of a setting comes from: "command line", "environment", "settings file" or "default".

    `given` is what the command line gave, None for what it left out.
    """
    if given.get(name) is not None:
        return "command line"
    if f"AUTOCOMPLETE_{name.upper()}" in _settings.environment_names():
        return "environment"
    try:
        return "settings file" if name in _read(_settings.settings_path()) else "default"
    except ConfigError:
        return "default"


def _read(path: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror or error}.") from None
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: {str(error).splitlines()[0]}. Mend it by hand first.") from None


def _plain(value: Any) -> Any:
    """Return a setting as a value that TOML has."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return [*value] if isinstance(value, tuple) else value


def _write(path: Path, text: str, *, private: bool) -> None:
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, text.encode(), new_mode=0o600, most_mode=0o600 if private else 0o777)
    except OSError as error:
        raise ConfigError(f"Cannot write {path}: {error.strerror or error}.") from None
