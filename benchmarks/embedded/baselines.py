"""What the embedded model is compared with: word frequencies, bigrams, the document's own lines, and Presage.

wordfreq and symspellpy are in the dependency group `bench`, Presage comes with the system; what is missing is left out.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import importlib.util
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from autocomplete.core.boundaries import pieces
from autocomplete.embedded.ngram.sentences import is_word
from benchmarks.embedded.predictor_replay import Predictor

#: How many of the most frequent words are offered.
_N_WORDS = 60_000

#: How far counts of bigrams are trusted; they are of another text.
_BIGRAM_SHARE = 0.7

#: What has no stated probability counts as certain.
_CERTAIN = 1.0

#: How much text before the cursor Presage is given.
_PAST_BYTES = 256

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


def baselines() -> dict[str, Callable[[], Predictor]]:
    """Return how to make each baseline that can be run here, and its name."""
    found: dict[str, Callable[[], Predictor]] = {"the document's own lines": OwnLines}
    if importlib.util.find_spec("wordfreq"):
        found["word frequencies (wordfreq)"] = Frequencies
        if importlib.util.find_spec("symspellpy"):
            found["bigrams (symspellpy) + wordfreq"] = Bigrams
    if ctypes.util.find_library("presage"):
        found["Presage"] = Presage
    return found


class OwnLines:
    """Offers how the latest line of the document that begins like this one went on, as prompt_toolkit does."""

    def start(self) -> None:
        return None

    def best(self, context: str, typed: str) -> tuple[str, float]:
        *earlier, line = (context + typed).split("\n")
        if line.strip():
            for other in reversed(earlier):
                if other.startswith(line) and len(other) > len(line):
                    rest = pieces(other[len(line) - len(typed) :])
                    if rest and is_word(rest[0]):
                        word = typed[: len(typed) - len(typed.lstrip())] or ("" if typed else " ")
                        return word + rest[0], _CERTAIN
        return "", 0.0


class Frequencies:
    """Offers the most frequent word that begins as typed; its probability is its share of all that do."""

    def __init__(self) -> None:
        wordfreq: Any = importlib.import_module("wordfreq")
        frequencies = wordfreq.get_frequency_dict("en", wordlist="best")
        ranked = sorted((w for w in frequencies if is_word(w)), key=frequencies.__getitem__, reverse=True)[:_N_WORDS]
        self._words = sorted(ranked)
        self._frequencies = {w: float(frequencies[w]) for w in self._words}
        self._below = [0.0]
        for w in self._words:
            self._below.append(self._below[-1] + self._frequencies[w])
        self._best_unigram = lru_cache(maxsize=50_000)(self._find_best)

    def start(self) -> None:
        return None

    def best(self, context: str, typed: str) -> tuple[str, float]:
        before = typed[: len(typed) - len(typed.lstrip())] or ("" if typed or not context[-1:].strip() else " ")
        stem = typed.lstrip()
        opens = stem[:1].isupper() or (not stem and (not context.strip() or context.rstrip(" ")[-1] in ".!?\n"))
        word, probability = self._best(context, stem.lower())
        if word == stem.lower():  # nothing to show
            return "", 0.0
        if word in ("i", "i'm", "i'd", "i'll", "i've") or (opens and word):
            word = word[0].upper() + word[1:]
        return (before + stem + word[len(stem) :] if word else ""), probability

    def _best(self, context: str, stem: str) -> tuple[str, float]:
        return self._best_unigram(stem)

    def _find_best(self, stem: str) -> tuple[str, float]:
        low, high = self._slice(stem)
        if low == high:
            return "", 0.0
        word = max(self._words[low:high], key=self._frequencies.__getitem__)
        return word, self._frequencies[word] / (self._below[high] - self._below[low])

    def _slice(self, stem: str) -> tuple[int, int]:
        return bisect_left(self._words, stem), bisect_left(self._words, stem + "\U0010ffff")


class Bigrams(Frequencies):
    """Offers by the word before, from symspellpy's counts; what those do not cover is shared out by frequency."""

    def __init__(self) -> None:
        super().__init__()
        folder = Path(str(importlib.import_module("symspellpy").__file__)).parent
        unigrams = _counts(folder / "frequency_dictionary_en_82_765.txt", 1)
        self._after: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for (first, second), n in _counts(folder / "frequency_bigramdictionary_en_243_342.txt", 2).items():
            if unigrams.get((first,)):
                self._after[first][second] = n / max(unigrams[first,], n)
        for following in self._after.values():
            total = sum(following.values())
            if total > 1.0:
                following.update({word: p / total for word, p in following.items()})
            following.update({word: p * _BIGRAM_SHARE for word, p in following.items()})

    def _best(self, context: str, stem: str) -> tuple[str, float]:
        following = self._after.get(_last_word(context), {})
        left = max(0.0, 1.0 - sum(following.values()))
        low, high = self._slice(stem)
        candidates = {word: p for word, p in following.items() if word.startswith(stem)}
        whole = sum(candidates.values()) + left * (self._below[high] - self._below[low])
        plain, _ = self._best_unigram(stem)
        if plain:
            candidates.setdefault(plain, 0.0)
        if not candidates or whole <= 0.0:
            return "", 0.0
        scored = {word: p + left * self._frequencies.get(word, 0.0) for word, p in candidates.items()}
        word = max(scored, key=scored.__getitem__)
        return word, scored[word] / whole


def _counts(path: Path, n_words: int) -> Mapping[tuple[str, ...], int]:
    lines = (line.split() for line in path.read_text(encoding="utf-8-sig").splitlines())
    return {tuple(fields[:n_words]): int(fields[n_words]) for fields in lines if len(fields) > n_words}


def _last_word(context: str) -> str:
    line = context[-64:].rpartition("\n")[2]
    found = pieces(line)
    return found[-1].lower() if found and is_word(found[-1]) else ""


class Presage:
    """Presage through its C interface: its first suggestion, for which it states no probability."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(ctypes.util.find_library("presage"))
        self._library.presage_predict.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._past = ctypes.create_string_buffer(_PAST_BYTES)
        self._future = ctypes.create_string_buffer(1)
        # Kept here: they must live as long as the library may call them.
        self._callbacks = tuple(
            _CALLBACK(lambda _, buffer=buffer: ctypes.addressof(buffer)) for buffer in (self._past, self._future)
        )
        self._handle = ctypes.c_void_p()
        past, future = self._callbacks
        self._check(self._library.presage_new(past, None, future, None, ctypes.byref(self._handle)))
        self._configure("Presage.Selector.REPEAT_SUGGESTIONS", "yes")  # at every key, not once a word
        self._configure("Presage.ContextTracker.ONLINE_LEARNING", "no")  # it would keep what is typed on disk

    def start(self) -> None:
        return None

    def best(self, context: str, typed: str) -> tuple[str, float]:
        before = typed[: len(typed) - len(typed.lstrip())] or ("" if typed or not context[-1:].strip() else " ")
        stem = typed.lstrip()
        past = context + (typed or before)
        self._past.value = past.encode("ascii", errors="replace")[1 - _PAST_BYTES :]
        result = ctypes.POINTER(ctypes.c_char_p)()
        if self._library.presage_predict(self._handle, ctypes.byref(result)):
            return "", 0.0
        word = (result[0] or b"").decode(errors="replace")
        self._library.presage_free_string_array(result)
        if not word.lower().startswith(stem.lower()):
            return "", 0.0
        return (before + stem + word[len(stem) :], _CERTAIN) if word else ("", 0.0)

    def _configure(self, name: str, value: str) -> None:
        self._check(self._library.presage_config_set(self._handle, name.encode(), value.encode()))

    @staticmethod
    def _check(code: int) -> None:
        if code:
            raise RuntimeError(f"Presage answered with error {code}")
