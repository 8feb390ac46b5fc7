"""What SECURITY.md says is stored is what the program stores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autocomplete.config.settings import memory_path, settings_path
from autocomplete.evaluation.calibration.calibration import calibration_path
from autocomplete.evaluation.history.store import store_path
from tests.docs.pages import ROOT, text_of

STORED = re.findall(r"^\| [\w ]+ \| `([^`]+)`, (\w+) folder \|", text_of(ROOT / "SECURITY.md"), re.MULTILINE)
DEFINED = "\n".join(text_of(path) for package in ("autocomplete", "tui") for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        (settings_path(), ("settings.toml", "configuration")),
        (memory_path(), ("memory.sqlite", "data")),
        (store_path(), ("outcomes.db", "data")),
        (calibration_path("english").parent / "", ("calibration/", "data")),
    ],
)
def test_a_file_is_listed_under_its_name(path: Path, listed: tuple[str, str]) -> None:
    assert listed in STORED
    assert path.name == listed[0].removesuffix("/")


def test_every_folder_of_the_user_is_named_by_its_files() -> None:
    """Each `user_data_path`, `user_config_path` and `user_state_path` in the code leads to a file that is listed."""
    names = set(re.findall(r"user_(?:data|config|state)_path\(\"autocomplete\"\)(?: / \"([\w.]+)\")?", DEFINED)) - {""}
    assert names | {"unsaved", "editor.json"} == {name.removesuffix("/") for name, _ in STORED}
