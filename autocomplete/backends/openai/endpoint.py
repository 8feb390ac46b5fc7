"""Where an OpenAI-like server is, and with which key it is asked.

Invariant: the key of the environment goes only to the address of the environment (OpenAI's own where it names none),
never to an address given as an argument; and no key is ever part of a message or a repr.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from autocomplete.errors import ConfigError

OPENAI_URL = "https://api.openai.com/v1"
#: Sent where no key is given: servers without keys ignore it, but the client library wants one.
NO_KEY = "no-key"

_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server. `base_url` is what is connected to; `shown_url` is the same without credentials, for messages.

    `trusts_environment`: OpenAI's own headers that the environment sets may go there.
    """

    base_url: str = field(repr=False)
    shown_url: str
    host: str
    api_key: str = field(repr=False)
    trusts_environment: bool


def resolve(base_url: str | None, api_key: str | None, environ: Mapping[str, str]) -> ServerAddress:
    """Return the server to ask. Raises ConfigError for an address or key that cannot work.

    >>> resolve("http://localhost:8000/v1", None, {"OPENAI_API_KEY": "sk-1"}).api_key
    'no-key'
    >>> resolve(None, None, {"OPENAI_API_KEY": "sk-1"}).host
    'api.openai.com'
    """
    ambient = base_url is None and not api_key
    url = (base_url or (environ.get("OPENAI_BASE_URL") if ambient else None) or OPENAI_URL).strip().rstrip("/")
    host, shown = _checked(url)
    at_openai = host == "api.openai.com" and url.startswith("https:")
    key = (api_key or (environ.get("OPENAI_API_KEY") if ambient or at_openai else None) or "").strip()
    if not key and (at_openai or ambient):
        raise ConfigError(f"No API key for {host}: set OPENAI_API_KEY, or give the base_url of a local server.")
    if not key.isascii() or any(not " " < char <= "~" for char in key):
        raise ConfigError("The API key holds characters that no key has: copy it again.")
    return ServerAddress(url, shown, host, key or NO_KEY, trusts_environment=ambient or at_openai)


def _checked(url: str) -> tuple[str, str]:
    """Return the host of `url`, and the URL without credentials and query."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        parts, port = urlsplit(""), ""
    host = parts.hostname or ""
    plausible = ":" in host or _HOST.fullmatch(host)
    if parts.scheme not in ("http", "https") or not plausible or not url.isprintable() or " " in url:
        raise ConfigError("base_url is no web address: give one like http://localhost:8000/v1.")
    return host, f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"
