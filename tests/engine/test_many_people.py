"""One engine for many people: none is offered what another wrote."""

from __future__ import annotations

import pytest

from autocomplete import Autocompleter

SECRET = "My password is Zugspitzhammer99. The project Quellwerk begins. We meet about Quellwerk today. "
PROBES = ("My password is Z", "Tell me about Quel")


async def _offered(ac: Autocompleter) -> list[str]:
    decisions = [await ac.decide(text) for text in PROBES]
    return [completion for one in decisions for completion in (one.completion, *(a.completion for a in one.alternatives))]


def _is_safe(offered: list[str]) -> bool:
    return not any("ugspitz" in completion or completion.startswith("lwerk") for completion in offered)


@pytest.mark.parametrize("how", ["letter by letter", "one call", "a private document", "a document that is left"])
@pytest.mark.parametrize("enters", [False, True])
async def test_what_one_person_writes_is_never_offered_to_another(how: str, enters: bool) -> None:
    async with Autocompleter("english", cutoff=0.2) as ac:
        if "document" in how:
            ac.session.enter("a", "/tmp/secret.txt" if "private" in how else None)
        for end in range(1, len(SECRET) + 1) if how == "letter by letter" else [len(SECRET)]:
            await ac.decide(SECRET[:end])
        assert "ugspitz" in (await ac.decide(SECRET + "I use Z")).completion  # its own text it knows
        if "document" in how:
            ac.session.leave("a")
        if enters and "left" in how:
            return  # documents that are entered are one person's: what one teaches holds in the next
        if enters:
            ac.session.enter("b", "/tmp/b.txt")
        assert _is_safe(await _offered(ac))


async def test_people_who_take_turns_each_have_their_own_text_known() -> None:
    async with Autocompleter("english", cutoff=0.2) as ac:
        for _ in range(3):
            assert "ugspitz" in (await ac.decide(SECRET + "I use Z")).completion
            assert _is_safe(await _offered(ac))


async def test_a_fork_has_learned_nothing() -> None:
    async with Autocompleter("english", cutoff=0.2) as ac:
        ac.session.enter("a")
        await ac.decide(SECRET)
        async with ac.fork() as fork:
            assert _is_safe(await _offered(fork))
