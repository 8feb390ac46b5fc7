"""What a decision is made of before anybody is asked."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autocomplete import Capabilities, Request, ScriptedBackend
from autocomplete.core.decision import Mode
from autocomplete.core.root import split
from autocomplete.engine.decider import Decider
from tests.core.awkward_texts import AWKWARD

FILTERS = ScriptedBackend({}, capabilities=Capabilities(filters=True))


@given(text=st.lists(st.sampled_from([*AWKWARD, " ", "word", "x" * 40]), max_size=20).map("".join))
@example("x" * 63 + " y\r\nz \ud800")
def test_a_root_is_that_of_the_window_before_the_cursor(text: str) -> None:
    decider = Decider(ScriptedBackend({}), context_chars=64)
    before = None
    for at in range(len(text) + 1):
        root = decider.root(text, at)
        assert decider.root(text, at, before=before) == root
        assert decider.text_before(text, at) == root.context + root.typed
        assert "\ud800" not in root.context + root.typed
        before = root
    assert decider.root(text) == decider.root(text, len(text))


def test_a_short_text_is_cut_whole() -> None:
    assert Decider(ScriptedBackend({})).root("I look forward to hearing fr") == split("I look forward to hearing fr")


@pytest.mark.parametrize(("backend", "equal"), [(ScriptedBackend({}), True), (FILTERS, False)])
def test_what_is_typed_makes_another_request_only_where_the_backend_filters(backend: ScriptedBackend, equal: bool) -> None:
    decider = Decider(backend)
    one, other = Request("I look", b" f"), Request("I look", b" fo")
    assert (decider.key(one) == decider.key(other)) is equal
    assert decider.key(one) != decider.key(Request("I look "))


def test_what_was_learned_makes_another_request() -> None:
    class Learning(ScriptedBackend):
        generation = 0

        def learn(self, text: str) -> None: ...

        def observe(self, context: str) -> None: ...

    backend = Learning({})
    decider = Decider(backend)
    before = decider.key(Request("I look"))
    backend.generation = 1
    assert decider.key(Request("I look")) != before


def test_a_prior_is_needed_only_where_unseen_mass_is_estimated() -> None:
    assert Decider(ScriptedBackend({})).prior(Mode.CERTIFIED) is None
    assert Decider(FILTERS).prior(Mode.ESTIMATED) is None
    prior = Decider(ScriptedBackend({})).prior(Mode.ESTIMATED)
    assert prior is not None
    assert prior.starts_with(b" th") > prior.starts_with(b" qz")
