"""The settings file is changed as a careful person would change it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from autocomplete import ConfigError, Settings, load_settings
from autocomplete.editor import save_settings, settings_source

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a settings file and an environment of its own; return where the file goes."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AUTOCOMPLETE_{name.upper()}", raising=False)
    path = tmp_path / "autocomplete" / "settings.toml"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: path)  # every system has another place
    return path


def test_the_first_change_makes_folder_and_file(file: Path) -> None:
    assert save_settings({"cutoff": 0.7, "soft_wrap": False}) == file
    assert file.read_text(encoding="utf-8") == "cutoff = 0.7\nsoft_wrap = false\n"
    assert (load_settings().cutoff, load_settings().soft_wrap) == (0.7, False)


def test_comments_order_and_spacing_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("# mine\nmodel = 'english'   # here\n\ncutoff=0.6 # was .5\nmax_words = 2\n", encoding="utf-8")
    save_settings({"cutoff": "0.65", "max_words": None, "theme": "nord"})
    assert file.read_text(encoding="utf-8") == (
        "# mine\nmodel = 'english'   # here\n\ncutoff=0.65 # was .5\ntheme = \"nord\"\n"
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cutoff": "7"}, "Bad cutoff"),
        ({"theme": "nord", "max_words": "many"}, "Bad max_words"),
        ({"colour": "red"}, "Unknown setting 'colour'"),
    ],
)
def test_a_value_that_cannot_be_leaves_the_file_as_it_was(changes: dict[str, object], says: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("cutoff = 0.6\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        save_settings(changes)
    assert file.read_text(encoding="utf-8") == "cutoff = 0.6\n"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("data", [b"cutoff = ", b"model = '\xff'"])
def test_a_file_that_is_no_toml_is_left_to_its_owner(data: bytes, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(data)
    with pytest.raises(ConfigError, match="Cannot read"):
        save_settings({"cutoff": 0.5})
    assert file.read_bytes() == data


def test_a_bad_value_in_the_file_can_be_mended(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("cutoff = 'high'\n", encoding="utf-8")
    save_settings({"cutoff": 0.5})
    assert load_settings().cutoff == 0.5


def test_a_key_is_readable_by_its_owner_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("base_url = 'http://localhost/v1'\n", encoding="utf-8")
    file.chmod(0o644)
    save_settings({"api_key": KEY})
    key = load_settings().api_key
    assert key is not None
    assert key.get_secret_value() == KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_links_and_permissions_are_kept(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("cutoff = 0.6\n", encoding="utf-8")
    real.chmod(0o640)
    file.symlink_to(real)
    save_settings({"cutoff": 0.5})
    assert file.is_symlink()
    assert real.read_text(encoding="utf-8") == "cutoff = 0.5\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_failing_write_leaves_the_old_file_and_no_litter(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings({"cutoff": 0.6})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        save_settings({"cutoff": 0.5})
    assert file.read_text(encoding="utf-8") == "cutoff = 0.6\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_list_is_written_as_a_list(file: Path) -> None:
    save_settings({"private": ("*diary*", "~/letters/*")})
    assert load_settings().private == ("*diary*", "~/letters/*")


def test_the_source_of_a_value_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings({"cutoff": 0.5, "mode": "estimated", "max_words": 2})
    monkeypatch.setenv("AUTOCOMPLETE_MODE", "certified")
    given = {"max_words": "3", "model": None}
    sources = [settings_source(name, given) for name in ("model", "cutoff", "mode", "max_words")]
    assert sources == ["default", "settings file", "environment", "command line"]


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
