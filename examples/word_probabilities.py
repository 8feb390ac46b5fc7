"""The probability that each word of a text had before it was written, and the perplexity of the text.

What spells a word, in any number of tokens, is summed. What was not listed may be it or not: a number is a pair of bounds.
Marks and spaces are given: a word is what stands between them.

    python examples/word_probabilities.py --model openai:my-model --base-url http://localhost:8000/v1 "Some text."
"""

import argparse
import asyncio

from autocomplete import AutocompleteError, Autocompleter, word_spans


async def main() -> None:
    parser = argparse.ArgumentParser(description="Print the probability of each word of a text.")
    parser.add_argument("text", nargs="?", default="I would like to thank you for your help.")
    parser.add_argument("--model", default="english")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    text, surprisals = options.text, []
    async with Autocompleter(options.model, base_url=options.base_url) as autocompleter:
        for word in word_spans(text):
            score = await autocompleter.score(text[: word.start], text[word.start : word.end])
            surprisals.append(score.surprisal)
            bounds = score.bounds
            print(f"{text[word.start : word.end]:12} {bounds.lower:.4f} to {bounds.upper:.4f}")
        if not autocompleter.capabilities.continues:
            parser.error("this model answers a text instead of continuing it")
    if surprisals:  # in bits, the least and the most that each word told
        least, most = (sum(bits) / len(surprisals) for bits in zip(*surprisals, strict=True))
        print(f"perplexity   {2**least:.1f} to {2**most:.1f}")


try:
    asyncio.run(main())
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
