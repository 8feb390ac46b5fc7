"""The real llama.cpp server (pip install xllamacpp), in a process of its own on a free loopback port.

Run as a script with a model's path, it serves that model, prints its address and stays until its input ends.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TINY = Path(__file__).parents[1] / "data" / "tiny-en-q8_0.gguf"


@contextmanager
def llama_server(model: Path = TINY) -> Iterator[str]:
    """Yield the base URL, ending in /v1, of a server of `model`; it ends with the context."""
    command = [sys.executable, __file__, str(model)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = next((line for line in process.stdout if line.startswith("listening ")), None)
            if said is None:
                raise RuntimeError("llama.cpp did not start")
            address = said.split()[1]
            _wait_until_loaded(address)
            yield f"{address}/v1"
        finally:
            process.kill()


def _wait_until_loaded(address: str) -> None:
    """Return when GET /health says 200; it says 503 while the model loads."""
    for _ in range(10_000):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=10):
                return
        except urllib.error.HTTPError as exc:
            exc.close()
    raise RuntimeError("the model did not load")


def _serve(model: str) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.n_parallel = 1  # more slots defeat the reuse of the prompt's prefix
    params.n_ctx = 2048
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # two stall when another process is busy
    params.n_threads_http = 32  # the default starves keep-alive clients
    params.n_gpu_layers = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"listening {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    _serve(sys.argv[1])
