"""Answer only where the context holds the answer: first ask "Yes or No?", and go on only if Yes passes the gate.

Both questions cost a word each, and both are gated: abstaining is an answer too. Without --model a scripted stand-in answers.

    python examples/answer_or_abstain.py
    python examples/answer_or_abstain.py --model openai:my-model --base-url http://localhost:8000/v1
"""

import argparse

from autocomplete import AutocompleteError, Request, ScriptedBackend, SyncAutocompleter

CONTEXT = "The parcel left Lisbon on Monday and reaches Oslo on Thursday."
QUESTIONS = ("On which day does the parcel arrive?", "What does the parcel weigh?")


def toy(request: Request) -> dict[str, float]:
    """Answer as a small model might, which would name a weight if it were asked straight away."""
    arrival = "arrive?" in request.context
    if request.context.endswith("(Yes or No):"):
        return {" Yes": 0.96, " No": 0.03} if arrival else {" Yes": 0.08, " No": 0.9}
    if request.context.endswith("Answer in one word:"):
        return {" Thursday": 0.93, " Monday": 0.05} if arrival else {" Heavy": 0.7, " Two": 0.2}
    return {"\n": 0.99}


def answer(autocompleter: SyncAutocompleter, context: str, question: str) -> tuple[str, str]:
    """Return the answer, "" to abstain, and the reason."""
    prompt = f"Text: {context}\nQuestion: {question}\n"
    enough = autocompleter.decide(prompt + "Does the text hold the answer? (Yes or No): ")
    if not (enough.shown and enough.completion == "Yes"):
        return "", f"is the answer in the text? {enough.explanation}"
    found = autocompleter.decide(prompt + "Answer in one word: ")
    return found.completion, found.explanation


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer from a text, or abstain.")
    parser.add_argument("questions", nargs="*", default=QUESTIONS)
    parser.add_argument("--context", default=CONTEXT)
    parser.add_argument("--cutoff", type=float, default=0.8)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    options = parser.parse_args()
    model = options.model or ScriptedBackend(toy)
    with SyncAutocompleter(model, base_url=options.base_url, cutoff=options.cutoff) as autocompleter:
        for question in options.questions:
            found, reason = answer(autocompleter, options.context, question)
            print(f"{question}  {found or 'I do not know.'}   ({reason})")


try:
    main()
except AutocompleteError as error:
    raise SystemExit(str(error)) from None
