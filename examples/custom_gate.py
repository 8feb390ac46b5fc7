"""A gate of your own: how sure to be may depend on how much there is to insert. A gate has one method, `show_at`.

One decision is taken; both gates then judge it from the same evidence, with no further request.

    python examples/custom_gate.py
    python examples/custom_gate.py --model openai:my-model --base-url http://localhost:8000/v1
"""

import argparse
from dataclasses import dataclass

from autocomplete import AutocompleteError, FixedCutoff, Gate, SyncAutocompleter

TEXTS = ("I look forward to hearing fr", "It was a bea", "She is a research scien", "I would like t", "What do you thi")


@dataclass(frozen=True, slots=True)
class WorthATab(Gate):
    """Pressing Tab for one or two letters saves nothing: such a completion never appears, whatever its probability."""

    cutoff: float = 0.5
    shortest: int = 3

    def show_at(self, n_chars: int) -> float:
        """Return the cutoff, or more than any probability can be."""
        return self.cutoff if n_chars >= self.shortest else 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare a gate of your own with a fixed cutoff.")
    parser.add_argument("--model", default="english")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    print(f"{'text':32} {'fixed 0.5':12} worth a Tab")
    with SyncAutocompleter(options.model, base_url=options.base_url, gate=FixedCutoff(0.5)) as autocompleter:
        for text in TEXTS:
            fixed = autocompleter.decide(text)
            worth = fixed.under(WorthATab())
            print(f"{text:32} {fixed.completion or '-':12} {worth.completion or '-'}")


try:
    main()
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
