"""The embedded English model, as it is shipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autocomplete.backends.embedded import N_TOKENS, SHIPPED, EmbeddedBackend
from autocomplete.core.backend import Backend, Request
from autocomplete.core.distribution import Distribution
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.errors import BackendRejected, ConfigError


@pytest.fixture(scope="module")
def backend() -> EmbeddedBackend:
    return EmbeddedBackend()


async def top(backend: EmbeddedBackend, context: str, typed: bytes = b"") -> list[bytes]:
    answer = await backend.next_tokens(Request(context, typed))
    return [token for token, _ in answer.tokens]


@pytest.mark.parametrize(
    ("context", "typed", "first"),
    [
        ("I look forward to hearing", b" f", b" from"),
        ("I look forward to hearing", b" fr", b" from"),
        ("Thank you very", b"", b" much"),
        ("Thank you very", b" ", b" much"),
        ("The United States of", b" ", b" America"),
        ("I", b" don'", b" don't"),
        ("One of the", b" most i", b" most"),
        ("It was late. I", b" wa", b" was"),
        ("It was late.", b" Th", b" The"),
        ("It was late.\n", b"Th", b"The"),
        ("", b"Th", b"The"),
        ("However", b",", b","),
    ],
)
async def test_common_phrases_go_on_as_one_expects(backend: EmbeddedBackend, context: str, typed: bytes, first: bytes) -> None:
    assert (await top(backend, context, typed))[0] == first


TYPED = [b"", b" ", b" fr", b" F", b",", b", a", b' ("ba', b"\xff\xfe", b"x" * 5000, "日".encode()]
AWKWARD = ["", " ", "\n", "I", "I am ", 'He said "', "日本語", "😀", "a" * 10_000, "x\r\ny", "\ud800"]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("context", AWKWARD)
async def test_every_answer_is_a_distribution_of_compatible_tokens(
    backend: EmbeddedBackend, context: str, typed: bytes
) -> None:
    answer = await backend.next_tokens(Request(context, typed))
    checked = Distribution.from_pairs(answer.tokens, unseen=answer.residual)  # refuses what is no distribution
    assert [token for token, _ in answer.tokens] == [token for token, _ in checked.tokens]
    assert sum(p for _, p in answer.tokens) + answer.residual == pytest.approx(1.0)
    assert answer.whole_words
    assert len(answer.tokens) <= N_TOKENS
    assert all(token.startswith(typed) or typed.startswith(token) for token, _ in answer.tokens)
    assert answer.end == 0.0


@pytest.mark.parametrize("typed", [b" zzqx", b" 1234567", "日本".encode()])
async def test_an_unknown_stem_gets_nothing(backend: EmbeddedBackend, typed: bytes) -> None:
    answer = await backend.next_tokens(Request("I am", typed))
    assert (answer.tokens, answer.residual) == ((), 1.0)


async def test_no_class_or_special_is_ever_shown(backend: EmbeddedBackend) -> None:
    for context in ("In the year", "Chapter", "", "They are", "Hello."):
        assert not [token for token in await top(backend, context) if b"<" in token and len(token.strip()) > 1]


def test_the_shipped_model_sums_to_one() -> None:
    model = Lexicon.open(SHIPPED).model
    generator = np.random.default_rng(7)
    unigrams = model.distribution([]).astype(np.float64)
    ids = generator.choice(len(unigrams), size=(300, 3), p=unigrams / unigrams.sum())
    histories = [(), (0,), *map(tuple, ids.tolist()), *((0, a) for a, *_ in ids.tolist())]
    for history in histories:
        distribution = model.distribution(history)
        assert float(distribution.sum(dtype=np.float64)) == pytest.approx(1.0, abs=1e-3)
        assert distribution.min() >= 0.0


def test_the_shipped_model_is_of_a_size_that_can_be_shipped() -> None:
    assert 6_000_000 < SHIPPED.stat().st_size < 13_000_000


def damaged(folder: Path) -> Path:
    path = folder / "damaged"
    path.write_bytes(SHIPPED.read_bytes()[:1000])
    return path


def test_opening_a_bad_model_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Cannot read"):
        EmbeddedBackend(tmp_path / "missing").open()
    with pytest.raises(ConfigError, match="damaged"):
        EmbeddedBackend(damaged(tmp_path)).open()


async def test_asking_a_bad_model_file_is_refused(tmp_path: Path) -> None:
    backend: Backend = EmbeddedBackend(damaged(tmp_path))
    with pytest.raises(BackendRejected, match="damaged"):
        await backend.next_tokens(Request("I"))


async def test_a_closed_backend_opens_again(backend: EmbeddedBackend) -> None:
    other = EmbeddedBackend()
    before = await top(other, "I am")
    await other.aclose()
    await other.aclose()
    assert await top(other, "I am") == before


def test_the_prior_knows_common_words(backend: EmbeddedBackend) -> None:
    assert backend.prior.starts_with(b" th") > backend.prior.starts_with(b" the") > backend.prior.word(b" the") > 0.02
    assert 0.7 < backend.prior.starts_with(b" ") < 1.0


def test_making_a_backend_imports_no_numpy() -> None:
    code = "import sys, autocomplete.backends.embedded as e; e.EmbeddedBackend(); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
