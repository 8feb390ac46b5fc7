"""The address of an OpenAI-like server, and the key with which it is asked.

Invariant: the key of the environment goes only to the address of the environment (OpenAI's own where it names none),
never to an address given as an argument; and no key is ever part of a message or a repr.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from autocomplete.backends.openai.proxy import split
from autocomplete.errors import ConfigError

OPENAI_URL = "https://api.openai.com/v1"
#: Sent where no key is given: servers without keys ignore it, but the client library wants one.
NO_KEY = "no-key"

#: What people copy with the address, though each request adds its own.
_ROUTE = re.compile(r"/(?:chat/)?completions$")

#: Names of this machine.
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server. `base_url` holds no credentials. `authorization`: the header; `query`: sent with each request.

    `trusts_environment`: OpenAI's own headers that the environment sets may go there.
    """

    base_url: str
    host: str
    api_key: str = field(repr=False)
    authorization: str = field(repr=False)
    trusts_environment: bool
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def scheme_and_host(self) -> tuple[str, str]:
        """The scheme, http or https, and the host."""
        return self.base_url.partition(":")[0], self.host

    @property
    def identity(self) -> str:
        """What tells the server from others: host, port unless it is the usual one, and path; this machine has one name.

        >>> [resolve(url, None, {}).identity for url in ("HTTP://127.0.0.1:8097/v1/", "https://Example.org:443/v1")]
        ['localhost:8097/v1', 'example.org/v1']
        """
        parts = urlsplit(self.base_url)
        host = "localhost" if self.host in _LOOPBACK else self.host.rstrip(".")
        port = "" if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{parts.port}"
        return f"{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def resolve(base_url: str | None, api_key: str | None, environ: Mapping[str, str]) -> ServerAddress:
    """Return the server to ask. Raises ConfigError for an address or key that cannot work.

    >>> resolve("http://localhost:8000/v1", None, {"OPENAI_API_KEY": "sk-1"}).api_key
    'no-key'
    >>> resolve(None, None, {"OPENAI_API_KEY": "sk-1"}).host
    'api.openai.com'
    """
    ambient = base_url is None and not api_key
    url = (base_url or (environ.get("OPENAI_BASE_URL") if ambient else None) or OPENAI_URL).strip()
    parts, host, shown = _checked(url)
    at_openai = host == "api.openai.com" and parts.scheme == "https"
    key = (api_key or (environ.get("OPENAI_API_KEY") if ambient or at_openai else None) or "").strip()
    password = parts.username is not None or parts.password is not None
    if password and api_key:
        raise ConfigError("base_url holds a password and there is an API key: give one of them.")
    if not key and not password and (at_openai or ambient):
        raise ConfigError(f"No API key for {host}: set OPENAI_API_KEY, or give the base_url of a local server.")
    if not key.isascii() or any(not " " < char <= "~" for char in key):
        raise ConfigError("The API key holds characters that no key has: copy it again.")
    return ServerAddress(
        shown,
        host,
        key or NO_KEY,
        authorization=_basic(parts) if password else f"Bearer {key or NO_KEY}",
        trusts_environment=ambient or at_openai,
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
    )


def _checked(url: str) -> tuple[SplitResult, str, str]:
    """Return the parts of `url`, its host, and the URL without credentials and query."""
    parts, host_and_port = split(url)
    host = parts.hostname or ""
    plausible = ":" in host or _HOST.fullmatch(host)
    if parts.scheme not in ("http", "https") or not plausible or not url.isprintable() or " " in url or "#" in url:
        raise ConfigError("base_url is no web address: give one like http://localhost:8000/v1.")
    path = _ROUTE.sub("", parts.path.rstrip("/"))
    return parts, host, f"{parts.scheme}://{host_and_port}{path}"


def _basic(parts: SplitResult) -> str:
    """Return the header for the user and password of an address, which is then connected to without them."""
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
