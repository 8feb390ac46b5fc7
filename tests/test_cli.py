"""The command line: in process by `main`, and by the installed command where the process itself matters."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autocomplete.cli import main
from tests.support.server import ModelServer

KEY = "sk-very-secret"
SHOWN = "I look forward to hearing fr"
WITHHELD = "I look forward to hearing "


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    def assert_refused(self, *says: str) -> None:
        """Check what every failure has in common: exit code 2, nothing on standard output, one line that says `says`."""
        assert (self.code, self.out) == (2, "")
        assert self.err.startswith("autocomplete: ")
        assert len(self.err.splitlines()) == 1
        assert self.err.endswith(".\n") or self.err.endswith("?\n")
        assert KEY not in self.err
        for text in says:
            assert text in self.err


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's settings, keys and files out; return the configuration folder."""
    for name in list(os.environ):
        if name.startswith(("AUTOCOMPLETE_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "config" / "autocomplete"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, printed.out, printed.err)

    return run


def _process(*arguments: str, stdin: bytes = b"", **environment: str) -> Outcome:
    """Run the installed command."""
    command = Path(sys.executable).with_name("autocomplete")
    done = subprocess.run(
        [command, *arguments], input=stdin, capture_output=True, env=os.environ | environment, check=False
    )
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return Outcome(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


# -- suggest ----------------------------------------------------------------------------------------------------------


def test_suggest_shows_the_completion_at_the_cursor_and_why(run: Run) -> None:
    done = run("suggest", SHOWN)
    assert (done.code, done.err) == (0, "")
    first, why, *candidates, cost = done.out.splitlines()
    assert first == f"{SHOWN}[om]"
    assert "the cutoff is 60%" in why
    assert "% to " in candidates[0]
    assert candidates[0].endswith("'om'")
    assert cost.startswith("  english, 1 request")


def test_suggest_says_why_nothing_is_shown(run: Run) -> None:
    first, why, *_ = run("suggest", WITHHELD).out.splitlines()
    assert first == f"{WITHHELD}[]"
    assert "less than the cutoff of 60%" in why


def test_suggest_prints_only_the_last_line_of_a_text(run: Run) -> None:
    assert run("suggest", f"Dear Ann,\n\n{SHOWN}").out.startswith(f"{SHOWN}[om]\n")


def test_after_a_line_break_the_cursor_is_on_an_empty_line(run: Run) -> None:
    assert run("suggest", "Dear Ann,\n").out.startswith("[")


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_suggest_after_nothing_is_no_error(run: Run, text: str) -> None:
    done = run("suggest", text)
    assert done.code == 0
    assert "Nothing is typed yet." in done.out


@pytest.mark.parametrize(
    "text", ["👩", "我喜欢", "안녕하세", "Donaudampfschiff", "a\r\nb", "foo(bar", "\x1b[31m", "\ud800"]
)
def test_any_text_gets_an_answer(run: Run, text: str) -> None:
    assert run("suggest", text).code == 0
    assert run("suggest", "--json", text).code == 0
    assert run("explain", text).code == 0


def test_nothing_printed_can_drive_the_terminal(run: Run) -> None:
    assert "\x1b" not in run("suggest", "a \x1b]0;title\x07 b").out


def test_printed_bounds_are_rounded_outwards(run: Run) -> None:
    decision = json.loads(run("suggest", "--json", SHOWN).out)
    rows = [line.split()[:3:2] for line in run("suggest", SHOWN).out.splitlines()[2:-1]]
    for alternative, (lower, upper) in zip(decision["alternatives"], rows, strict=False):
        assert float(lower.strip("%")) / 100 <= alternative["bounds"]["lower"] + 1e-9
        assert float(upper.strip("%")) / 100 >= alternative["bounds"]["upper"] - 1e-9


JSON_SCHEMA = {
    "shown": bool,
    "completion": str,
    "bounds": dict,
    "cutoff": float,
    "reason": str,
    "explanation": str,
    "mode": str,
    "attainable": float,
    "alternatives": list,
    "source": str,
    "requests": int,
    "latency_s": float,
    "usage": dict,
}


@pytest.mark.parametrize("text", [SHOWN, WITHHELD, ""])
def test_json_has_exactly_these_fields(run: Run, text: str) -> None:
    done = run("suggest", "--json", text)
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    decision = json.loads(done.out)
    assert {name: type(value) for name, value in decision.items()} == JSON_SCHEMA
    assert set(decision["bounds"]) == {"lower", "upper"}
    assert set(decision["usage"]) == {"prompt_tokens", "completion_tokens"}
    for alternative in decision["alternatives"]:
        assert set(alternative) == {"completion", "bounds", "attainable", "open_ended"}


def test_json_holds_the_decision_and_not_the_text(run: Run) -> None:
    done = run("suggest", "--json", SHOWN)
    decision = json.loads(done.out)
    assert (decision["shown"], decision["completion"], decision["reason"]) == (True, "om", "shown")
    assert 0.6 <= decision["bounds"]["lower"] <= decision["bounds"]["upper"] <= 1.0
    assert decision["bounds"] == decision["alternatives"][0]["bounds"]
    assert "look forward" not in done.out


def test_options_reach_the_engine(run: Run) -> None:
    withheld = json.loads(run("suggest", "--json", "--cutoff", "0.999999", SHOWN).out)
    assert (withheld["shown"], withheld["cutoff"]) == (False, 0.999999)
    asked = json.loads(run("suggest", "--json", "--max-requests", "0", SHOWN).out)
    assert (asked["requests"], asked["reason"]) == (0, "undecided")
    words = json.loads(run("suggest", "--json", "--max-words", "4", "--cutoff", "0.02", WITHHELD).out)
    assert len(words["completion"].split()) > 1


# -- explain ----------------------------------------------------------------------------------------------------------


def test_explain_tells_what_was_asked_what_came_and_why_it_stopped(run: Run) -> None:
    done = run("explain", SHOWN)
    lines = [line.strip() for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert lines[0] == "context  …'I look forward to hearing'"
    assert lines[1] == "typed    ' fr'   mode certified   cutoff 0.60"
    for begins in (
        "1. asked what follows",
        "answer    ' from' 0.",
        "not seen 0.",
        "states ",
        "words ",
        "settled: 'om'",
    ):
        assert any(line.startswith(begins) for line in lines), begins
    assert lines[-1].startswith("shown (a lower bound reached the cutoff): 'om' has at least ")


def test_explain_says_that_nothing_can_attain_the_cutoff(run: Run) -> None:
    assert "withheld (no chain can attain the cutoff)" in run("explain", WITHHELD).out.splitlines()[-1]


def test_explain_says_that_the_budget_ended(run: Run) -> None:
    assert "withheld (the request budget ended)" in run("explain", "--max-requests", "0", SHOWN).out.splitlines()[-1]


@pytest.mark.parametrize("mode", ["certified", "estimated"])
def test_the_mode_reaches_the_engine(run: Run, server: ModelServer, mode: str) -> None:
    done = run("suggest", "--json", "--mode", mode, "--model", "openai:m", "--base-url", server.url, "Thank y")
    assert json.loads(done.out)["mode"] == mode


def test_explain_follows_a_word_over_several_requests(run: Run, server: ModelServer) -> None:
    arguments = ("--model", "openai:m", "--base-url", server.url, "--cutoff", "0.5", "I look forward to ")
    lines = run("explain", *arguments).out.splitlines()
    asked = [line for line in lines if "asked what follows" in line]
    assert len(asked) == len(server.requests) > 1
    assert all("(a request to m)" in line for line in asked)
    assert any("not settled: the best chain can reach" in line for line in lines)


# -- standard input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["suggest", "explain"])
def test_a_dash_reads_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SHOWN.encode())))
    from_stdin = run(command, "-")
    assert from_stdin.code == 0
    assert "'om' has at least" in from_stdin.out


def test_standard_input_that_is_not_utf8_is_refused() -> None:
    _process("suggest", "-", stdin=b"caf\xe9 fr").assert_refused("Standard input is not UTF-8", "iconv")


def test_an_encoding_that_lacks_a_character_is_no_reason_to_fail() -> None:
    text = "Grüße und 👩"
    utf8 = _process("suggest", "-", stdin=text.encode(), PYTHONIOENCODING="utf-8")
    latin = _process("suggest", "-", stdin=text.encode(), PYTHONIOENCODING="latin-1")
    assert utf8.out.startswith(f"{text}[")
    assert latin.out.startswith("Grüße und \\U0001f469[")
    assert (utf8.code, latin.code, utf8.err + latin.err) == (0, 0, "")


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["suggest", "explain"])
@pytest.mark.parametrize("cutoff", ["nan", "7", "abc", "", "-0.1", "inf"])
def test_a_bad_cutoff_is_refused(run: Run, command: str, cutoff: str) -> None:
    run(command, SHOWN, "--cutoff", cutoff).assert_refused("Bad cutoff: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("suggest", "hi", "--model", "gpt-4"), "Unknown model 'gpt-4'. Known: english, FILE.ngram, openai:MODEL"),
        (("suggest", "hi", "--model", ""), "Unknown model ''"),
        (("suggest", "hi", "--model", "two\nlines"), r"Unknown model 'two\nlines'"),
        (("suggest", "hi", "--model", "openai:"), "Write openai:MODEL"),
        (("suggest", "hi", "--model", "openai:m", "--base-url", "localhost:8000"), "no web address"),
        (("suggest", "hi", "--base-url", "http://127.0.0.1:9/v1"), "add --model openai:MODEL"),
        (("suggest", "hi", "--mode", "sure"), "Bad mode: "),
        (("suggest", "hi", "--max-words", "0"), "Bad max_words: "),
        (("suggest", "hi", "--max-requests", "many"), "Bad max_requests: "),
        (("suggest", "hi", "--threshold", "0.5"), "No such option '--threshold'"),
        (("suggest", "hi", "--two\nlines"), "No such option"),
        (("suggest", "hi", "there"), "extra argument (there). See autocomplete --help."),
        (("suggest", "hi", "--cutoff"), "--cutoff"),
        (("suggest",), "Missing argument 'TEXT'"),
        (("--bogus",), "No such option '--bogus'"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], says: str) -> None:
    run(*arguments).assert_refused(says)


@pytest.mark.parametrize("data", [b"\x00\x01\x02\xff", b"\xff\xfeabc", None])
def test_a_file_that_the_editor_cannot_open_is_refused_before_anything_is_painted(
    run: Run, tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "letter.txt"
    path.mkdir() if data is None else path.write_bytes(data)
    run(str(path)).assert_refused("letter.txt")
    if data is not None:
        assert path.read_bytes() == data


def test_a_missing_key_is_said_with_what_to_do(run: Run) -> None:
    run("suggest", "hi", "--model", "openai:gpt-4.1-mini").assert_refused("No API key", "set OPENAI_API_KEY")


def test_a_server_that_is_not_there_is_said_without_the_password_of_its_url(run: Run) -> None:
    port = _closed_port()
    done = run("suggest", "hi", "--model", "openai:m", "--base-url", f"http://me:{KEY}@127.0.0.1:{port}/v1")
    done.assert_refused(f"Cannot reach http://127.0.0.1:{port}/v1.")


@pytest.mark.parametrize("command", ["suggest", "explain"])
def test_a_model_without_log_probabilities_is_refused(run: Run, server: ModelServer, command: str) -> None:
    server.be(logprobs=False)
    run(command, "hi", "--model", "openai:m", "--base-url", server.url).assert_refused("probabilities")


def test_a_failing_command_ends_the_process_with_2_and_one_line() -> None:
    _process("suggest", "hi", "--cutoff", "nan").assert_refused("Bad cutoff")
    _process("suggest", "hi", "--model", "openai:m").assert_refused("No API key")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_one_line() -> None:
    command = Path(sys.executable).with_name("autocomplete")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([command, "suggest", "hi"], stdout=full, stderr=subprocess.PIPE, check=False)
    Outcome(done.returncode, "", done.stderr.decode()).assert_refused("Cannot write")


def test_a_reader_that_goes_away_is_no_trouble_to_report() -> None:
    command = Path(sys.executable).with_name("autocomplete")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([command, "explain", SHOWN], stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b""


# -- settings and keys ------------------------------------------------------------------------------------------------


def test_the_option_beats_the_environment_which_beats_the_file(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
from autocomplete.cli import main
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
