"""Settings: the file `settings.toml` in the user's configuration folder, then AUTOCOMPLETE_* variables, then the command line.

Invariant: an invalid setting is a `ConfigError` that names it and what it may be; a key is never printed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from autocomplete.engine import DEFAULT_REQUESTS
from autocomplete.errors import ConfigError
from autocomplete.gate import DEFAULT_CUTOFF
from autocomplete.registry import DEFAULT_MODEL


def settings_path() -> Path:
    """Return where the settings file is looked for."""
    return platformdirs.user_config_path("autocomplete") / "settings.toml"


class Settings(BaseSettings):
    """What a person can set. Probabilities are 0..1, times seconds."""

    model_config = SettingsConfigDict(env_prefix="AUTOCOMPLETE_", extra="forbid", hide_input_in_errors=True)

    model: str = DEFAULT_MODEL
    cutoff: float = Field(DEFAULT_CUTOFF, ge=0.0, le=1.0, allow_inf_nan=False)
    mode: Literal["certified", "estimated"] = "certified"
    max_words: int = Field(1, ge=1, le=20)
    max_requests: int = Field(DEFAULT_REQUESTS, ge=0, le=1000)
    base_url: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float | None = Field(None, gt=0.0)
    prefetch: bool = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_path())


def load_settings(**given: Any) -> Settings:
    """Return the settings, with what is `given` (and not None) on top.

    A key in the file belongs to the address in the file: it is dropped where the address comes from elsewhere.
    Raises ConfigError for a value that cannot be, an unknown setting, or a settings file that is no TOML.
    """
    if settings_path().is_dir():  # which the TOML source would take for no file
        raise ConfigError(f"Cannot read {settings_path()}: it is a folder.")
    given = {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise ConfigError(f"Unknown setting {name!r} in {settings_path()}: remove it.") from None
        if name == "cutoff":
            raise ConfigError("Bad cutoff: give a probability from 0 to 1, such as 0.6.") from None
        raise ConfigError(f"Bad {name}: {first['msg'][0].lower()}{first['msg'][1:]}.") from None
    except OSError as error:
        raise ConfigError(f"Cannot read {settings_path()}: {error.strerror or error}.") from None
    except ValueError as error:  # no TOML, or no UTF-8
        raise ConfigError(f"Cannot read {settings_path()}: {str(error).splitlines()[0]}.") from None
    if settings.model == DEFAULT_MODEL and "model" in given and "base_url" not in given:
        settings.base_url = settings.api_key = None  # meant for the model that this one replaces
    if not _key_belongs(given):
        settings.api_key = None
    return settings


def _key_belongs(given: dict[str, Any]) -> bool:
    """Return whether the key may go to the address: one in the file must not go to an address that is named elsewhere."""
    variables = {name.upper() for name in os.environ}
    elsewhere = "base_url" in given or "AUTOCOMPLETE_BASE_URL" in variables
    return "AUTOCOMPLETE_API_KEY" in variables or not elsewhere
