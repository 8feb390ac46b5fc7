"""The engine in another program: ask what follows a text, use the answer only if it is shown.

python examples/embed_in_ten_lines.py
"""

import asyncio

from autocomplete import Autocompleter


async def main() -> None:
    async with Autocompleter("english", cutoff=0.6) as autocompleter:
        for text in ("I look forward to hearing fr", "I look forward to hearing "):
            decision = await autocompleter.decide(text)
            print(f"{text}[{decision.completion}]   {decision.explanation}")


asyncio.run(main())
