"""Chooses the proxy of a request: that of the settings, or of the environment for hosts elsewhere.

Invariant: an address on this machine or in a private network goes through no proxy of the environment; its text stays there.
"""

from __future__ import annotations

import ipaddress
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from autocomplete.errors import ConfigError

#: The setting for no proxy, whatever the environment says.
NO_PROXY = "none"

_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
_PRIVATE_SUFFIXES = (".localhost", ".local", ".lan", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. `url` is what is connected to, `shown` its host and port, `source` the variable or setting that names it."""

    url: str = field(repr=False)
    shown: str
    source: str


def is_private(host: str) -> bool:
    """Return whether a host is this machine, or one that only a private network knows.

    >>> [is_private(host) for host in ("localhost", "127.0.0.1", "::1", "192.168.1.9", "gpu-box", "box.local")]
    [True, True, True, True, True, True]
    >>> is_private("api.openai.com"), is_private("8.8.8.8")
    (False, False)
    """
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host.rstrip(".") or host.rstrip(".").endswith(_PRIVATE_SUFFIXES)
    return address.is_loopback or address.is_private or address.is_link_local


def choose(scheme: str, host: str, setting: str | None) -> Proxy | None:
    """Return the proxy for an address, None where it is reached directly.

    `setting`: the address of a proxy, "none", or None for the environment's. Raises ConfigError where the proxy's address
    cannot be used.
    """
    if setting is not None:
        return None if setting.strip().lower() == NO_PROXY else _checked(setting.strip(), "proxy")
    if is_private(host):
        return None
    proxies = urllib.request.getproxies()
    name = scheme if proxies.get(scheme) else "all"
    url = proxies.get(name)
    if not url or urllib.request.proxy_bypass(host):
        return None
    return _checked(url if "://" in url else f"http://{url}", f"{name.upper()}_PROXY")


def split(url: str) -> tuple[SplitResult, str]:
    """Return the parts of an address, and its host and port as they are written; all empty where it is no address.

    >>> split("http://user@[::1]:8000/v1")[1]
    '[::1]:8000'
    """
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        return parts, host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return urlsplit(""), ""


def _checked(url: str, source: str) -> Proxy:
    parts, shown = split(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ConfigError(
            f'{source} names no proxy that can be used: give an address like http://proxy.example:3128, or set proxy = "none".'
        )
    return Proxy(url, shown, source)
