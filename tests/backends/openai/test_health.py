"""When a server is asked again after it failed."""

from __future__ import annotations

import pytest

from autocomplete.backends.openai.endpoint import resolve
from autocomplete.backends.openai.health import Health
from autocomplete.backends.openai.verdicts import Action, Verdict
from autocomplete.errors import BackendRejected, BackendUnavailable, LogprobsUnsupported


class Clock:
    """A clock that the test sets."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def _health(clock: Clock) -> Health:
    return Health("m", resolve("http://user:secret@host:81/v1", None, {}), clock)


def test_a_rate_limit_pauses_until_its_time_is_over() -> None:
    clock = Clock()
    health = _health(clock)
    error = health.error(Verdict(Action.RATE, retry_after_s=6.2))
    assert isinstance(error, BackendUnavailable)
    assert str(error) == "Rate limited, resuming in 7 s"
    assert error.retry_after_s == pytest.approx(6.2)
    clock.now_s += 6
    with pytest.raises(BackendUnavailable, match="resuming in 1 s"):
        health.check()
    clock.now_s += 0.3
    health.check()


def test_failures_in_a_row_back_off_twice_as_long_each() -> None:
    health, waits = _health(Clock()), []
    for _ in range(7):
        error = health.error(Verdict(Action.FAILING))
        assert isinstance(error, BackendUnavailable)
        waits.append(error.retry_after_s)
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    health.answered()
    assert "in 1 s" in str(health.error(Verdict(Action.LOADING)))


def test_three_timeouts_in_a_row_are_slow() -> None:
    health = _health(Clock())
    messages = [str(health.timed_out()) for _ in range(3)]
    assert messages == ["host did not answer in time."] * 2 + ["host is slow."]
    health.answered()
    assert str(health.error(Verdict(Action.SLOW))) == "host did not answer in time."


@pytest.mark.parametrize(
    ("action", "kind", "message"),
    [
        (Action.STOP_KEY, BackendRejected, "API key missing or rejected for host."),
        (Action.STOP_CREDIT, BackendRejected, "Out of credit."),
        (
            Action.UNSUPPORTED,
            LogprobsUnsupported,
            "m does not expose token probabilities; choose another model, or reasoning effort none.",
        ),
    ],
)
def test_refusals_for_good_are_remembered(action: Action, kind: type[Exception], message: str) -> None:
    health = _health(Clock())
    assert str(health.error(Verdict(action))) == message
    with pytest.raises(kind) as caught:
        health.check()
    assert str(caught.value) == message


@pytest.mark.parametrize("action", Action)
def test_every_message_is_one_line_without_credentials(action: Action) -> None:
    message = str(_health(Clock()).error(Verdict(action, why="reason")))
    assert message
    assert "\n" not in message
    assert "secret" not in message
    assert "{" not in message
