"""Settings that cannot be are left out and told: whoever wants to write can, and nothing leaves the machine for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete import ConfigError, Settings, load_settings
from autocomplete.editor import SettingsFault, save_settings, set_settings_aside, usable_settings

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a settings file and an environment of its own; return where the file goes."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AUTOCOMPLETE_{name.upper()}", raising=False)
    path = tmp_path / "settings.toml"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: path)  # every system has another place
    return path


def faults(**given: object) -> tuple[SettingsFault, ...]:
    return usable_settings(**given)[1]


def test_where_nothing_is_wrong_it_is_the_same(file: Path) -> None:
    file.write_text("cutoff = 0.7\nprivate = ['*diary*']\n", encoding="utf-8")
    assert usable_settings(mode="estimated") == (load_settings(mode="estimated"), ())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"cutoff = \n", "Cannot read {}: Invalid value (at line 1, column 10)."),
        (b"cutoff = 0.7\n\n<<<<<<< HEAD\n", "line 3"),
        (b"cutoff = 0.7\nmodel = '\xff'\n", "Cannot read {}: line 2 is not UTF-8."),
        (b"cutoff = 0.7\ncutoff = 0.8\n", "Cannot overwrite a value (at line 2"),
        (b"\x00\x01\x02", "Cannot read {}: "),
        (b"[" * 5000, "Cannot read {}: "),
        (b"x = " + b"[" * 5000, "Cannot read {}: "),
        (b"cutoff = " + b"9" * 5000, "Cannot read {}: "),
        (None, "Cannot read {}: Is a directory."),
    ],
)
def test_of_a_damaged_file_nothing_holds_and_one_line_says_where(data: bytes | None, says: str, file: Path) -> None:
    file.mkdir() if data is None else file.write_bytes(data)
    settings, (fault,) = usable_settings(max_words="3")
    assert (settings.cutoff, settings.max_words, fault.setting) == (0.6, 3, None)
    assert says.format(file) in fault.message
    assert len(fault.message.splitlines()) == 1
    with pytest.raises(ConfigError, match=r"^Cannot read "):
        load_settings()


def test_the_environment_holds_although_the_file_is_damaged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("= 1", encoding="utf-8")
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "0.4")
    assert usable_settings()[0].cutoff == 0.4


@pytest.mark.parametrize(
    ("line", "setting", "says"),
    [
        ("cutoff = 7", "cutoff", "Bad cutoff in {}: "),
        ("cutoff = 'high'", "cutoff", "Bad cutoff in {}: "),
        ("cutof = 0.5", "cutof", "Unknown setting 'cutof' in {}: remove it."),
        ("[engine]\nx = 1", "engine", "Unknown setting 'engine' in {}: remove it."),
        ("mode = 3", "mode", "Bad mode in {}: "),
        ("max_words = [1]", "max_words", "Bad max_words in {}: "),
        ("private = 7", "private", "Bad private in {}: "),
        ("private = ['*a*', 7]", "private", "Bad private"),
        ("goal = 'best'", "goal", "Bad goal in {}: "),
    ],
)
def test_one_bad_value_leaves_the_others_in_force(line: str, setting: str, says: str, file: Path) -> None:
    file.write_text(f"max_requests = 9\n{line}\n", encoding="utf-8")
    settings, (fault,) = usable_settings()
    assert settings.max_requests == 9
    assert fault.setting == setting
    assert says.format(file) in fault.message
    with pytest.raises(ConfigError):
        load_settings()


def test_every_bad_value_is_told_those_of_variables_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("cutoff = 7\nmax_words = 0\ntheme = 'nord'\n", encoding="utf-8")
    monkeypatch.setenv("AUTOCOMPLETE_MODE", "sure")
    settings, found = usable_settings()
    assert (settings.theme, settings.mode) == ("nord", "certified")
    assert [fault.setting for fault in found] == ["cutoff", "mode", "max_words"]
    assert "AUTOCOMPLETE_MODE" in found[1].message


def test_a_bad_variable_gives_way_to_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("cutoff = 0.7\n", encoding="utf-8")
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "high")
    assert usable_settings()[0].cutoff == 0.7


def test_what_is_given_by_hand_is_an_error_as_ever(file: Path) -> None:
    file.write_text("= 1", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^Bad cutoff: "):
        usable_settings(cutoff="7")


@pytest.mark.parametrize("text", ["= 1", "private = 7", "private = ['*a*', 7]"])
def test_while_nobody_knows_what_is_private_everything_is(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    assert usable_settings()[0].private == ("*",)


def test_private_patterns_of_the_environment_hold(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("= 1", encoding="utf-8")
    monkeypatch.setenv("AUTOCOMPLETE_PRIVATE", "*.log")
    assert usable_settings()[0].private == ("*.log",)


@pytest.mark.parametrize("text", ["= 1", "store_outcomes = 'perhaps'"])
def test_while_nobody_knows_whether_figures_may_be_kept_none_are(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    assert usable_settings()[0].store_outcomes is False


@pytest.mark.parametrize("text", ["base_url = 5\n", "base_url = 'http://127.0.0.1:9/v1\n"])
@pytest.mark.parametrize("where", ["file", "environment", "given"])
def test_where_the_address_is_lost_no_text_and_no_key_goes_elsewhere(
    text: str, where: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {}
    model = 'model = "openai:m"\n' if where == "file" else ""
    file.write_text(f'{model}api_key = "{KEY}"\n{text}', encoding="utf-8")
    if where == "environment":
        monkeypatch.setenv("AUTOCOMPLETE_MODEL", "openai:m")
    if where == "given":
        given = {"model": "openai:m"}
    settings, found = usable_settings(**given)
    assert (settings.model, settings.base_url, settings.api_key) == ("english", None, None)
    assert KEY not in str(found)


def test_an_address_from_elsewhere_holds(file: Path) -> None:
    file.write_text("base_url = 5\n", encoding="utf-8")
    settings, _ = usable_settings(model="openai:m", base_url="http://127.0.0.1:9/v1")
    assert (settings.model, settings.base_url) == ("openai:m", "http://127.0.0.1:9/v1")


def test_another_setting_can_be_saved_beside_a_bad_one_which_stays(file: Path) -> None:
    file.write_text("cutoff = 'high' # mine\ncutof = 1\n", encoding="utf-8")
    save_settings({"theme": "nord"})
    assert file.read_text(encoding="utf-8") == "cutoff = 'high' # mine\ncutof = 1\ntheme = \"nord\"\n"
    save_settings({"cutoff": None})
    assert [fault.setting for fault in faults()] == ["cutof"]


def test_what_is_saved_beside_a_lost_address_is_what_was_asked_for(file: Path) -> None:
    file.write_text("base_url = 5\n", encoding="utf-8")
    save_settings({"model": "openai:m", "api_key": KEY})
    assert file.read_text(encoding="utf-8") == f'base_url = 5\nmodel = "openai:m"\napi_key = "{KEY}"\n'


def test_a_damaged_file_is_set_aside_under_the_first_free_name(file: Path) -> None:
    file.write_bytes(b"= 1")
    file.with_name("settings.toml.damaged-1").write_bytes(b"older")
    assert set_settings_aside() == file.with_name("settings.toml.damaged-2")
    assert not file.exists()
    assert file.with_name("settings.toml.damaged-2").read_bytes() == b"= 1"
    assert file.with_name("settings.toml.damaged-1").read_bytes() == b"older"
    assert faults() == ()


def test_what_cannot_be_set_aside_is_told(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"^Cannot move .*settings\.toml"):
        set_settings_aside()
