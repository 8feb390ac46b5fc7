"""What is offered, against brute force over every spelling of a small model."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autocomplete.embedded.ngram.byte_query import ask, mass
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import END_ID, FIRST_MARK, UNKNOWN_ID

CONTEXTS = [
    "",
    "I",
    "I look forward to hearing",
    "We hope",
    "We hope the friend may help.",
    "One.\n",
    "One.\n    ",
    'he asked. "',
    "Friday (",
    "foo/",
    "Ask Dr.",
    "It's Friday,",
    "I look ",
    "Unheard-of words zyx",
    "日本語",
    "3",
]
STEMS = [
    b"",
    b" ",
    b" f",
    b" fr",
    b" from",
    b"f",
    b"F",
    b" F",
    b" Fr",
    b",",
    b" (",
    b".",
    b"\n",
    b" do",
    b" 1",
    b"Z",
    b" caf\xc3",
]


def spellings(lexicon: Lexicon, context: str, typed: bytes) -> list[tuple[bytes, float]]:
    """Return every spelling of the vocabulary after a context, with its mass, one by one."""
    position = lexicon.position(context)
    masses = lexicon.masses(position)
    separated = position.line_start or position.spaced
    separator = typed[: len(typed) - len(typed.lstrip(b" "))] if separated else b" "
    forms, first = lexicon.vocabulary.forms, lexicon.vocabulary.first_word
    result = [(b"\n", float(masses.marks[END_ID]))]
    for i in range(FIRST_MARK, first):
        if forms[i].startswith(b" "):
            result.append((separator + forms[i][1:], float(masses.marks[i])))
        elif not separated:
            result.append((forms[i], float(masses.marks[i])))
    ways = [(separator, masses.spaced)]
    if masses.glued is not None and not separated:
        ways.append((b"", masses.glued))
    for before, words in ways:
        result += [(before + forms[i], words.scale * float(words.plain[i])) for i in range(first, len(forms))]
        if words.capitals is not None:
            for i, p in enumerate(words.capitals.tolist(), start=lexicon.small[0]):
                result.append((before + forms[i].decode().capitalize().encode(), words.scale * p))
    return result


@pytest.mark.parametrize("typed", STEMS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_the_odds_of_all_listed_spellings_are_those_of_brute_force(lexicon: Lexicon, context: str, typed: bytes) -> None:
    expected: dict[bytes, float] = {}
    for spelling, p in spellings(lexicon, context, typed):
        if spelling.startswith(typed) and p > 0.0:
            expected[spelling] = expected.get(spelling, 0.0) + p
    listed, residual = ask(lexicon, context, typed, 1000)
    whole = mass(lexicon, context, typed)
    found = dict(listed)
    for spelling, p in expected.items():
        assert found[spelling] * whole >= p * (1 - 1e-5)  # more where the same spelling is an unknown word in capitals
        if not typed.strip()[:1].isupper():
            assert found[spelling] * whole == pytest.approx(p, rel=1e-5)
    assert sum(found.values()) + residual == pytest.approx(1.0)
    assert all(spelling.startswith(typed) for spelling in found)
    if not typed.strip()[:1].isupper():
        assert set(found) == set(expected)


@pytest.mark.parametrize("context", [c for c in CONTEXTS if not c[-1:].isspace() and c])
def test_all_that_may_follow_has_mass_one(lexicon: Lexicon, context: str) -> None:
    assert mass(lexicon, context, b"") == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("typed", [b"", b" ", b" f"])
@pytest.mark.parametrize("context", CONTEXTS)
def test_a_short_list_is_the_top_of_the_long_one(lexicon: Lexicon, context: str, typed: bytes) -> None:
    every, _ = ask(lexicon, context, typed, 1000)
    few, residual = ask(lexicon, context, typed, 5)
    assert few == every[:5]
    assert residual == pytest.approx(1.0 - sum(p for _, p in few))


def test_unknown_words_stay_in_the_denominator(lexicon: Lexicon) -> None:
    unknown = lexicon.masses(lexicon.position("We hope")).spaced.plain[UNKNOWN_ID]
    assert unknown > 0
    _, residual = ask(lexicon, "We hope", b" fr", 1000)
    others = 1.0 - lexicon.unknown_title - lexicon.unknown_upper
    expected = float(unknown) * others * lexicon.unknown_words.starts_with(b"fr") / mass(lexicon, "We hope", b" fr")
    assert residual == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("context", "typed", "token"),
    [
        ("I look forward to hearing", b" fr", b" from"),
        ("I look forward to hearing", b" Fr", b" Friday"),
        ("I look forward to hearing", b" FR", b" FROM"),
        ("We hope the friend may help.", b" Fr", b" From"),
        ("We hope the friend may help.", b" fr", b" friend"),
        ("One.\n", b"F", b"From"),
        ("", b"W", b"We"),
        ("I", b" don'", b" don't"),
        ("I", " don’".encode(), " don’t".encode()),
        ("Friday (", b"", b"the"),
        ("I look", b" for", b" forward"),
        ("I look ", b"for", b"forward"),
        ("I look", b"   for", b"   forward"),
        ("caf", b" caf\xc3", " café".encode()),
    ],
)
def test_a_completion_is_offered_as_it_would_be_typed(lexicon: Lexicon, context: str, typed: bytes, token: bytes) -> None:
    tokens = [t for t, _ in ask(lexicon, context, typed, 1000)[0]]
    assert token in tokens
    assert all(t.startswith(typed) or typed.startswith(t) for t in tokens)


@pytest.mark.parametrize(
    ("context", "typed", "tokens"),
    [
        ("foo", b".ba", [b"."]),
        ("It's Friday", b", ", [b","]),
        ("I", b" don't k", [b" don't"]),
        ("help", b"\nWe", [b"\n"]),
        ("I", b" qqqq", []),
        ("I", " 日本".encode(), []),
        ("I", "😀".encode(), []),
        ("I", b" \xff\xfe", []),
        ("I", b" 20", []),
        ("I", b"x" * 10_000, []),
        ("I", b", " * 120, []),
    ],
)
def test_only_the_first_of_several_typed_units_is_the_next_token(
    lexicon: Lexicon, context: str, typed: bytes, tokens: list[bytes]
) -> None:
    listed, residual = ask(lexicon, context, typed, 64)
    assert [token for token, _ in listed] == tokens
    assert sum(p for _, p in listed) + residual == pytest.approx(1.0)


def test_what_follows_a_finished_unit_counts(lexicon: Lexicon) -> None:
    comma = mass(lexicon, "It's Friday", b",")
    assert mass(lexicon, "It's Friday", b", fr") == pytest.approx(comma * mass(lexicon, "It's Friday,", b" fr"), rel=1e-4)


def test_a_number_is_never_shown_as_its_class(lexicon: Lexicon) -> None:
    listed, _ = ask(lexicon, "The friend number", b"", 1000)
    assert not any(b"<" in token for token, _ in listed)
    assert mass(lexicon, "The friend number", b" 2") > 0.01


@given(context=st.text(max_size=40), typed=st.binary(max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_a_distribution_compatible_with_it(lexicon: Lexicon, context: str, typed: bytes) -> None:
    listed, residual = ask(lexicon, context, typed, 16)
    assert len({token for token, _ in listed}) == len(listed)
    assert all(token and 0.0 < p <= 1.0 + 1e-9 for token, p in listed)
    assert all(token.startswith(typed) or typed.startswith(token) for token, _ in listed)
    assert 0.0 <= residual <= 1.0
    assert sum(p for _, p in listed) + residual == pytest.approx(1.0)


@given(context=st.sampled_from(CONTEXTS), typed=st.text(" ,.'-aefrot", max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_typing_more_never_makes_a_text_likelier(lexicon: Lexicon, context: str, typed: str) -> None:
    masses = [mass(lexicon, context, typed[:n].encode()) for n in range(len(typed) + 1)]
    assert all(0.0 <= m <= 1.001 for m in masses)


@pytest.mark.parametrize("least", [0.001, 0.02, 0.06, 0.3])
@pytest.mark.parametrize("typed", [b"", b" ", b" f", b" fr", b" from", b" F", b" FR", b" x", b"'", b" h", b" (", b", "])
@pytest.mark.parametrize("context", ["I look forward to hearing", "Dr. Moreau said it.", "The friend of", "don't", ""])
def test_only_unlikely_words_may_be_left_out(lexicon: Lexicon, context: str, typed: bytes, least: float) -> None:
    n = 20
    every, _ = ask(lexicon, context, typed, n)
    fewer, residual = ask(lexicon, context, typed, n, least)
    assert sum(p for _, p in fewer) + residual == pytest.approx(1.0)
    assert [pair for pair in every if pair in fewer] == fewer  # as likely as before, in the same order
    left_out = [pair for pair in every if pair not in fewer]
    assert all(p < least and token[len(typed) :].lstrip()[:1].decode(errors="ignore") >= "A" for token, p in left_out)
    words = [pair for pair in every if pair[0].strip().isalpha() and len(pair[0]) > len(typed)]
    assert set(words[:3]) <= set(fewer)
