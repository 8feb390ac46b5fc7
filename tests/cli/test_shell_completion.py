"""What a shell completes: commands, options and their values, models and files, by the shells' protocols and in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autocomplete.cli.commands import COMMANDS
from tests.cli.commands.running import installed

FILES = "file"


def offered(*words: str, shell: str = "bash") -> list[str]:
    """Return what is offered for the last word: values, and `FILES` for the names of files."""
    done = installed(
        COMP_WORDS=" ".join(words),
        COMP_CWORD=words[-1] if shell == "fish" else str(len(words) - 1),
        _AUTOCOMPLETE_COMPLETE=f"{shell}_complete",
    )
    assert (done.code, done.err) == (0, "")
    if shell == "zsh":  # three lines each: kind, value, help
        rows = list(zip(*[iter(done.out.splitlines())] * 3, strict=True))
        return [FILES if kind == "file" else value for kind, value, _ in rows]
    rows = [tuple(line.partition("\t")[0].split(",", 1)) for line in done.out.splitlines()]
    return [FILES if kind == "file" else value for kind, value in rows]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_first_word_is_a_command_or_a_file(shell: str) -> None:
    assert offered("autocomplete", "tu", shell=shell) == [FILES, "tune"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), [FILES, *sorted([*COMMANDS, "edit", "explain", "suggest"])]),
        (("notes.txt", ""), [FILES]),
        (("edit", "no"), [FILES]),
        (("tune", ""), [FILES]),
        (("calibrate", ""), [FILES]),
        (("train", "--from", ""), [FILES]),
        (("memory", "--add", ""), [FILES]),
        (("info", "e"), [FILES, "english"]),
        (("tune", "--model", "e"), [FILES, "english"]),
        (("suggest", "--model", "o"), [FILES, "openai:"]),
        (("suggest", "--mode", ""), ["certified", "estimated"]),
        (("notes.txt", "--mode", "e"), ["estimated"]),
        (("--mode", "e"), ["estimated"]),
        (("--cut",), ["--cutoff"]),
        (("--enc",), ["--encoding"]),
        (("--ver",), ["--version"]),
        (("tune", "--goal", "t"), ["time"]),
        (("calibrate", "--of"), ["--offline", "--off"]),
    ],
)
def test_commands_options_and_values(words: tuple[str, ...], expected: list[str]) -> None:
    assert sorted(offered("autocomplete", *words)) == sorted(expected)


@pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="needs bash")
def test_a_real_bash_completes_commands_files_and_models(tmp_path: Path) -> None:
    from tests.support.terminal import Terminal

    for name in ("notes.txt", "my novel.ngram"):
        (tmp_path / name).touch()
    import pty

    ours, theirs = pty.openpty()
    folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "PS1": "$ ", "TERM": "dumb", "HOME": str(tmp_path)}
    process = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    bash = Terminal(process, ours)
    try:
        bash.send('eval "$(_AUTOCOMPLETE_COMPLETE=bash_source autocomplete)"; echo rea""dy\n')
        bash.expect("ready")
        for typed, completed in (
            ("autocomplete tu\t", "autocomplete tune "),
            ("autocomplete not\t", "autocomplete notes.txt "),
            ("autocomplete tune --model my\t", "autocomplete tune --model my\\ novel.ngram "),
            ("autocomplete suggest --mode e\t", "autocomplete suggest --mode estimated "),
        ):
            bash.send(typed)
            bash.expect(completed)
            bash.send("\x15\n")
    finally:
        bash.kill()
