"""From a model spec to a backend.

Invariant: nothing leaves the machine unless the spec says so. `english` is local whatever keys the environment holds.
"""

from __future__ import annotations

from pathlib import Path

from autocomplete.core.backend import Backend
from autocomplete.errors import ConfigError

DEFAULT_MODEL = "english"

#: The suffix of model files that people make themselves.
NGRAM_SUFFIX = ".ngram"

#: Each spec and what it means.
SPECS = (
    ("english", "the embedded English model: in this process, no key, no network"),
    ("FILE.ngram", "a model of your own, made by autocomplete train: in this process too"),
    ("openai:MODEL", "a model behind the OpenAI API or a compatible server (--base-url)"),
)


def open_backend(
    spec: str, *, base_url: str | None = None, api_key: str | None = None, timeout_s: float | None = None
) -> Backend:
    """Return the backend that `spec` names. It loads and contacts nothing before the first request.

    Raises ConfigError for an unknown spec, or settings that do not fit it.
    """
    if is_file_spec(spec):
        return _open_file(spec.strip(), base_url)
    kind, _, model = spec.strip().partition(":")
    if kind == "english" and not model:
        if base_url is not None:
            raise ConfigError("The model 'english' runs in this process and takes no base URL: use openai:MODEL with it.")
        from autocomplete.backends.embedded import EmbeddedBackend

        return EmbeddedBackend()
    if kind == "openai" and model:
        from autocomplete.backends.openai.client import OpenAIBackend

        if timeout_s is None:
            return OpenAIBackend(model, base_url=base_url, api_key=api_key)
        return OpenAIBackend(model, base_url=base_url, api_key=api_key, timeout_s=timeout_s)
    if kind == "openai":
        raise ConfigError("Which model? Write openai:MODEL, such as openai:gpt-4.1-mini.")
    names = ", ".join(name for name, _ in SPECS)
    raise ConfigError(f"Unknown model {spec!r}. Known: {names}.")


def is_file_spec(spec: str) -> bool:
    """Return whether a spec names a model file, which runs in this process.

    >>> is_file_spec("~/models/german.ngram"), is_file_spec("openai:my.ngram"), is_file_spec("english")
    (True, False, False)
    """
    return spec.strip().endswith(NGRAM_SUFFIX) and not spec.strip().startswith("openai:")


def is_local(spec: str) -> bool:
    """Return whether a spec names a model that runs in this process, so that it needs no address and no key."""
    return spec.strip() == DEFAULT_MODEL or is_file_spec(spec)


def _open_file(spec: str, base_url: str | None) -> Backend:
    if base_url is not None:
        raise ConfigError(f"The model {spec} runs in this process and takes no base URL: use openai:MODEL with it.")
    path = Path(spec).expanduser()
    if not path.exists():
        raise ConfigError(f"There is no model file {path}: make one with autocomplete train, or name another.")
    from autocomplete.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(path)
