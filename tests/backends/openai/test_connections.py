"""Where questions go, over real sockets: proxies, loops, dropped connections, and answers that are too much."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import logging
import math
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import AutocompleteError, BackendError, BackendRejected, ConfigError

ANSWER = json.dumps(
    {
        "choices": [
            {
                "text": " café",
                "logprobs": {
                    "tokens": [" café"],
                    "token_logprobs": [math.log(0.8)],
                    "top_logprobs": [{" café": math.log(0.8), " tea": math.log(0.1)}],
                },
            }
        ]
    },
    ensure_ascii=False,
).encode()

Reply = Callable[[int], bytes | None]
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def http(body: bytes, *headers: str, content_type: str = "application/json") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Peer(socketserver.ThreadingTCPServer):
    """Answers requests by `reply(number of the request on its connection)`; None closes without an answer."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.heads: list[str] = []
        self.n_connections = 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(socketserver.StreamRequestHandler):
    server: Peer

    def handle(self) -> None:
        self.server.n_connections += 1
        number = 0
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                if not (line := self.rfile.readline()):
                    return
                head += line
            length = next(int(line[15:]) for line in head.decode().lower().split("\r\n") if line.startswith("content-length"))
            self.rfile.read(length)
            self.server.heads.append(head.decode())
            answer = self.server.reply(number)
            number += 1
            if answer is None:
                return
            self.wfile.write(answer)


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], Peer]]:
    peers: list[Peer] = []

    def start(reply: Reply) -> Peer:
        peers.append(Peer(reply))
        threading.Thread(target=peers[-1].serve_forever, daemon=True).start()
        return peers[-1]

    yield start
    for peer in peers:
        peer.shutdown()
        peer.server_close()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def ask(backend: OpenAIBackend, context: str = "I like") -> Distribution:
    return await backend.next_tokens(Request(context))


def _is_the_answer(read: Distribution) -> None:
    assert dict(read.tokens) == pytest.approx({" café".encode(): 0.8, b" tea": 0.1})


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
async def test_an_address_on_this_machine_is_never_asked_through_a_proxy(
    serve: Callable[[Reply], Peer], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server, proxy = serve(lambda _: http(ANSWER)), serve(lambda _: http(ANSWER))
    monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
    backend = OpenAIBackend("m", base_url=server.url)
    _is_the_answer(await ask(backend))
    await backend.aclose()
    assert (len(server.heads), len(proxy.heads)) == (1, 0)


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:9", "socks4://127.0.0.1:9", "foo://ann:s3cret@127.0.0.1:9", "::::"])
async def test_a_bad_proxy_of_the_environment_is_nothing_to_this_machine(
    serve: Callable[[Reply], Peer], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    backend = OpenAIBackend("m", base_url=serve(lambda _: http(ANSWER)).url)
    _is_the_answer(await ask(backend))
    await backend.aclose()


@pytest.mark.parametrize("value", ["socks4://127.0.0.1:9", "foo://ann:s3cret@127.0.0.1:9", "http://[::1"])
@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTPS_PROXY"])
def test_a_bad_proxy_is_one_line_that_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^{name} names no proxy") as caught:
        OpenAIBackend("m", base_url="https://models.example.com/v1")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_socks_proxy_without_its_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    backend = OpenAIBackend("m", base_url="http://models.example.com/v1")
    with pytest.raises(AutocompleteError, match=r"^ALL_PROXY names a SOCKS proxy"):
        await ask(backend)


async def test_a_proxy_of_the_settings_is_used_and_named(serve: Callable[[Reply], Peer]) -> None:
    proxy = serve(lambda _: http(ANSWER))
    address = proxy.url.removesuffix("/v1")
    backend = OpenAIBackend("m", base_url="http://models.example.com/v1", proxy=address)
    _is_the_answer(await ask(backend))
    assert backend.capabilities.proxy == address.removeprefix("http://")
    assert proxy.heads[0].startswith("POST http://models.example.com/v1/completions ")
    await backend.aclose()


async def test_an_error_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://ann:s3cret@127.0.0.1:9")
    backend = OpenAIBackend("m", base_url="http://models.example.com/v1", timeout_s=30)
    with pytest.raises(BackendError, match=r"^Cannot reach .* through 127.0.0.1:9 \(HTTP_PROXY\)") as caught:
        await ask(backend)
    await backend.aclose()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("setting", ["none", "None"])
def test_a_proxy_of_the_environment_can_be_refused(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    assert OpenAIBackend("m", base_url="http://models.example.com/v1").capabilities.proxy == "proxy.example:3128"
    assert OpenAIBackend("m", base_url="http://models.example.com/v1", proxy=setting).capabilities.proxy == ""


def test_hosts_that_need_no_proxy_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.org")
    for host, proxy in (
        ("models.example.org", ""),
        ("gpu-box", ""),
        ("10.1.2.3", ""),
        ("models.example.com", "proxy.example:3128"),
    ):
        assert OpenAIBackend("m", base_url=f"http://{host}/v1").capabilities.proxy == proxy


@pytest.mark.parametrize(
    ("name", "says"),
    [("SSL_CERT_FILE", r"^SSL_CERT_FILE cannot be used"), ("SSLKEYLOGFILE", r"^Cannot reach|^SSLKEYLOGFILE")],
)
async def test_bad_certificates_are_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, says: str, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "no" / "such" / "file"))
    backend = OpenAIBackend("m", base_url="https://127.0.0.1:9/v1", timeout_s=30)
    with pytest.raises(BackendError, match=says):
        await ask(backend)


async def test_certificates_are_nothing_to_plain_http(serve: Callable[[Reply], Peer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    backend = OpenAIBackend("m", base_url=serve(lambda _: http(ANSWER)).url)
    _is_the_answer(await ask(backend))
    await backend.aclose()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_backend_serves_one_loop_after_another(serve: Callable[[Reply], Peer]) -> None:
    backend = OpenAIBackend("m", base_url=serve(lambda _: http(ANSWER)).url)
    for _ in range(4):
        _is_the_answer(asyncio.run(ask(backend)))
    del backend
    gc.collect()  # the sockets of loops that ended are closed here, where the warning is expected


def test_a_backend_serves_loops_of_several_threads(serve: Callable[[Reply], Peer]) -> None:
    backend = OpenAIBackend("m", base_url=serve(lambda _: http(ANSWER)).url, timeout_s=30)
    failures: list[BaseException] = []

    async def some() -> None:
        for _ in range(5):
            _is_the_answer(await ask(backend))
        client = await backend._connections.client()
        await client.close()

    def work() -> None:
        try:
            asyncio.run(some())
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


async def test_a_connection_that_is_dropped_is_tried_once_more_on_a_new_one(serve: Callable[[Reply], Peer]) -> None:
    server = serve(lambda number: http(ANSWER) if number == 0 else None)
    backend = OpenAIBackend("m", base_url=server.url)
    for _ in range(3):
        _is_the_answer(await ask(backend))
    await backend.aclose()
    assert len(server.heads) == 4  # the second was dropped, and asked again


async def test_a_server_that_drops_all_connections_is_asked_twice(serve: Callable[[Reply], Peer]) -> None:
    server = serve(lambda _: None)
    backend = OpenAIBackend("m", base_url=server.url)
    with pytest.raises(BackendError, match="Cannot reach"):
        await ask(backend)
    await backend.aclose()
    assert len(server.heads) == 2


TOO_MUCH = {
    "long": http(b"[" + b" " * 3_000_000 + b"]"),
    "endless": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b" " * 3_000_000,
    "a bomb": http(gzip.compress(b" " * 300_000_000, 1), "Content-Encoding: gzip"),
    "a deflated bomb": http(zlib.compress(b" " * 50_000_000, 1), "Content-Encoding: deflate"),
    "not what it says": http(b"plain", "Content-Encoding: gzip"),
    "packed otherwise": http(b"\x1b\x00", "Content-Encoding: br"),
    "nested": http(b"[" * 200_000),
    "many lists": http(b"[" + b"[]," * 600_000 + b"[]]"),
    "many objects": http(b"[" + b'{"a":1},' * 200_000 + b"{}]"),
}


@pytest.mark.parametrize("answer", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_too_much_of_an_answer_is_refused(serve: Callable[[Reply], Peer], answer: bytes) -> None:
    backend = OpenAIBackend("m", base_url=serve(lambda _: answer).url, timeout_s=30)
    with pytest.raises(BackendRejected):
        await ask(backend)
    await backend.aclose()


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-32", "idna", "base64", "zlib", "hex", "rot13", "undefined", "ISO-8859-1", "x"]
)
async def test_an_answer_is_utf_8_whatever_its_header_says(serve: Callable[[Reply], Peer], charset: str) -> None:
    for status in (b"200", b"429"):
        raw = http(ANSWER, content_type=f"application/json; charset={charset}").replace(b"200", status, 1)
        backend = OpenAIBackend("m", base_url=serve(lambda _, raw=raw: raw).url)  # type: ignore[misc]
        if status == b"200":
            _is_the_answer(await ask(backend))
        else:
            with pytest.raises(BackendError, match="Rate limited"):
                await ask(backend)
        await backend.aclose()


async def test_a_packed_answer_is_read(serve: Callable[[Reply], Peer]) -> None:
    server = serve(lambda _: http(gzip.compress(ANSWER), "Content-Encoding: gzip"))
    backend = OpenAIBackend("m", base_url=server.url)
    _is_the_answer(await ask(backend))
    await backend.aclose()
    assert "accept-encoding: identity" in server.heads[0].lower()


@pytest.mark.parametrize(
    "path", ["/v1?api-version=2024-10-21", "/v1/?api-version=2024-10-21", "/v1/completions?api-version=2024-10-21"]
)
async def test_the_query_of_an_address_stays_a_query(serve: Callable[[Reply], Peer], path: str) -> None:
    server = serve(lambda _: http(ANSWER))
    backend = OpenAIBackend("m", base_url=server.url.removesuffix("/v1") + path)
    _is_the_answer(await ask(backend))
    await backend.aclose()
    assert server.heads[0].startswith("POST /v1/completions?api-version=2024-10-21 ")


async def test_a_password_in_the_address_is_sent_and_never_logged(
    serve: Callable[[Reply], Peer], caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(lambda _: http(ANSWER))
    backend = OpenAIBackend("m", base_url=server.url.replace("://", "://ann:s3%20cret@"))
    with caplog.at_level(logging.DEBUG):
        _is_the_answer(await ask(backend))
    await backend.aclose()
    assert "authorization: basic yw5uonmzignyzxq=" in server.heads[0].lower()
    assert "s3" not in caplog.text
    assert "s3" not in repr(backend)


def test_a_password_and_a_key_are_one_too_many() -> None:
    with pytest.raises(ConfigError, match=r"^base_url holds a password and there is an API key"):
        OpenAIBackend("m", base_url="http://ann:s3cret@localhost:1/v1", api_key="sk-1")


def test_a_fragment_belongs_to_no_address() -> None:
    with pytest.raises(ConfigError, match="no web address"):
        OpenAIBackend("m", base_url="http://localhost:1/v1#top")
