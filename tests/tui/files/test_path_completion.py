"""What the beginning of a path may become, and the prompt that offers it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.support.editor import RunningEditor, editor
from tui.files.path_completion import completed, matches


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files, which is the present one."""
    for name in ("notes.md", "notes.txt", "Readme", ".hidden", "東京.txt", "we ird[$x].txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "ann.txt").write_text("Dear Ann")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("entered", "found"),
    [
        ("", ["letters/", "notes.md", "notes.txt", "Readme", "we ird[$x].txt", "東京.txt"]),
        ("no", ["notes.md", "notes.txt"]),
        ("NOTES.M", ["notes.md"]),
        ("r", ["Readme"]),
        (".", [".hidden"]),
        ("letters/", ["letters/ann.txt"]),
        ("letters/../東", ["letters/../東京.txt"]),
        ("gone/a", []),
        ("notes.md/", []),
        ("a\0b", []),
        ("~nobody-has-this-name/", []),
    ],
)
def test_the_files_that_a_beginning_may_mean(entered: str, found: list[str], folder: Path) -> None:
    assert matches(entered) == found


def test_the_home_folder_is_looked_into_and_stays_as_it_was_entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert matches("~/let") == ["~/letters/"]


def test_completing_never_takes_anything_away() -> None:
    assert completed("letters/a", ["letters/ann.txt"]) == "letters/ann.txt"
    assert completed("N", ["Notes", "names"]) == "N"
    assert completed("abc", ["ab"]) == "abc"


def files(at: RunningEditor) -> list[str]:
    return str(at.app.screen.query_one("#path-files", Static).render()).splitlines()


async def looked(at: RunningEditor) -> None:
    """Wait until the prompt has looked for files."""
    for _ in range(100):
        if not [worker for worker in at.app.workers if worker.group == "look" and not worker.is_finished]:
            break
        await at.pilot.pause()
    await at.pilot.pause()


async def test_tab_completes_and_the_arrow_keys_go_through_the_files(folder: Path) -> None:
    async with editor() as at:
        await at.press("ctrl+o")
        await looked(at)
        assert files(at)[0].strip() == "letters/"
        await at.press("n", "tab")
        await looked(at)
        field = at.app.screen.query_one(Input)
        assert field.value == "notes."
        assert [name.strip() for name in files(at)] == ["notes.md", "notes.txt"]
        await at.press("down", "down")
        assert (field.value, files(at)[1]) == ("notes.txt", "› notes.txt")
        await at.press("enter")
        assert at.area.text == "notes.txt"


async def test_a_folder_is_gone_into_by_tab(folder: Path) -> None:
    async with editor() as at:
        await at.press("ctrl+o", "l", "tab")
        await looked(at)
        await at.press("tab")
        await looked(at)
        assert at.app.screen.query_one(Input).value == "letters/ann.txt"
        await at.press("enter")
        assert at.area.text == "Dear Ann"
        await at.press("ctrl+o")
        assert at.app.screen.query_one(Input).value == "letters/"
