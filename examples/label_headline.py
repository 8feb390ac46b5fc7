"""Classification by the same gate: the label is the next word, and it is given only when it is likely enough.

The prompt ends with a space, so that the next word is the label. Without --model a scripted stand-in answers.

    python examples/label_headline.py
    python examples/label_headline.py --model openai:gpt-4.1-mini --cutoff 0.8 "Rover finds water on Mars"
"""

import argparse

from autocomplete import AutocompleteError, Request, ScriptedBackend, SyncAutocompleter

LABELS = ("Business", "Politics", "Science", "Sports")
HEADLINES = (
    "Rover finds traces of water on Mars",
    "Striker scores twice in cup final",
    "Club sold to bank for a record sum",
)
CLUES = {
    "Business": "bank sold stocks",
    "Politics": "vote minister",
    "Science": "rover mars",
    "Sports": "striker cup club",
}


def toy(request: Request) -> dict[str, float]:
    """Answer as a small model might: by clues, with some doubt left."""
    if not request.context.endswith("Section:"):
        return {"\n": 1.0}
    words = request.context.lower().split("headline:")[-1].split()
    weights = {label: 0.1 + sum(clue in words for clue in CLUES[label].split()) for label in LABELS}
    return {f" {label}": 0.98 * weight / sum(weights.values()) for label, weight in weights.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Label headlines, only when sure.")
    parser.add_argument("headlines", nargs="*", default=HEADLINES)
    parser.add_argument("--cutoff", type=float, default=0.7)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    model = options.model or ScriptedBackend(toy)
    with SyncAutocompleter(model, base_url=options.base_url, cutoff=options.cutoff) as autocompleter:
        for headline in options.headlines:
            prompt = f"Sections of the paper: {', '.join(LABELS)}.\nHeadline: {headline}\nSection: "
            decision = autocompleter.decide(prompt)
            likely = sorted(decision.alternatives, key=lambda option: -option.attainable)[:2]
            most = ", ".join(f"{option.completion} at most {option.bounds.upper:.2f}" for option in likely)
            sure = decision.shown and decision.completion in LABELS
            print(f"{decision.completion if sure else 'not sure':10} {headline}   ({most})")


try:
    main()
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
