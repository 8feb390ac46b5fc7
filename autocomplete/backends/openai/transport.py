"""HTTP with bounds: whole answers of at most 2 MiB, unpacked or not, as UTF-8, and one more try where a connection was dropped.

Invariant: an answer is refused before it takes more memory than its bound, and nothing of it is parsed here. A redirect is
never followed: it could carry the text to a host that nobody named.
"""

from __future__ import annotations

import os
import ssl
import zlib

import httpx2

from autocomplete.backends.openai.proxy import Proxy
from autocomplete.errors import BackendRejected, ConfigError

#: Bytes of an answer, as it comes and unpacked.
MOST_BYTES = 2 * 1024 * 1024

_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
#: Wbits of zlib for each encoding that is unpacked.
_ENCODINGS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
#: Errors of a connection that the other side closed during a request.
_DROPPED = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)


class AnswerRefusedError(Exception):
    """An answer that is not read. The message is a fixed phrase of ours."""


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Sends through `pooled`; where a connection is dropped before it answers, once more through `fresh`."""

    def __init__(self, pooled: httpx2.AsyncBaseTransport, fresh: httpx2.AsyncBaseTransport) -> None:
        self._pooled, self._fresh = pooled, fresh

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer, read to its end. Raises AnswerRefusedError beside the errors of HTTP."""
        try:
            response = await self._pooled.handle_async_request(request)
        except _DROPPED:
            response = await self._fresh.handle_async_request(request)
        try:
            return httpx2.Response(
                response.status_code,
                headers=[pair for pair in response.headers.multi_items() if pair[0].lower() not in _OF_THE_BODY],
                content=await _body(response),
                request=request,
            )
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pooled.aclose()
        await self._fresh.aclose()


#: Headers that no longer hold once the body is read: JSON is UTF-8, whatever its header says.
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "content-type", "transfer-encoding"})


async def _body(response: httpx2.Response) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", *_ENCODINGS):
        raise AnswerRefusedError("the answer is packed in a way that was not asked for")
    parts: list[bytes] = []
    size = 0
    async for part in response.stream:  # type: ignore[union-attr]  # an asynchronous transport gives such a stream
        size += len(part)
        if size > MOST_BYTES:
            raise AnswerRefusedError("the answer is too long")
        parts.append(part)
    packed = b"".join(parts)
    return packed if encoding == "identity" else _unpacked(packed, _ENCODINGS[encoding])


def _unpacked(packed: bytes, wbits: int) -> bytes:
    try:
        body = zlib.decompressobj(wbits).decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        raise AnswerRefusedError("the answer cannot be unpacked") from None
    if len(body) > MOST_BYTES:
        raise AnswerRefusedError("the answer is too long")
    return body


def http_client(*, secure: bool, proxy: Proxy | None) -> httpx2.AsyncClient:
    """Return a client that takes nothing from the environment but certificates. `secure`: for an https address.

    Raises BackendRejected or ConfigError, in one line that names the variable or setting that cannot be used.
    """
    verify = _certificates() if secure else False  # nothing is encrypted, and certificates take time to load

    def transport(limits: httpx2.Limits) -> httpx2.AsyncHTTPTransport:
        return httpx2.AsyncHTTPTransport(
            verify=verify, trust_env=False, limits=limits, proxy=None if proxy is None else httpx2.Proxy(proxy.url)
        )

    try:
        bounded = BoundedTransport(
            transport(httpx2.Limits(max_connections=1000, max_keepalive_connections=100)),
            transport(httpx2.Limits(max_connections=1000, max_keepalive_connections=0)),
        )
    except ImportError:
        source = "" if proxy is None else proxy.source
        raise ConfigError(
            f'{source} names a SOCKS proxy, which needs another package: pip install socksio, or set proxy = "none".'
        ) from None
    headers = {"Accept-Encoding": "identity"}
    return httpx2.AsyncClient(transport=bounded, trust_env=False, timeout=None, follow_redirects=False, headers=headers)


def _certificates() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except (OSError, ssl.SSLError) as exc:
        named = " or ".join(name for name in _TLS_VARIABLES if os.environ.get(name)) or "The system's certificates"
        raise BackendRejected(f"{named} cannot be used for an encrypted connection: name a file that is there.") from exc
