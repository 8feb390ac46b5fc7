"""The command line in process and as it is installed, and small texts for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autocomplete.cli.main import main

#: A key that must never be printed.
KEY = "sk-very-secret"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str

    def assert_refused(self, *says: str) -> None:
        """Check what every failure has in common: exit code 2, nothing on standard output, one line that says `says`."""
        assert (self.code, self.out) == (2, "")
        assert self.err.startswith("autocomplete: ")
        assert len(self.err.splitlines()) == 1
        assert KEY not in self.err
        for text in says:
            assert text in self.err


Run = Callable[..., Outcome]


def running(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line."""

    def run(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, printed.out, printed.err)

    return run


def installed(*arguments: str, stdin: bytes = b"", **environment: str) -> Outcome:
    """Run the installed command."""
    command = Path(sys.executable).with_name("autocomplete")
    done = subprocess.run([command, *arguments], input=stdin, capture_output=True, env=os.environ | environment, check=False)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return Outcome(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def own_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings, keys and files out; work in `folder`."""
    for name in list(os.environ):
        if name.startswith(("AUTOCOMPLETE_", "OPENAI_")):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(folder / "home"))
    monkeypatch.chdir(folder)


#: 1,200 words of German, with a small and a capital spelling of some.
GERMAN = "\n".join(
    f"Über die Straße Nummer {i} geht der Bürgermeister. Er grüßt, und die Leute grüßen zurück. Die Häuser sind älter."
    for i in range(70)
)
