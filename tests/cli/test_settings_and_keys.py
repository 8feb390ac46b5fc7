"""Which setting holds, and where a key goes: to its own address, and never to the screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands.running import KEY, Run
from tests.support.server import ModelServer

SHOWN = "I look forward to hearing fr"
WITHHELD = "I look forward to hearing "


def test_the_option_beats_the_environment_which_beats_the_file(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cutoff(*arguments: str) -> float:
        value: float = json.loads(run("suggest", "--json", "hi", *arguments).out)["cutoff"]
        return value

    (config / "settings.toml").write_text("cutoff = 0.3", encoding="utf-8")
    assert cutoff() == 0.3
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "0.4")
    assert cutoff() == 0.4
    assert cutoff("--cutoff", "0.5") == 0.5


@pytest.mark.parametrize("text", ["cutof = 0.5", "cutoff = ", "cutoff = 7", "cutoff = 'a\nb'"])
def test_a_bad_settings_file_is_refused(run: Run, config: Path, text: str) -> None:
    (config / "settings.toml").write_text(text, encoding="utf-8")
    run("suggest", "hi").assert_refused()


@pytest.mark.parametrize("source", ["AUTOCOMPLETE_API_KEY", "settings.toml"])
def test_the_key_is_sent_and_never_printed(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, server: ModelServer, source: str
) -> None:
    at_server = ["--model", "openai:m"]
    if source == "settings.toml":
        (config / source).write_text(f'api_key = "{KEY}"\nbase_url = "{server.url}"', encoding="utf-8")
    else:
        monkeypatch.setenv(source, KEY)
        at_server += ["--base-url", server.url]
    for arguments in (("suggest", "hi"), ("suggest", "--json", "hi"), ("explain", "hi")):
        done = run(*arguments, *at_server)
        assert done.code == 0
        assert KEY not in done.out + done.err
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    server.be(logprobs=False)
    run("suggest", "hello", *at_server).assert_refused()


@pytest.mark.parametrize("elsewhere", ["--base-url", "AUTOCOMPLETE_BASE_URL"])
def test_a_key_in_the_file_goes_to_no_other_address(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, server: ModelServer, elsewhere: str
) -> None:
    (config / "settings.toml").write_text(f'api_key = "{KEY}"\nbase_url = "http://127.0.0.1:9/v1"', encoding="utf-8")
    arguments = ["--base-url", server.url] if elsewhere.startswith("--") else []
    if not arguments:
        monkeypatch.setenv(elsewhere, server.url)
    assert run("suggest", "hi", "--model", "openai:m", *arguments).code == 0
    assert server.requests
    assert not any(KEY in value for request in server.requests for value in request.headers.values())


def test_the_embedded_model_is_one_option_away_from_a_server_in_the_settings(run: Run, config: Path) -> None:
    (config / "settings.toml").write_text('model = "openai:m"\nbase_url = "http://127.0.0.1:9/v1"', encoding="utf-8")
    assert run("suggest", "I look forward to hearing fr", "--model", "english").code == 0
    run("suggest", "hi", "--model", "english", "--base-url", "http://127.0.0.1:9/v1").assert_refused()


def test_text_that_starts_with_a_dash_is_text_after_two_dashes(run: Run) -> None:
    assert "--" in run("suggest", "- item").err
    assert run("suggest", "--", "- item").code == 0


def test_a_chat_only_server_is_understood_by_the_first_command(run: Run, server: ModelServer) -> None:
    server.be(endpoints="chat")
    done = run("suggest", "--json", "met at ", "--model", "openai:m", "--base-url", server.url, "--cutoff", "0.2")
    assert json.loads(done.out)["alternatives"]


NO_NETWORK = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        raise SystemExit(f"the network was used: {event} {arguments}")
sys.addaudithook(watch)
from autocomplete.cli.main import main
try:
    main(["suggest", sys.argv[1]])
except SystemExit as ended:
    if ended.code:
        raise
loaded = {"openai", "textual", "httpx2"} & set(sys.modules)
print(f"loaded: {sorted(loaded)}")
"""


def test_by_default_nothing_leaves_the_machine_whatever_keys_there_are(server: ModelServer) -> None:
    keys = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "AUTOCOMPLETE_API_KEY": KEY}
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, SHOWN],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | keys,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{SHOWN}[om]")
    assert done.stdout.endswith("loaded: []\n")
    assert KEY not in done.stdout
    assert server.requests == []


def test_help_and_version_need_no_settings(run: Run, config: Path) -> None:
    (config / "settings.toml").write_text("bad", encoding="utf-8")
    helped = run("--help")
    assert helped.code == 0
    assert {"edit", "suggest", "explain"} <= set(helped.out.split())
    assert run("--version").out.strip()[0].isdigit()
