"""Settings: the file `settings.toml` in the user's configuration folder, then AUTOCOMPLETE_* variables, then the command line.

Invariant: an invalid setting is a `ConfigError` that names it and what it may be; a key is never printed.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from autocomplete.core.gate import DEFAULT_CUTOFF
from autocomplete.engine.autocompleter import DEFAULT_REQUESTS
from autocomplete.engine.models import DEFAULT_MODEL, is_local
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def settings_path() -> Path:
    """Return where the settings file is looked for."""
    return platformdirs.user_config_path("autocomplete") / "settings.toml"


def memory_path() -> Path:
    """Return where what is remembered is kept: in the user's data folder."""
    return platformdirs.user_data_path("autocomplete") / "memory.sqlite"


class Settings(BaseSettings):
    """What a person can set: `load_settings` finds it. Probabilities are 0..1, times seconds."""

    model_config = SettingsConfigDict(env_prefix="AUTOCOMPLETE_", extra="forbid", hide_input_in_errors=True)

    model: str = Field(DEFAULT_MODEL, description="english (on this machine), FILE.ngram or openai:MODEL.")
    cutoff: float = Field(
        DEFAULT_CUTOFF,
        ge=0.0,
        le=1.0,
        allow_inf_nan=False,
        description="Least probability of a word that is shown, 0 to 1.",
    )
    mode: Literal["certified", "estimated"] = Field(
        "certified",
        description="certified holds all that a server did not list against each word; estimated shares it out.",
    )
    max_words: int = Field(1, ge=1, le=20, description="Most words of a suggestion, 1 to 20.")
    max_requests: int = Field(DEFAULT_REQUESTS, ge=0, le=1000, description="Requests that one decision may make, 0 to 1000.")
    base_url: str | None = Field(None, description="Address of an OpenAI-compatible server, ending in /v1.")
    api_key: SecretStr | None = Field(None, description="Key for that address and for no other; kept readable by you alone.")
    timeout_s: float | None = Field(None, gt=0.0, description="Seconds to wait for a server; empty: the model's own.")
    prefetch: bool = Field(True, description="Ask for what follows a word while that word is shown.")
    remember: bool = Field(
        False, description="Keep your own words and repeated phrases on this machine for the next session; no text."
    )
    private: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="More files that are never learned from, kept or sent: *diary*, ~/letters/*; !name lets one through."
    )
    local_only: bool = Field(False, description="Refuse every model on another machine: no text leaves this one.")
    prompt_price: float | None = Field(
        None, ge=0.0, allow_inf_nan=False, description="Price of a million tokens that are sent, to tell the cost."
    )
    completion_price: float | None = Field(
        None, ge=0.0, allow_inf_nan=False, description="Price of a million tokens that come back."
    )
    goal: str | None = Field(
        None, description="A goal in place of the cutoff: precision=0.9, shows<=5/100 words, savings=max or time."
    )
    calibrate: bool = Field(True, description="Correct probabilities by what autocomplete calibrate found, if it was run.")
    store_outcomes: bool = Field(
        True,
        description="Keep figures of what came of suggestions on this machine: numbers only, see autocomplete stats.",
    )
    holdout_rate: float = Field(
        0.01,
        ge=0.0,
        le=0.1,
        allow_inf_nan=False,
        description="Share of words whose suggestion is hidden at random, to measure how far it steers you; 0: none.",
    )
    space_after: bool = Field(
        True, description="After a word that was taken, the first letter of the next one brings the space between them."
    )
    theme: str = Field("textual-dark", description="Colours of the editor.")
    ghost_style: Literal["colour", "plain"] = Field(
        "colour", description="How a suggestion shows its strength: shades of colour, or plain (underline and weight)."
    )
    soft_wrap: bool = Field(True, description="Wrap long lines at the edge of the editor.")
    line_numbers: bool = Field(False, description="Show line numbers in the editor.")
    save_in_place: bool = Field(
        False,
        description="Overwrite files instead of replacing them: for programs that watch a file, and file systems that need it.",
    )

    @field_validator("cutoff", "holdout_rate", mode="before")
    @classmethod
    def _percentage(cls, value: object) -> object:
        """Take 60% for 0.6."""
        if isinstance(value, str) and (number := value.strip()).endswith("%"):
            try:
                return float(number[:-1]) / 100.0
            except ValueError:
                return value
        return value

    @field_validator("goal")
    @classmethod
    def _goal(cls, value: str | None) -> str | None:
        """Return the goal as it is written plainly, None for an empty one."""
        from autocomplete.evaluation.goals.goals import parse_goal

        try:
            return str(parse_goal(value)) if value and value.strip() else None
        except ConfigError as exc:
            raise PydanticCustomError("goal", "{why}", {"why": str(exc).rstrip(".")}) from None

    @field_validator("private", mode="before")
    @classmethod
    def _patterns(cls, value: object) -> object:
        """Take one text with commas for a list too: a variable and an entry line have no other."""
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given and no more: the functions below read variables and file, and know which value came from where."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """A fault in the settings file or a variable. `setting`: which one, None for the whole file. `message`: one line."""

    setting: str | None
    message: str


def load_settings(**given: Any) -> Settings:
    """Return the settings, with what is `given` (and not None) on top.

    A key in the file belongs to the address in the file: it is dropped where the address comes from elsewhere.
    Raises ConfigError for a value that cannot be, an unknown setting, or a settings file that is no TOML.
    """
    settings, faults = usable_settings(**given)
    if faults:
        raise ConfigError(faults[0].message)
    return settings


def usable_settings(**given: Any) -> tuple[Settings, tuple[SettingsFault, ...]]:
    """Return the usable settings, and the faults in the file and the variables that were left out.

    A bad variable gives way to the file, anything else to its default; but where it is not known which files are private, all
    are; where it is not known whether figures may be kept, none are; and where the address of a server is lost, the model is
    that of this machine, since no text may go anywhere else for it. Raises ConfigError for a `given` value that cannot be.
    """
    given = {name: value for name, value in given.items() if value is not None}
    variables = EnvSettingsSource(Settings, env_ignore_empty=True)()
    file, faults = _file_and_faults()
    while True:
        try:
            settings = Settings(**{**file, **variables, **given})
            break
        except ValidationError as error:
            bad = {str(one["loc"][0]): one for one in reversed(error.errors(include_url=False, include_input=False))}
            found = [SettingsFault(name, _message(bad[name], given)) for name in reversed(bad)]
            if by_hand := next((fault for fault in found if fault.setting in given), None):
                raise ConfigError(by_hand.message) from None
            for name in bad:
                (variables if name in variables else file).pop(name)
            faults += found
    if is_local(settings.model) and ("model" in given or faults) and "base_url" not in given:
        settings.base_url = settings.api_key = None  # meant for the model that this one replaces
    if not _key_belongs(given):
        settings.api_key = None
    if faults:
        _be_cautious(settings, {fault.setting for fault in faults}, {*variables, *given})
    return settings, tuple(faults)


def _file_and_faults() -> tuple[dict[str, Any], list[SettingsFault]]:
    """Return the values in the settings file and its faults: no values where it cannot be read."""
    path = settings_path()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [SettingsFault(None, f"Cannot read {path}: {error.strerror or error}.")]
    try:
        return tomllib.loads(data.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = f"line {line} is not UTF-8"
    except (
        ValueError,
        RecursionError,
    ) as error:  # what Python says of a number with thousands of digits, or of brackets
        why = str(error).splitlines()[0]
    return {}, [SettingsFault(None, f"Cannot read {path}: {why}.")]


def _message(error: ErrorDetails, given: dict[str, Any]) -> str:
    """Return one line: what is wrong with a value, where to mend it, and what it may be."""
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} in {settings_path()}: remove it."
    where = _where(str(error["loc"][0]), given)
    if name == "cutoff":
        return f"Bad cutoff{where}: give a probability from 0 to 1, such as 0.6, or 60%."
    return f"Bad {name}{where}: {error['msg'][0].lower()}{error['msg'][1:]}."


def _be_cautious(settings: Settings, lost: set[str | None], known: set[str]) -> None:
    """Choose the careful value for each `lost` setting (None: the whole file) that is not `known` from elsewhere."""

    def is_lost(name: str) -> bool:
        return bool(lost & {name, None}) and name not in known

    if is_lost("private"):
        settings.private = ("*",)
    if is_lost("store_outcomes"):
        settings.store_outcomes = False
    if is_lost("base_url") and not is_local(settings.model):
        settings.model = DEFAULT_MODEL
        settings.base_url = settings.api_key = None


def _where(name: str, given: dict[str, Any]) -> str:
    """Return where to mend a bad value, in words; "" where it came from the command line."""
    if name in given:
        return ""
    variable = f"AUTOCOMPLETE_{name.upper()}"
    return f" in {variable}" if variable in environment_names() else f" in {settings_path()}"


def environment_names() -> set[str]:
    """Return the names, in capitals, of the environment's variables; one that is empty counts as unset."""
    return {name.upper() for name, value in os.environ.items() if value}


def _key_belongs(given: dict[str, Any]) -> bool:
    """Return whether the key may go to the address: one in the file must not go to an address that is named elsewhere."""
    variables = environment_names()
    elsewhere = "base_url" in given or "AUTOCOMPLETE_BASE_URL" in variables
    return "AUTOCOMPLETE_API_KEY" in variables or not elsewhere
