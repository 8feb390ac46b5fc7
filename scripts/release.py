"""Check that everything says one version, and tag it: python -m scripts.release VERSION [--tag]

Without --tag only the texts are checked, as the workflow does on a tag. Nothing is edited, pushed or published.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def notes(changelog: str, version: str) -> str:
    """Return the part of a changelog that is about `version`, "" where it has no heading with a date.

    >>> notes("## 0.2.0 (2026-12-31)\\n\\n- New.\\n\\n## 0.1.0 (2026-12-01)\\n", "0.2.0")
    '- New.'
    """
    heading = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$"
    match = re.search(rf"{heading}\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return match[1].strip() if match is not None else ""


def text_faults(root: Path, version: str) -> Iterator[str]:
    """Yield what the texts of a version lack."""
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        yield f"{version!r} is no version: write three numbers, such as 0.2.0."
    if declared != version:
        yield f"pyproject.toml says {declared}, not {version}: change it there, and run make lock."
    if not notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), version):
        yield f"CHANGELOG.md says nothing under a heading such as ## {version} (2026-12-31)."


def tree_faults(root: Path, version: str) -> Iterator[str]:
    """Yield why the commit that is checked out cannot be tagged."""
    if _git(root, "status", "--porcelain"):
        yield "There are changes that are not committed."
    if (branch := _git(root, "branch", "--show-current")) != "main":
        yield f"The branch is {branch or 'none'}, not main."
    if _git(root, "tag", "--list", f"v{version}"):
        yield f"There is a tag v{version} already."


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Return 0 where all is well, 1 after a line for each fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version")
    parser.add_argument("--tag", action="store_true", help="make the tag, if the tree allows it")
    given = parser.parse_args(arguments)
    version = given.version.removeprefix("v")
    faults = [*text_faults(root, version), *(tree_faults(root, version) if given.tag else ())]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if given.tag and not faults:
        text = notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
        _git(root, "tag", "--annotate", f"v{version}", "--cleanup=verbatim", "--message", f"Version {version}\n\n{text}")
        sys.stdout.write(f"Tagged. To release: git push origin v{version}\n")
    return 1 if faults else 0


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
