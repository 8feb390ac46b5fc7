from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.core.chat_continuation import continue_text
from autocomplete.core.distribution import Distribution, Usage

HEARING = "I look forward to hearing"


class SomeNames:
    """A prior that knows a few names and a few other words."""

    WORDS = (b" London", b" Mark", b" mark", b" May", b" may", b" sure", b" certainly", b" of", b" here", b" from")

    def starts_with(self, prefix: bytes) -> float:
        return sum(word.startswith(prefix) for word in self.WORDS) / len(self.WORDS)

    def word(self, token: bytes) -> float:
        return float(token in self.WORDS)


def _after(context: str, answer: dict[str, float], typed: bytes = b"", *, after_word: bool = True) -> dict[str, float]:
    given = Distribution.from_pairs((token.encode(), p) for token, p in answer.items())
    read = continue_text(given, context, typed, after_word, SomeNames if after_word else None)
    return {token.decode(): round(p, 6) for token, p in read.tokens}


@pytest.mark.parametrize(
    ("context", "typed", "answer", "expected"),
    [
        pytest.param(HEARING, b"", {"from": 0.6}, {" from": 0.6}, id="the space is added"),
        pytest.param(HEARING, b" ", {"from": 0.6, " from": 0.3}, {" from": 0.9}, id="with and without its space"),
        pytest.param(HEARING, b" fr", {"From": 0.2, "from": 0.6}, {" from": 0.8}, id="capital merges into the list"),
        pytest.param(HEARING, b" fr", {"From": 0.6, "a": 0.2}, {" a": 0.2}, id="capital against a lower-case stem"),
        pytest.param(
            "We thank", b" he", {"Here": 0.9, "her": 0.1}, {" her": 0.1}, id="an opening that begins as what is typed"
        ),
        pytest.param(HEARING, b" Fr", {"From": 0.6}, {" From": 0.6}, id="capital that was typed"),
        pytest.param(HEARING, b" F", {"From": 0.6}, {" From": 0.6}, id="capital letter that was typed"),
        pytest.param(HEARING, b"", {"From": 0.2, "from": 0.5}, {" from": 0.7}, id="capital beside the likelier word"),
        pytest.param(HEARING, b"", {"From": 0.5, "from": 0.2}, {" from": 0.2}, id="capital that is likelier: a reply"),
        pytest.param(HEARING, b"", {" From": 0.5, " you": 0.2}, {" From": 0.5, " you": 0.2}, id="capital with its space"),
        pytest.param("We thank", b" ", {"Sure": 0.9, " and": 0.02}, {" and": 0.02}, id="an opening"),
        pytest.param("We thank", b"", {"Certainly": 0.9, "certainly": 0.01}, {" certainly": 0.01}, id="an opening, listed"),
        pytest.param("We thank", b"", {"Of": 0.9, " of": 0.01}, {" of": 0.01}, id="Of course"),
        pytest.param("We thank", b"", {"Here": 0.5, "Here's": 0.4}, {}, id="Here, Here's"),
        pytest.param("We thank", b"", {"Natürlich": 0.9}, {}, id="an opening of another language"),
        pytest.param("We thank", b"", {"Mark": 0.9}, {}, id="a name that is a word as well: doubt"),
        pytest.param("We thank,", b" ", {"Sure": 0.9}, {}, id="an opening after a comma"),
        pytest.param("We thank ", b" ", {"Sure": 0.9}, {}, id="an opening after two spaces"),
        pytest.param("We thank.", b" ", {"Sure": 0.9}, {" Sure": 0.9}, id="where a sentence begins"),
        pytest.param("", b"", {"Sure": 0.9}, {"Sure": 0.9}, id="where the text begins"),
        pytest.param("We flew to", b"", {"London": 0.6, "the": 0.1}, {" London": 0.6, " the": 0.1}, id="a name"),
        pytest.param("It seems that", b"", {"I": 0.5, "i": 0.1, "I'm": 0.1}, {" I": 0.5, " i": 0.1, " I'm": 0.1}, id="I"),
        pytest.param("Thank you and", b"", {"Thank": 0.5, "good": 0.2}, {" good": 0.2}, id="the text starts over"),
        pytest.param("Hi. Thank you and", b"", {"Thank": 0.5, "Hi": 0.2}, {}, id="the sentence or the text starts over"),
        pytest.param("Thank you and", b"", {"Th": 0.5, " Thank": 0.1}, {}, id="the beginning of a restart"),
        pytest.param("the cat and", b"", {"the": 0.5, " the": 0.2}, {" the": 0.2}, id="a restart in lower case"),
        pytest.param("the cat and", b" th", {"the": 0.5}, {" the": 0.5}, id="no restart: it was typed"),
        pytest.param("Thanks. And", b" th", {"Thanks": 0.5}, {}, id="a restart, though its stem was typed"),
        pytest.param("It works.", b"", {"It": 0.5, "it": 0.1}, {" It": 0.5, " it": 0.1}, id="after a sentence"),
        pytest.param("It works. ", b"", {"It": 0.5, " So": 0.1}, {"It": 0.5, "So": 0.1}, id="after a sentence and space"),
        pytest.param("", b"", {"The": 0.5, " The": 0.2}, {"The": 0.7}, id="an empty text"),
        pytest.param("One\n", b"", {"Two": 0.5}, {"Two": 0.5}, id="a new line"),
        pytest.param("One\n- ", b"", {"Two": 0.5, "two": 0.1}, {"Two": 0.5, "two": 0.1}, id="a bullet"),
        pytest.param('He said "', b"", {"Go": 0.5, "go": 0.1}, {"Go": 0.5, "go": 0.1}, id="an opening quote"),
        pytest.param("He said “I don", b"", {"’t": 0.5}, {"’t": 0.5}, id="an apostrophe goes on"),
        pytest.param("The end", b"", {".": 0.5, ",": 0.2, " ": 0.1}, {".": 0.5, ",": 0.2, " ": 0.1}, id="punctuation"),
        pytest.param("Wait", b"", {"...": 0.5, "…": 0.2, "\n": 0.1, " ...": 0.1}, {}, id="artefacts"),
        pytest.param("version 1", b"", {"9": 0.5, " 9": 0.2}, {" 9": 0.2}, id="digits after digits"),
        pytest.param("in", b"", {"2026": 0.5}, {" 2026": 0.5}, id="a number after a word"),
        pytest.param("我喜欢", b"", {"你": 0.5, "的": 0.2}, {"你": 0.5, "的": 0.2}, id="no spaces in Chinese"),
        pytest.param("저는 아침에", b"", {"커피": 0.5, " 커피": 0.2}, {" 커피": 0.7}, id="spaces in Korean"),
        pytest.param("from the US to", b"", {"NASA": 0.3, "nasa": 0.1}, {" NASA": 0.3, " nasa": 0.1}, id="all capitals"),
    ],
)
def test_after_a_finished_word(context: str, typed: bytes, answer: dict[str, float], expected: dict[str, float]) -> None:
    assert _after(context, answer, typed) == expected


@pytest.mark.parametrize(
    ("context", "answer", "expected"),
    [
        pytest.param("hearing fr", {"om": 0.6, " om": 0.1, ".": 0.1}, {"om": 0.6, " om": 0.1, ".": 0.1}, id="literally"),
        pytest.param("hearing fr", {"From": 0.5, "I": 0.3}, {}, id="a capital within a word starts over"),
        pytest.param("hearing fr", {"from": 0.5, "fr": 0.3}, {}, id="the half word is repeated"),
        pytest.param("at NA", {"SA": 0.5, "TO": 0.1}, {"SA": 0.5, "TO": 0.1}, id="capitals go on"),
        pytest.param("hearing fr", {"...": 0.5, "\n": 0.3}, {}, id="artefacts"),
    ],
)
def test_within_a_word(context: str, answer: dict[str, float], expected: dict[str, float]) -> None:
    assert _after(context, answer, after_word=False) == expected


def test_the_part_of_a_character_is_kept_only_where_its_space_is_certain() -> None:
    given = Distribution.from_pairs([(b"\xed\x95", 0.4), (b" \xed", 0.3), (b"caf\xc3", 0.1)])
    assert dict(continue_text(given, "저는 아침에", b"", True).tokens).keys() == {b" \xed", b" caf\xc3"}
    assert dict(continue_text(given, "저는 ", b"", True).tokens).keys() == {b"\xed\x95", b" \xed", b"caf\xc3"}


def test_what_is_not_about_words_is_kept() -> None:
    given = Distribution.from_pairs([(b"a", 0.4)], end=0.2, usage=Usage(3, 1))
    read = continue_text(given, "such", b"", True)
    assert (read.end, read.usage) == (0.2, Usage(3, 1))


WORDS = " from|From| From|from|The| The|the| the|Thank| Th|fr| May|may|I| I|...|9| 9|,|'s|  x|我|한국|\n"
TOKENS = st.one_of(
    st.sampled_from([word.encode() for word in WORDS.split("|")]),
    st.sampled_from([b"\xed\x95", b" \xed"]),
    st.text(min_size=1, max_size=4).map(lambda text: text.encode(errors="replace")),
    st.binary(min_size=1, max_size=4),
)
CONTEXTS = st.one_of(
    st.sampled_from(["", "The cat", "the cat sat on", "Thank you. The", 'He said "', "line\n", "我喜欢", "(see ", HEARING]),
    st.text(max_size=12),
)
TYPED = st.sampled_from([b"", b" ", b" fr", b"fr", b" Th", b"T", b"\n", b" th", b"\xed"])


@given(st.dictionaries(TOKENS, st.integers(1, 100), max_size=12), st.integers(0, 50), CONTEXTS, TYPED, st.booleans())
@settings(max_examples=500, deadline=None)
def test_mass_is_conserved_and_a_second_reading_changes_nothing(
    weights: dict[bytes, int], rest: int, context: str, typed: bytes, after_word: bool
) -> None:
    total = sum(weights.values()) + rest + 1
    given = Distribution.from_pairs([(token, n / total) for token, n in weights.items()], end=1 / total)
    read = continue_text(given, context, typed, after_word)
    assert sum(p for _, p in read.tokens) + read.end + read.residual == pytest.approx(1)
    assert read.end == pytest.approx(given.end)
    assert read.residual >= given.residual - 1e-9
    again = continue_text(read, context, typed, after_word)
    assert dict(again.tokens) == pytest.approx(dict(read.tokens))


class FewWords:
    """A prior over a handful of words, all equally likely; what begins none of them is unheard of."""

    WORDS = (b" from", b" you", b" hearing", b" hear", b" to", b" today", b" day", b" in", b" into")

    def starts_with(self, prefix: bytes) -> float:
        return max(1e-12, sum(word.startswith(prefix) for word in self.WORDS) / len(self.WORDS))

    def word(self, token: bytes) -> float:
        return 1 / len(self.WORDS) if token in self.WORDS else 1e-12


@pytest.mark.parametrize(
    ("context", "answer", "expected"),
    [
        pytest.param("hearing from", {"you": 0.8}, {" you": 0.8}, id="a whole word, then the next without its space"),
        pytest.param("I look forward to hear", {"ing": 0.8}, {"ing": 0.8}, id="the rest of a word"),
        pytest.param("I go to", {"day": 0.8}, {}, id="both readings are words: doubt"),
        pytest.param("hearing from", {" you": 0.5, ".": 0.2}, {" you": 0.5, ".": 0.2}, id="spaces and marks stay"),
        pytest.param("grüßen", {"dich": 0.8}, {}, id="words that nobody knows: doubt"),
    ],
)
def test_what_a_letter_after_a_word_means_where_words_are_known(
    context: str, answer: dict[str, float], expected: dict[str, float]
) -> None:
    given = Distribution.from_pairs((token.encode(), p) for token, p in answer.items())
    read = continue_text(given, context, b"", after_word=False, words=FewWords)
    assert {token.decode(): p for token, p in read.tokens} == expected
    assert sum(p for _, p in read.tokens) + read.residual == pytest.approx(1)
