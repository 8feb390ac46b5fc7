"""What is typed in one session helps in the next; what is typed into private files stays where it is.

python examples/remember.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from autocomplete import Memory, SyncAutocompleter

LETTER = "The Quellwerk has come. Please send the Quellwerk to Ann Grundlach. Ann Grundlach will test it. Yours, "
DIARY = "The Xylbrand is a riddle. Nobody must hear of the Xylbrand. So be it. "


def write(autocompleter: SyncAutocompleter, name: str, text: str) -> None:
    """Type a text, key by key, into a document of this name."""
    autocompleter.session.enter(name, name)
    for end in range(1, len(text) + 1):
        autocompleter.decide(text[:end])
    autocompleter.session.leave(name)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite"
        with SyncAutocompleter("english", memory=path) as first:
            write(first, "letter.txt", LETTER)
            write(first, "my diary.txt", DIARY)
        with SyncAutocompleter("english", cutoff=0.3, memory=path) as second:
            for text in ("Where is the Que", "Ask Ann Gru", "What is the Xylb"):
                print(f"{text}[{second.decide(text).completion}]")
        memory = Memory(path)
        print("own words:", ", ".join(word for word, _ in memory.words()))
        memory.forget()
        print("forgotten:", not path.exists())


if __name__ == "__main__":
    main()
