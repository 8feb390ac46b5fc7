"""The command line in process, and small texts for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from autocomplete.cli import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str

    def assert_refused(self, *says: str) -> None:
        """Check what every failure has in common: exit code 2, one line on standard error that says `says`."""
        assert (self.code, self.out) == (2, "")
        assert self.err.startswith("autocomplete: ")
        assert len(self.err.splitlines()) == 1
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


#: 1,200 words of German, with a small and a capital spelling of some.
GERMAN = "\n".join(
    f"Über die Straße Nummer {i} geht der Bürgermeister. Er grüßt, und die Leute grüßen zurück. Die Häuser sind älter."
    for i in range(70)
)
