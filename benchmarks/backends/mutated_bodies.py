"""Answers of servers, damaged at random: python -m benchmarks.backends.mutated_bodies [BODIES]

Captured bodies of many servers, with values replaced, dropped, doubled, moved or cut, go through the parser, and every fifth
through engine and backend over a mock transport, with several statuses. No exception but a BackendError may leave; what is
parsed must be a distribution; and what is shown must have the probability that the body itself states, read here in another,
simpler way. The exit status is 1 where that fails.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

import tests
from autocomplete import Autocompleter, BackendError, Decision
from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.backends.openai.responses import Refusal, parse
from autocomplete.backends.openai.verdicts import classify_error, classify_refusal
from benchmarks.support.tables import machine, percentile, table

WIRE = Path(tests.__file__).parent / "backends" / "openai" / "wire"
CONTEXT, CUTOFF = "I look forward to hearing", 0.5
#: One body in so many goes through the backend too.
BACKEND_EACH = 5
STATUSES = (200,) * 6 + (400, 404, 422, 429, 500)
#: Values that take the place of others.
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        -0.0,
        -0.2,
        0.3,
        -9999.0,
        -1e308,
        1e400,
        -1e400,
        math.nan,
        10**400,
        "",
        " ",
        "from",
        " from",
    ),
    *("\ud800", "\ufffd", "bytes:\\xe2", "\\xff", "▁a", "Ġthe", "<|endoftext|>", "<think>", "\x1b[31m", "-0.2", "token_id:7"),
    *([], {}, [[]], [None], {"token": " from", "logprob": -0.01}, [32, 102], "a" * 10_000),
)


def bodies() -> list[str]:
    """Return undamaged answers: the captured ones, and one in each shape that shows a word."""
    listed = {" from": -0.4, " you": -1.8, " about": -2.6}
    entries = [{"token": token, "logprob": value, "bytes": list(token.encode())} for token, value in listed.items()]
    legacy = {"tokens": [" from"], "token_logprobs": [-0.4], "top_logprobs": [listed], "text_offset": [25]}
    content = {"content": [{**entries[0], "top_logprobs": entries}]}
    message = {"role": "assistant", "content": " from"}
    shown = [
        {"choices": [{"index": 0, "text": " from", "finish_reason": "length", "logprobs": legacy}]},
        {"choices": [{"index": 0, "text": " from", "finish_reason": "length", "logprobs": content}]},
        {"choices": [{"index": 0, "message": message, "finish_reason": "length", "logprobs": content}]},
    ]
    fixtures = [item["raw"] for item in json.loads((WIRE / "responses.json").read_text(encoding="utf-8"))]
    captures = [path.read_text(encoding="utf-8") for path in sorted((WIRE / "captures").iterdir())]
    return [*(json.dumps(body) for body in shown * 20), *fixtures, *captures]


def mutate(raw: str, rng: random.Random) -> str:
    """Return `raw` with one to three damages: to its values, where it is JSON, or to its text."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            value = None
        damaged = _damage_value(value, rng) if isinstance(value, dict) and rng.random() < 0.7 else None
        raw = _damage_text(raw, rng) if damaged is None else damaged
    return raw


def _damage_value(body: dict[str, Any], rng: random.Random) -> str | None:
    paths = list(_paths(body))
    if not paths:
        return None
    *way, last = rng.choice(paths)
    place: Any = body  # a list or a dictionary
    for key in way:
        place = place[key]
    kind = rng.randrange(4)
    if kind == 0:
        del place[last]
    elif kind == 1 and isinstance(last, int):
        place.insert(rng.randint(0, len(place)), place[last])
    elif kind == 2 and isinstance(place, dict):
        place[rng.choice(("token", "logprob", "bytes", "text", "content", "logprobs", "error", "id", "tokens", " the"))] = (
            place[last]
        )
    else:
        place[last] = rng.choice(ODD)
    return json.dumps(body, ensure_ascii=rng.random() < 0.8)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from _paths(item, (*path, key))


def _damage_text(raw: str, rng: random.Random) -> str:
    at, until = sorted(rng.randint(0, len(raw)) for _ in range(2))
    kind = rng.randrange(5)
    if kind == 0:
        return raw[:at]
    if kind == 1:
        return raw[:at] + raw[min(until, at + 20) :]
    if kind == 2:
        return (
            raw[:at] + rng.choice(('"', "{", "}", "[", "]", ",", "\x00", "\ufffd", "1", "-", "e9", "null", "\\u00")) + raw[at:]
        )
    if kind == 3:  # a repeated key
        key = rng.choice(("choices", "logprobs", "top_logprobs", "token", "logprob", "tokens", " from"))
        value = rng.choice(("null", "[]", "{}", "-0.01", "-9", '" from"'))
        return raw.replace(f'"{key}":', f'"{key}": {value}, "{key}":', rng.randint(1, 2))
    return rng.choice(
        (f"\ufeff{raw}", f"data: {raw}\n\n", f"[{raw}]", raw + raw, f'{{"error": {raw}}}', "[" * rng.choice((9, 60_000)))
    )


def stated(raw: str) -> dict[str, float]:
    """Return every text beside a number in a body, with the most that any of these numbers gives it."""
    found: dict[str, float] = {}

    def state(text: object, logprob: object) -> None:
        if isinstance(text, str) and isinstance(logprob, int | float) and logprob <= 1e-3:
            found[text] = max(found.get(text, 0.0), math.exp(min(0.0, logprob)))

    def visit(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        item = dict(pairs)
        for key, value in pairs:  # a repeated key too
            state(key, value)
            for spelled in (text for name, text in pairs if name == "token"):
                state(spelled, value if key == "logprob" else None)
                if isinstance(item.get("bytes"), list):
                    state(_text(item["bytes"]), value if key == "logprob" else None)
        tokens, values = item.get("tokens"), item.get("token_logprobs")
        if isinstance(tokens, list) and isinstance(values, list):
            for token, value in zip(tokens, values, strict=False):
                state(token, value)
        return item

    json.loads(raw, object_pairs_hook=visit)
    return found


def _text(values: list[Any]) -> str | None:
    try:
        return bytes(values).decode(errors="ignore")
    except (TypeError, ValueError):
        return None


def check_parser(raw: str, status: int) -> str:
    """Return what a body was read as. Raises AssertionError where that is no distribution."""
    if status != 200:
        return classify_error(status, raw, {}, {"model": "m", "logprobs": 20}).action.name
    read = parse(raw, CONTEXT)
    if isinstance(read, Refusal):
        classify_refusal(read, raw, {}, {})
        return "refused"
    values = [*(p for _, p in read.tokens), read.end, read.residual]
    assert all(math.isfinite(value) and 0.0 <= value <= 1.0 + 1e-3 for value in values), "no probabilities"
    assert abs(sum(values) - 1.0) < 1e-6, "probabilities do not sum to 1"
    assert all(token for token, _ in read.tokens), "an empty token"
    return "a distribution"


class MutatedServer:
    """Answers the first context with a damaged body, every other with one that ends the word."""

    def __init__(self) -> None:
        self.raw, self.status = "", 200
        self.n_requests = 0
        self.transport = httpx2.MockTransport(self.answer)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer to one request."""
        self.n_requests += 1
        asked = json.loads(request.content)
        text = asked.get("prompt") or asked["messages"][-1]["content"]
        if text.endswith(CONTEXT):
            return httpx2.Response(self.status, content=self.raw.encode(errors="replace"))
        entry = {"token": " you", "logprob": -0.05, "bytes": list(b" you")}
        choice = {"text": " you", "message": {"content": " you"}, "logprobs": {"content": [{**entry, "top_logprobs": [entry]}]}}
        return httpx2.Response(200, json={"choices": [choice]})


async def check_backend(server: MutatedServer, raw: str, status: int) -> str:
    """Return what a fresh backend made of a body. Raises AssertionError where what is shown is not stated."""
    server.raw, server.status = raw, status
    async with httpx2.AsyncClient(transport=server.transport) as client:
        backend = OpenAIBackend("m", base_url="http://mock.example/v1", api_key="k", http_client=client, timeout_s=60.0)
        try:
            decision = await Autocompleter(backend, cutoff=CUTOFF, prefetch=False).decide(f"{CONTEXT} ")
        except BackendError as error:
            assert "\n" not in str(error), "an error of several lines"
            return type(error).__name__
    if decision.shown:
        _check_shown(decision, raw, status)
    return "shown" if decision.shown else "withheld"


def _check_shown(decision: Decision, raw: str, status: int) -> None:
    assert status == 200, f"shown after a status of {status}"
    found, word = stated(raw), decision.completion
    matching = sum(p for text, p in found.items() if _begins_alike(text.strip(), word))
    others = sum(p for text, p in found.items() if not text.startswith(" ") and not _begins_alike(text.strip(), word))
    # a blank was typed, so what does not begin with one is out of the question
    assert matching >= (decision.bounds.lower - 1e-6) * (1.0 - min(others, 1.0)), f"{word!r}, {decision.bounds}: not stated"


def _begins_alike(text: str, word: str) -> bool:
    return text != "" and (text.startswith(word) or word.startswith(text))


async def run(n: int, seed: int = 1) -> tuple[Counter[str], dict[str, list[str]], list[float]]:
    """Return what became of `n` bodies, the faults by kind, and the seconds that each parse took."""
    rng = random.Random(seed)
    originals = bodies()
    outcomes: Counter[str] = Counter()
    faults: defaultdict[str, list[str]] = defaultdict(list)
    times: list[float] = []
    server = MutatedServer()
    for number in range(n):
        raw, status = mutate(rng.choice(originals), rng), rng.choice(STATUSES)
        started = time.perf_counter()
        try:
            outcomes[f"parser: {check_parser(raw, status)}"] += 1
        except Exception as exc:
            faults[f"parser: {type(exc).__name__} {exc}"].append(raw[:300])
        times.append(time.perf_counter() - started)
        if number % BACKEND_EACH == 0:
            before = server.n_requests
            try:
                outcomes[f"backend: {await check_backend(server, raw, status)}"] += 1
            except Exception as exc:
                faults[f"backend: {type(exc).__name__} {exc}"].append(raw[:300])
            outcomes["most requests of a decision"] = max(outcomes["most requests of a decision"], server.n_requests - before)
    return outcomes, faults, times


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    started = time.perf_counter()
    outcomes, faults, times = asyncio.run(run(n))
    print(f"{n:,} mutated bodies, {time.perf_counter() - started:.0f} s. {machine()}\n")
    rows = [(name, f"{count:,}") for name, count in sorted(outcomes.items())]
    rows += [("slowest parse", f"{max(times) * 1000:.0f} ms"), ("median parse", f"{percentile(times, 0.5) * 1000:.2f} ms")]
    rows.append(("faults", f"{sum(map(len, faults.values())):,}"))
    print(table(("what", "count"), rows))
    for fault, examples in faults.items():
        print(f"{len(examples):,} times {fault}: {examples[0]!r}")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
