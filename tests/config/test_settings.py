from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete.config.settings import Settings, load_settings, settings_path
from autocomplete.config.settings_file import save_settings
from autocomplete.errors import ConfigError

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a configuration folder and an environment of its own; return where the settings file goes."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AUTOCOMPLETE_{name.upper()}", raising=False)
    path = tmp_path / "autocomplete" / "settings.toml"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: path)  # other systems have no XDG_CONFIG_HOME
    path.parent.mkdir()
    return path


def test_the_file_lies_in_the_users_configuration_folder() -> None:
    assert settings_path().name == "settings.toml"
    assert settings_path().parent.name == "autocomplete"


def test_without_a_file_the_defaults_are_local() -> None:
    settings = load_settings()
    assert (settings.model, settings.base_url, settings.api_key) == ("english", None, None)
    assert settings.cutoff == 0.6
    assert settings.mode == "certified"


def test_what_is_given_beats_the_environment_which_beats_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("cutoff = 0.3\nmax_words = 3\nmax_requests = 9\n", encoding="utf-8")
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "0.4")
    monkeypatch.setenv("AUTOCOMPLETE_MAX_WORDS", "4")
    settings = load_settings(cutoff="0.5", max_words=None)
    assert (settings.cutoff, settings.max_words, settings.max_requests) == (0.5, 4, 9)


def test_a_byte_order_mark_is_no_part_of_the_file(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfcutoff = 0.3\n")
    assert load_settings().cutoff == 0.3
    save_settings({"max_words": 3})
    assert (load_settings().cutoff, load_settings().max_words) == (0.3, 3)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_variable_that_is_empty_is_unset(file: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file.write_text(
        'model = "openai:m"\nbase_url = "http://localhost:1/v1"\napi_key = "sk-1"\ncutoff = 0.3\n', encoding="utf-8"
    )
    before = load_settings()
    monkeypatch.setenv(f"AUTOCOMPLETE_{name.upper()}", "")
    assert load_settings() == before


@pytest.mark.parametrize("value", ["0", "1", "0.25", "1e-3"])
def test_every_probability_is_a_cutoff(value: str) -> None:
    assert load_settings(cutoff=value).cutoff == float(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("cutoff", bad) for bad in ("nan", "inf", "-0.1", "7", "abc", " ", "0,6")),
        *(("mode", bad) for bad in (" ", "certain", "CERTIFIED")),
        *(("max_words", bad) for bad in ("0", "-1", "1.5", "x", "21")),
        *(("max_requests", bad) for bad in ("-1", "x", "1001")),
        *(("timeout_s", bad) for bad in ("0", "-1", "nan", "x")),
        ("prefetch", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"AUTOCOMPLETE_{name.upper()}", value)
    with pytest.raises(ConfigError, match=rf"^Bad {name} in AUTOCOMPLETE_{name.upper()}: [a-z].*\.$"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cutof = 0.5", r"Unknown setting 'cutof' in .*settings\.toml: remove it\."),
        ("[engine]\ncutoff = 0.5", r"Unknown setting 'engine' in "),
        ('"two\\nlines" = 1', r"Unknown setting 'two\\nlines' in "),
        ("cutoff = ", r"Cannot read .*settings\.toml: Invalid value"),
        ('api_key = "sk-very-secret', r"Cannot read .*settings\.toml: "),
        ("api_key = 5", r"Bad api_key in .*settings\.toml: "),
        ("cutoff = 'high'", r"Bad cutoff in .*settings\.toml: "),
    ],
)
def test_a_bad_file_is_one_line_that_names_the_trouble(file: Path, text: str, message: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 1
    assert KEY not in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(file: Path) -> None:
    file.write_bytes(b"model = '\xff'")
    with pytest.raises(ConfigError, match=r"^Cannot read .*settings\.toml: "):
        load_settings()


def test_a_file_that_may_not_be_read_is_refused_without_error_numbers(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("cutoff = 0.5", encoding="utf-8")

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # root, who may read everything, runs tests too
    with pytest.raises(ConfigError, match=r"^Cannot read .*settings\.toml: Permission denied\.$"):
        load_settings()


def test_a_folder_in_place_of_the_file_is_not_taken_for_no_file(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigError, match=r"^Cannot read .*settings\.toml: "):
        load_settings()


def test_a_key_is_in_no_repr_and_no_dump(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(f'api_key = "{KEY}"\n', encoding="utf-8")
    settings = load_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY
    shown = repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()
    assert KEY not in shown
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "7")
    with pytest.raises(ConfigError) as caught:
        load_settings(api_key=KEY)
    assert KEY not in str(caught.value) + repr(caught.value)


def test_nothing_is_remembered_unless_it_is_turned_on(file: Path) -> None:
    assert (load_settings().remember, load_settings().private) == (False, ())
    file.write_text('remember = true\nprivate = ["*diary*", "~/letters/*"]\n', encoding="utf-8")
    assert (load_settings().remember, load_settings().private) == (True, ("*diary*", "~/letters/*"))


def test_private_patterns_may_be_one_text(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('private = "*diary*, ~/letters/*"\n', encoding="utf-8")
    assert load_settings().private == ("*diary*", "~/letters/*")
    monkeypatch.setenv("AUTOCOMPLETE_PRIVATE", "*.log,")
    assert load_settings().private == ("*.log",)
    with pytest.raises(ConfigError, match=r"^Bad private"):
        load_settings(private=[7])


@pytest.mark.parametrize(("given", "cutoff"), [("60%", 0.6), (" 99.5 % ", 0.995), ("100%", 1.0), ("0%", 0.0)])
def test_a_share_may_be_a_percentage(file: Path, monkeypatch: pytest.MonkeyPatch, given: str, cutoff: float) -> None:
    assert load_settings(cutoff=given).cutoff == cutoff
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", given)
    assert load_settings().cutoff == cutoff
    file.write_text('holdout_rate = "2%"', encoding="utf-8")
    assert load_settings().holdout_rate == 0.02


@pytest.mark.parametrize("given", ["101%", "x%", "%", "nan%", "-1%"])
def test_a_percentage_that_is_no_share_is_refused(file: Path, given: str) -> None:
    with pytest.raises(ConfigError, match=r"^Bad cutoff: give a probability from 0 to 1, such as 0\.6, or 60%\.$"):
        load_settings(cutoff=given)
