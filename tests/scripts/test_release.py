"""A version is tagged only where the texts and the tree say that it is one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.release import main, notes

CHANGELOG = "# Changelog\n\n## 0.2.0 (2026-12-31)\n\n- `under` in place of `regate`.\n\n## 0.1.0 (2026-12-01)\n\n- The first.\n"


def git(root: Path, *arguments: str) -> str:
    options = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "tag.gpgSign=false",
        "-c",
        "commit.gpgSign=false",
    )
    return subprocess.run(["git", *options, *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository that is ready for version 0.2.0."""
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "A")
        monkeypatch.setenv(f"{name}_EMAIL", "a@example.org")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "0.2.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "All")
    return tmp_path


def test_a_tag_holds_the_part_of_the_changelog(root: Path) -> None:
    assert main(["0.2.0", "--tag"], root) == 0
    assert git(root, "tag", "--list", "-n9", "v0.2.0").split() == [
        "v0.2.0",
        "Version",
        "0.2.0",
        "-",
        "`under`",
        "in",
        "place",
        "of",
        "`regate`.",
    ]


def test_without_tag_the_tree_may_be_as_it_is(root: Path) -> None:
    (root / "more.txt").write_text("x", encoding="utf-8")
    assert main(["v0.2.0"], root) == 0
    assert git(root, "tag") == ""


@pytest.mark.parametrize(
    ("version", "says"),
    [("0.3.0", "pyproject.toml says 0.2.0"), ("0.3.0", "## 0.3.0"), ("two", "is no version")],
)
def test_texts_that_say_otherwise_are_refused(root: Path, version: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([version, "--tag"], root) == 1
    assert says in capsys.readouterr().err
    assert git(root, "tag") == ""


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (("rm", "-q", "--cached", "CHANGELOG.md"), "not committed"),
        (("checkout", "-q", "-b", "other"), "The branch is other"),
        (("tag", "v0.2.0"), "a tag v0.2.0 already"),
    ],
)
def test_a_tree_that_is_not_ready_is_refused(
    root: Path, done: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    git(root, *done)
    assert main(["0.2.0", "--tag"], root) == 1
    assert says in capsys.readouterr().err


def test_a_heading_needs_a_date() -> None:
    assert notes("## 0.2.0 (unreleased)\n\n- New.\n", "0.2.0") == ""
