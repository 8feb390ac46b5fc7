"""Texts that a rule about words can trip over, and their words one by one."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from autocomplete.core.boundaries import scan
from autocomplete.core.characters import CharKind, char_kind

#: Characters that a rule about words can trip over: joiners, marks, surrogates, line breaks, scripts, emoji.
AWKWARD = [
    *("a", "b", "é", "7", " ", "  ", "'", "’", "-", "‑", "·", ".", ",", "_", ":", '"', "(", "/", "#", "…", "—"),
    *("\n", "\r", "\r\n", "\t", "\x00", "\u2028", "\u3000", "\u00a0", "\u00ad", "\u200b", "\ud800", "\udc4b"),
    *(
        "e\u0301",
        "\u0301",
        "\u200d",
        "\ufe0f",
        "👩",
        "👩‍👩‍👧",
        "👋🏽",
        "🇩🇪",
        "🏽",
        "❤️",
        "²",
        "¼",
        "3.1",
        "1,000",
        "don't",
    ),
    *(
        "한",
        "국",
        "한국어",
        "我",
        "们",
        "。",
        "々",
        "あ",
        "カ",
        "ー",
        "ｶ",
        "ไ",
        "สวั",
        "ლ",
        "ש",
        "م",
        "٣",
        "٫",
        "٬",
        "ʼ",
    ),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(AWKWARD), max_size=12).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=12),
)


def walk(text: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each word of `text`, line by line, each found by `scan` from the end of the one before."""
    breaks = [at for at, char in enumerate(text) if char_kind(char) is CharKind.NEWLINE]
    for begin, end in zip([0, *(at + 1 for at in breaks)], [*breaks, len(text)], strict=True):
        line, cursor = text[begin:end], 0
        while (found := scan(line, cursor, ended=True)).end is not None:
            assert found.start is not None
            yield begin + found.start, begin + found.end
            cursor = found.end
