"""The engine in another program: ask what follows a text, use the answer only if it is shown.

python examples/embed_in_ten_lines.py
python examples/embed_in_ten_lines.py --model openai:my-model --base-url http://localhost:8000/v1
"""

import argparse
import asyncio

from autocomplete import AutocompleteError, Autocompleter

parser = argparse.ArgumentParser(description="Ask what follows a text.")
parser.add_argument("--model", default="english")
parser.add_argument("--base-url")
options = parser.parse_args()


async def main() -> None:
    async with Autocompleter(options.model, base_url=options.base_url, cutoff=0.6) as autocompleter:
        for text in ("I look forward to hearing fr", "I look forward to hearing "):
            decision = await autocompleter.decide(text)
            print(f"{text}[{decision.completion}]   {decision.explanation}")


try:
    asyncio.run(main())
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
