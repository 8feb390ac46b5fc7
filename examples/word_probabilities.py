"""The probability that each word of a text had before it was written, and the perplexity of the text.

What spells a word, in any number of tokens, is summed. What was not listed may be it or not: a number is a pair of bounds.

    python examples/word_probabilities.py --model openai:my-model --base-url http://localhost:8000/v1 "Some text."
"""

import argparse
import asyncio
import math
import re

from autocomplete import AutocompleteError, Autocompleter, Bounds, Distribution


async def word_bounds(autocompleter: Autocompleter, before: str, word: str) -> Bounds:
    """Return the bounds of the probability that `before` goes on with `word` (its space included), which ends there."""
    finished = unseen = 0.0
    reached = [1.0] + [0.0] * len(word)  # mass of texts that have spelled so much of the word
    for at, mass in enumerate(reached):
        answer = await autocompleter.next_tokens(before + word[:at]) if mass else Distribution((), 1.0)
        listed = 0.0
        for token, p in answer.tokens:
            text, rest = token.decode(errors="replace"), word[at:]
            if answer.whole_words and text == rest:
                listed = mass * p
            elif text.startswith(rest) and text != rest:  # the word, and the first of what follows it
                after = text[len(rest)]
                finished += mass * p * (after.isspace() or after in ".,;:!?)")
                unseen += mass * p * (after in "'’-�")  # may go on with the word, or not
            elif rest.startswith(text):
                reached[at + len(text)] += mass * p
        finished += listed + mass * answer.end * (at == len(word))
        unseen += mass * answer.residual * (listed == 0.0)
    return Bounds(finished, min(1.0, finished + unseen))


async def main() -> None:
    parser = argparse.ArgumentParser(description="Print the probability of each word of a text.")
    parser.add_argument("text", nargs="?", default="I would like to thank you for your help.")
    parser.add_argument("--model", default="english")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    surprise, words = [0.0, 0.0], list(re.finditer(r"\s*(?:\w+(?:['’-]\w+)*|[^\w\s])", options.text))
    async with Autocompleter(options.model, base_url=options.base_url) as autocompleter:
        for word in words:
            bounds = await word_bounds(autocompleter, options.text[: word.start()], word[0])
            print(f"{word[0].strip():12} {bounds.lower:.4f} to {bounds.upper:.4f}")
            for i, p in enumerate((bounds.upper, bounds.lower)):
                surprise[i] -= math.log(p) / len(words) if p else -math.inf
        if not autocompleter.capabilities.continues:
            parser.error("this model answers a text instead of continuing it")
    print("perplexity   {:.1f} to {:.1f}".format(*map(math.exp, surprise)))


try:
    asyncio.run(main())
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
