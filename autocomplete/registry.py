"""From a model spec to a backend.

Invariant: nothing leaves the machine unless the spec says so. `english` is local whatever keys the environment holds.
"""

from __future__ import annotations

from autocomplete.backends import Backend
from autocomplete.errors import ConfigError

DEFAULT_MODEL = "english"

SPECS = (
    ("english", "the embedded English model: in this process, no key, no network"),
    ("openai:MODEL", "a model behind the OpenAI API or a compatible server (--base-url)"),
)


def open_backend(
    spec: str, *, base_url: str | None = None, api_key: str | None = None, timeout_s: float | None = None
) -> Backend:
    """Return the backend that `spec` names. Nothing is loaded or contacted before it is asked.

    Raises ConfigError for an unknown spec, or where the settings do not fit it.
    """
    kind, _, model = spec.strip().partition(":")
    if kind == "english" and not model:
        if base_url is not None:
            raise ConfigError(
                "The model 'english' runs in this process and takes no base URL: use openai:MODEL with it."
            )
        from autocomplete.backends.english import EnglishBackend

        return EnglishBackend()
    if kind == "openai" and model:
        from autocomplete.backends.openai_backend import OpenAIBackend

        if timeout_s is None:
            return OpenAIBackend(model, base_url=base_url, api_key=api_key)
        return OpenAIBackend(model, base_url=base_url, api_key=api_key, timeout_s=timeout_s)
    if kind == "openai":
        raise ConfigError("Which model? Write openai:MODEL, such as openai:gpt-4.1-mini.")
    known = ", ".join(name for name, _ in SPECS)
    raise ConfigError(f"Unknown model {spec!r}. Known: {known}.")
