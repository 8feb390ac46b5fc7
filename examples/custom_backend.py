"""A model of your own: three members make a backend. This one counts which word followed which in a text.

python examples/custom_backend.py
python examples/custom_backend.py --text my-notes.txt --before "my favourite "
"""

import argparse
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from autocomplete import Capabilities, Distribution, Request, SyncAutocompleter

RHYME = """This is the house that Jack built. This is the malt that lay in the house that Jack built.
This is the rat that ate the malt that lay in the house that Jack built. This is the cat that killed the rat
that ate the malt that lay in the house that Jack built."""


class MarkovBackend:
    """What followed the last word in `text`, as often as it did. Its tokens are whole words, each with its space."""

    name = "markov"
    capabilities = Capabilities(local=True)

    def __init__(self, text: str) -> None:
        self._followers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        words = re.findall(r"\w+|[^\w\s]", text)
        for word, follower in pairwise(words):
            self._followers[word][follower] += 1

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the followers of the context's last word. After an unknown word, all mass is unseen."""
        words = re.findall(r"\w+|[^\w\s]", request.context)
        followers = self._followers[words[-1]] if words and words[-1] in self._followers else Counter[str]()
        tokens = ((f" {word}" if word.isalnum() else word, n) for word, n in followers.items())
        return Distribution.from_pairs(((token.encode(), n / followers.total()) for token, n in tokens), whole_words=True)

    async def aclose(self) -> None:
        """Nothing was opened."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Complete with the words of one text.")
    parser.add_argument("--text", type=Path, help="a text to learn from (default: a nursery rhyme)")
    parser.add_argument("--before", action="append", help="a text to complete; may be given several times")
    options = parser.parse_args()
    backend = MarkovBackend(options.text.read_text("utf-8") if options.text else RHYME)
    with SyncAutocompleter(backend, cutoff=0.6) as autocompleter:
        for before in options.before or ["that lay ", "the house th", "This is the ", "the r"]:
            decision = autocompleter.decide(before)
            print(f"{before}[{decision.completion}]   {decision.explanation}")


main()
