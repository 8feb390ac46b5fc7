"""A server in a process of its own that answers as broken servers, proxies and networks do: FaultyServer.

The prompt says how: "... MODE NUMBER to hearing". Its address is printed first; when its input ends it prints what it saw.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import random
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

#: Words that are in keys and texts, and that a server may send back.
KEY, SECRET = "sk-zebraKEY77", "marzipan"
_JSON = "content-type: application/json\r\n"
_ERROR = b'{"error":{"message":"' + SECRET.encode() + KEY.encode() + b'","code":"rate_limit_exceeded"}}'
_BOMB = gzip.compress(b" " * 300_000_000, 1)
_DATES = (
    "Wed, 21 Oct 2099 07:28:00 GMT",
    "Wed, 21 Oct 2099 07:28:00 GMT\r\ndate: Wed, 21 Oct 2099 07:27:53 GMT",
    "Thu, 99 Foo 2099",
)
_RETRY_AFTER = ("7", "0.5", "-3", "1e9", "nan", "inf", "1e400", "abc", "9" * 5000, "\xb2", *_DATES)
_CHARSETS = ("utf-16", "utf-32", "idna", "base64", "zlib", "hex", "rot13", "undefined", "latin-1", ";;;", "x" * 99)
_NUMBERS = (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"0.3", b"1" * 5000, b"null", b'"-0.2"', b"true", b"-0")
_REPEATED = (
    (b'"logprobs": {', b'"logprobs": null, "logprobs": {'),
    (b'" from": -0.2', b'" from": -0.2, " from": -0.3'),
    (b'" from": -0.2', b'" from": -0.05, " from": -0.2'),
    (b'"token_logprobs"', b'"token_logprobs": [-0.0], "token_logprobs"'),
    (b'"choices"', b'"choices": [], "choices"'),
)
_NESTED = ("[", '{"error":', '{"a":', '{"choices":[')
_BROKEN = (
    *(b"garbage\r\n\r\n", b"HTTP/1.1 999 x\r\ncontent-length: 0\r\n\r\n", b"HTTP/1.1 200\r\n\r\n", b"\x16\x03\x01\x02"),
    *(b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    *(b"HTTP/1.1 204 No\r\n\r\n", b"HTTP/1.1 200 OK\r\nx y\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 9\r\n\r\nabc",
)
_STATUSES = ("201", "206", "400", "401", "403", "404", "405", "408", "409", "413", "418", "422")

Reply = tuple[bytes, str]  # what is sent, and what becomes of the connection: keep, close, reset, drip or hang


def http(status: str, body: bytes, headers: str = _JSON, length: int | None = None) -> bytes:
    """Return an answer as it goes over the wire. `length`: what it says of its length, by default the truth."""
    head = f"HTTP/1.1 {status} x\r\n{headers}content-length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode("latin-1") + body


def _retry_after(_: bytes, rng: random.Random) -> Reply:
    name = rng.choice(("retry-after", "retry-after-ms"))
    return http("429", _ERROR, f"{name}: {rng.choice(_RETRY_AFTER)}\r\n" if rng.random() < 0.9 else ""), "keep"


def _encoded(good: bytes, rng: random.Random) -> Reply:
    name = rng.choice(("gzip", "deflate", "br", "zstd", "compress", "gzip, gzip", "identity, x"))
    body = rng.choice((good, gzip.compress(good), gzip.compress(good)[:-9]))
    return http("200", body, f"{_JSON}content-encoding: {name}\r\n"), "keep"


def _redirected(_: bytes, rng: random.Random) -> Reply:
    to = rng.choice(("/elsewhere", "//127.0.0.1/elsewhere", "file:///etc/passwd", "", "http://127.0.0.1:1/elsewhere"))
    return http(rng.choice(("301", "302", "303", "307", "308")), b"", f"location: {to}\r\n"), "keep"


def _nested(_: bytes, rng: random.Random) -> Reply:
    opening, n = rng.choice(_NESTED), rng.choice((500, 5000, 100_000))
    return http(rng.choice(("200", "400")), (opening * n + rng.choice(("", "1" + "]" * n))).encode()), "keep"


def _not_utf8(good: bytes, rng: random.Random) -> Reply:
    at = rng.randrange(len(good))
    return http("200", good[:at] + rng.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00")) + good[at:]), "keep"


def _part(good: bytes, rng: random.Random) -> bytes:
    return good[: rng.randrange(len(good))]


def _failing(_: bytes, rng: random.Random) -> Reply:
    body = rng.choice((b"", b"<html>" + SECRET.encode(), _ERROR, b"null", b"[]"))
    return http(rng.choice(("500", "502", "503", "520", "529")), body), "keep"


MODES: dict[str, Callable[[bytes, random.Random], Reply]] = {
    "good": lambda good, rng: (http("200", good), "keep"),
    "reset": lambda good, rng: (http("200", _part(good, rng), length=len(good)), "reset"),
    "close": lambda good, rng: (http("200", _part(good, rng), length=len(good)), "close"),
    "silence": lambda good, rng: (b"", rng.choice(("close", "reset"))),
    "drip": lambda good, rng: (http("200", good), "drip"),
    "hang": lambda good, rng: (rng.choice((b"", b"HTTP/1.1 200", http("200", b"{", length=99))), "hang"),
    "429": _retry_after,
    "5xx": _failing,
    "html": lambda good, rng: (http("200", b"<html>login " + SECRET.encode(), "content-type: text/html\r\n"), "keep"),
    "truncated": lambda good, rng: (http("200", _part(good, rng)), "keep"),
    "bad-utf8": _not_utf8,
    "encoding": _encoded,
    "bomb": lambda good, rng: (http("200", _BOMB, f"{_JSON}content-encoding: gzip\r\n"), "keep"),
    "long": lambda good, rng: (http("200", b'{"choices": "' + b"a" * rng.choice((2_000_000, 9_000_000)) + b'"}'), "keep"),
    "many": lambda good, rng: (http("200", b"[" + rng.choice((b"[],", b'{"a":1},')) * rng.choice((9_000, 250_000))), "keep"),
    "redirect": _redirected,
    "header": lambda good, rng: (http("200", good, f"x-a: {'a' * rng.choice((9_000, 200_000))}\r\n{_JSON}"), "keep"),
    "charset": lambda good, rng: (
        http(rng.choice(("200", "200", "429")), good, f"content-type: application/json; charset={rng.choice(_CHARSETS)}\r\n"),
        "keep",
    ),
    "numbers": lambda good, rng: (http("200", good.replace(b"-0.2", rng.choice(_NUMBERS))), "keep"),
    "repeated": lambda good, rng: (http("200", good.replace(*rng.choice(_REPEATED), 1)), "keep"),
    "nested": _nested,
    "protocol": lambda good, rng: (rng.choice(_BROKEN), "close"),
    "status": lambda good, rng: (http(rng.choice(_STATUSES), rng.choice((b"", good, b"{}", _ERROR))), "keep"),
}


def _good(token: str, logprob: float, other: str) -> bytes:
    lists = {
        "tokens": [token],
        "token_logprobs": [logprob],
        "top_logprobs": [{token: logprob, other: -3.0}],
        "text_offset": [0],
    }
    return json.dumps({"choices": [{"index": 0, "text": token, "finish_reason": "length", "logprobs": lists}]}).encode()


FIRST, NEXT = _good(" from", -0.2, " you"), _good(" you", -0.1, "s")


class FaultyServer:
    """The server while the context lasts. `url` ends in /v1; `seen` is filled at the end."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: dict[str, Any] = {}

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.support.faulty_server"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{self._process.stdout.readline().strip()}/v1"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        said, _ = self._process.communicate()
        self.seen = json.loads(said)


class _Connections:
    def __init__(self) -> None:
        self.counts = {"requests": 0, "redirected": 0}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.lower().split(b"\r\n")
                length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
                asked = json.loads(await reader.readexactly(length) or b"{}")
                prompt = asked.get("prompt") or " ".join(message["content"] for message in asked.get("messages", ()))
                self.counts["requests"] += 1
                self.counts["redirected"] += b"/elsewhere" in lines[0]
                if not await self._answer(writer, prompt):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side went away
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, prompt: str) -> bool:
        words = prompt.split()
        named = next((word for word in words if word in MODES), "good")
        good = NEXT if words[-1:] == ["from"] else FIRST
        sent, ending = MODES[named](good, random.Random(prompt))
        if ending == "drip":
            for at in range(0, len(sent), 8):
                writer.write(sent[at : at + 8])
                await asyncio.sleep(0.03)
                if writer.is_closing():
                    return False
        else:
            writer.write(sent)
        await writer.drain()
        if ending == "hang":
            await asyncio.sleep(5.0)
        if ending == "reset":
            writer.transport.abort()
        return ending in ("keep", "drip")


async def serve() -> None:
    """Serve until the input ends, then print what was seen."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # clients that went away are what it is for
    connections = _Connections()
    server = await asyncio.start_server(connections.handle, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(connections.counts), flush=True)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
