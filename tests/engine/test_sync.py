from __future__ import annotations

import pytest

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.engine import sync as sync_module
from autocomplete.engine.sync import SyncAutocompleter
from autocomplete.errors import BackendUnavailable, ConfigError


def test_a_script_gets_the_decision_itself() -> None:
    backend = ScriptedBackend({"hearing": {" from you": 0.9}})
    with SyncAutocompleter(backend, cutoff=0.5) as ac:
        assert ac.decide("hearing fr").completion == "om"
        assert ac.decide("hearing fr", max_requests=0).requests == 0
        ac.cutoff = 0.95
        assert (ac.cutoff, ac.gate.show_at(1)) == (0.95, 0.95)
        assert not ac.decide("hearing fr").shown
    assert backend.contexts == ["hearing"]  # and nothing was prefetched
    assert not backend.closed


def test_errors_are_the_same_and_leave_it_usable() -> None:
    def answer(request: Request) -> Distribution | BaseException:
        return BackendUnavailable("not now") if request.context == "bad" else Distribution((), 1.0)

    with SyncAutocompleter(ScriptedBackend(answer)) as ac:
        with pytest.raises(BackendUnavailable):
            ac.decide("bad ")
        assert not ac.decide("good ").shown
        with pytest.raises(ConfigError):
            ac.cutoff = 7


def test_settings_that_make_no_sense_leave_nothing_open() -> None:
    with pytest.raises(ConfigError):
        SyncAutocompleter(ScriptedBackend({}), max_words=0)


def test_closing_twice_is_harmless() -> None:
    with SyncAutocompleter(ScriptedBackend({})) as ac:
        ac.close()
    ac.close()


def test_it_closes_the_backend_that_it_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = ScriptedBackend({})
    monkeypatch.setattr("autocomplete.engine.autocompleter.open_backend", lambda spec, **settings: backend)
    with SyncAutocompleter() as ac:
        assert ac.decide("").shown is False
    assert backend.closed


def test_it_decides_nothing_itself() -> None:
    assert not hasattr(sync_module, "Search")


def test_gate_and_mode_can_be_changed_and_what_it_is_can_be_asked() -> None:
    backend = ScriptedBackend({"Thank": {" you": 0.7}, "Thank you": {".": 1.0}})
    with SyncAutocompleter(backend, cutoff=0.9) as autocompleter:
        assert not autocompleter.decide("Thank ").shown
        autocompleter.gate = FixedCutoff(0.5)
        assert autocompleter.decide("Thank ").shown
        autocompleter.mode = "certified"
        assert (autocompleter.mode, autocompleter.model) == ("certified", "scripted")
        assert autocompleter.capabilities == backend.capabilities
        assert autocompleter.next_tokens("Thank").tokens == ((b" you", 0.7),)


def test_a_closed_one_says_so() -> None:
    autocompleter = SyncAutocompleter(ScriptedBackend({}))
    autocompleter.close()
    for ask in (autocompleter.decide, autocompleter.next_tokens):
        with pytest.raises(ConfigError, match="closed"):
            ask("Thank ")
