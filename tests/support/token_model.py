"""A small language model over byte-level BPE tokens, whose full distribution is known.

Invariant: `full` sums to 1 and depends on nothing but the text, the settings and the context. The model is a trigram over
tokens with Witten-Bell interpolation down to the uniform distribution:

    P(t | h) = (count(h t) + types(h) * P(t | h')) / (count(h) + types(h))
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of n-grams: sorted `keys` (base-V numbers, oldest token first) with their `counts`."""

    keys: Ints
    counts: Ints

    @classmethod
    def of(cls, keys: Ints) -> Counts:
        unique, counts = np.unique(keys, return_counts=True)
        return cls(unique, counts.astype(np.int64))

    def after(self, prefix: int, base: int) -> tuple[Ints, Ints]:
        """Return the tokens seen after the tokens of `prefix`, and how often."""
        low, high = np.searchsorted(self.keys, [prefix * base, (prefix + 1) * base])
        return self.keys[low:high] - prefix * base, self.counts[low:high]


class TokenModel:
    """The model. `tokens[i]` are the bytes of token i; the last, with empty bytes, is the end of the text."""

    def __init__(self, tokenizer: Tokenizer, orders: tuple[Counts, Counts, Counts]) -> None:
        self._tokenizer = tokenizer
        self._orders = orders
        self.tokens = (*_token_bytes(tokenizer), b"")
        self.end = len(self.tokens) - 1

    @classmethod
    def train(cls, text: str, *, vocabulary: int = 4096) -> TokenModel:
        """Return the model of `text`, whose documents are separated by blank lines."""
        documents = [document for document in text.split("\n\n") if document.strip()]
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
        tokenizer.train_from_iterator(documents, trainer)
        size = tokenizer.get_vocab_size() + 1
        encoded = [encoding.ids for encoding in tokenizer.encode_batch_fast(documents)]
        stream = np.concatenate([np.array([*ids, size - 1], dtype=np.int64) for ids in encoded])
        bigrams = stream[:-1] * size + stream[1:]
        return cls(tokenizer, (Counts.of(stream), Counts.of(bigrams), Counts.of(bigrams[:-1] * size + stream[2:])))

    def encode(self, text: str) -> list[int]:
        """Return the tokens of `text`."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids

    def full(self, context: str) -> Floats:
        """Return the probability of each token after `context`; the last is that of the end of the text."""
        size = len(self.tokens)
        history = [self.end, *self.encode(context)][-2:]
        probabilities = np.full(size, 1.0 / size)
        for order, counts in enumerate(self._orders[: len(history) + 1]):
            prefix = 0
            for token in history[len(history) - order :]:
                prefix = prefix * size + token
            seen, times = counts.after(prefix, size)
            if len(seen):
                probabilities *= len(seen)
                probabilities[seen] += times
                probabilities /= times.sum() + len(seen)
        return probabilities

    def top(self, context: str, k: int) -> list[tuple[int, float]]:
        """Return the `k` likeliest tokens after `context` with their probabilities, likeliest first."""
        probabilities = self.full(context)
        ranked = np.argsort(-probabilities, kind="stable")[:k]
        return [(int(token), float(probabilities[token])) for token in ranked]

    def save(self, path: Path) -> None:
        """Write the model to `path` (npz)."""
        tokenizer = np.frombuffer(self._tokenizer.to_str().encode(), dtype=np.uint8)
        arrays: dict[str, Any] = {f"keys{n}": counts.keys for n, counts in enumerate(self._orders)}
        arrays |= {f"counts{n}": counts.counts for n, counts in enumerate(self._orders)}
        np.savez_compressed(path, tokenizer=tokenizer, **arrays)

    @classmethod
    def load(cls, path: Path) -> TokenModel:
        """Return the model that `save` wrote."""
        with np.load(path) as arrays:
            first, second, third = (Counts(arrays[f"keys{n}"], arrays[f"counts{n}"]) for n in range(3))
            return cls(Tokenizer.from_str(arrays["tokenizer"].tobytes().decode()), (first, second, third))


def _token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    """Return the bytes of each token, from the printable stand-ins that byte-level BPE gives to bytes."""
    vocabulary: dict[str, int] = json.loads(tokenizer.to_str())["model"]["vocab"]
    byte_of = _byte_of_stand_in()
    spelled = sorted(vocabulary, key=vocabulary.__getitem__)
    return [bytes(byte_of[char] for char in token) for token in spelled]


def _byte_of_stand_in() -> dict[str, int]:
    """Return the byte for each stand-in character, as GPT-2's encoder assigns them."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}
