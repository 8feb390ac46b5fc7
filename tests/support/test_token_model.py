from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.token_model import TokenModel

CONTEXTS = ["", " ", "Thank", "I look forward to hearing", "저는 아침에", "今天", "👨‍👩", "zzzz\r\n", "def count_"]


@pytest.mark.parametrize("context", CONTEXTS)
def test_full_distribution_sums_to_one_and_leaves_nothing_out(token_model: TokenModel, context: str) -> None:
    full = token_model.full(context)
    assert len(full) == len(token_model.tokens) == 1501
    assert full.min() > 0
    assert full.sum() == pytest.approx(1, abs=1e-9)


def test_the_seen_continuation_is_likeliest(token_model: TokenModel) -> None:
    (token, probability), *_ = token_model.top("I look forward to", 1)
    assert token_model.tokens[token] == b" hearing"
    assert probability > 0.8


def test_a_training_text_is_spelt_by_its_tokens(token_model: TokenModel) -> None:
    for text in ("Thank you", "도서관", "晚点", "👍🏽"):
        assert b"".join(token_model.tokens[token] for token in token_model.encode(text)).decode() == text


def test_some_tokens_are_parts_of_characters(token_model: TokenModel) -> None:
    assert {bytes([byte]) for byte in range(256)} < set(token_model.tokens)


def test_saved_and_loaded_it_says_the_same(token_model: TokenModel, tmp_path: Path) -> None:
    token_model.save(tmp_path / "model.npz")
    loaded = TokenModel.load(tmp_path / "model.npz")
    for context in CONTEXTS:
        assert (loaded.full(context) == token_model.full(context)).all()


def test_training_is_deterministic() -> None:
    text = "the cat sat on the mat\n\nthe dog sat on the cat"
    one, other = TokenModel.train(text, vocabulary=280), TokenModel.train(text, vocabulary=280)
    assert one.tokens == other.tokens
    assert (one.full("the") == other.full("the")).all()
