"""From a spec to a backend, model files of one's own above all."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete.backends.embedded import SHIPPED
from autocomplete.engine.models import is_local, open_backend
from autocomplete.errors import ConfigError


@pytest.mark.parametrize("spec", [str(SHIPPED), f" {SHIPPED} "])
def test_a_path_that_ends_in_ngram_is_a_model_file(spec: str) -> None:
    backend = open_backend(spec)
    assert backend.name == "english"
    assert backend.capabilities.local


def test_a_model_file_is_found_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "german.ngram").touch()
    assert open_backend("~/german.ngram").name == "german"


@pytest.mark.parametrize(
    ("spec", "base_url", "says"),
    [
        ("missing.ngram", None, "make one with autocomplete train"),
        (str(SHIPPED), "http://localhost/v1", "takes no base URL"),
        ("english", "http://localhost/v1", "takes no base URL"),
        ("german", None, "FILE.ngram"),
        ("", None, "Known: english, FILE.ngram, openai:MODEL"),
    ],
)
def test_a_spec_that_names_no_model_is_refused(spec: str, base_url: str | None, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        open_backend(spec, base_url=base_url)


@pytest.mark.parametrize(
    ("spec", "local"),
    [("english", True), ("m.ngram", True), ("openai:m", False), ("openai:m.ngram", False), ("", False)],
)
def test_only_models_in_this_process_are_local(spec: str, local: bool) -> None:
    assert is_local(spec) is local
