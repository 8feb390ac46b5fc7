"""Finding and replacing as pure functions: against Python's own `re`, and with patterns that mean harm."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.find.replacement import PatternError, TemplatePart, parse
from tui.find.search import Matches, Query, TextChange, find, replace_all, replace_one

#: Exponential in the length of a run of the letter a.
SLOW = r"(a|aa)+[bc]"

texts = st.text(alphabet="ab \nçß東", max_size=30)
patterns = st.sampled_from(["a", "a+", "a*", "^", "$", "b?", r"\b", "a|", "(a)(b)?", "(?<=a)b", r"\s+", "a\nb", ".", "東."])


def spans(found: Matches) -> list[tuple[int, int]]:
    return [found.span(index) for index in range(len(found))]


@given(pattern=patterns, text=texts)
def test_a_regular_expression_finds_what_python_finds(pattern: str, text: str) -> None:
    expected = [match.span() for match in re.finditer(pattern, text, re.MULTILINE)]
    assert spans(find(Query(pattern, regex=True, match_case=True), text)) == expected


@given(words=st.text(alphabet="a.*b(东 \n\\", min_size=1, max_size=3), text=st.text(alphabet="a.*b(东 \n\\", max_size=30))
def test_words_are_found_as_they_stand(words: str, text: str) -> None:
    found = spans(find(Query(words), text))
    assert [text[start:end] for start, end in found] == [words] * text.count(words)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        (Query(""), "anything", []),
        (Query("", regex=True), "anything", []),
        (Query("x"), "", []),
        (Query("The"), "the THE The", ["the", "THE", "The"]),
        (Query("The", match_case=True), "the THE The", ["The"]),
        (Query("é"), "É é", ["É", "é"]),
        (Query("cat", whole_words=True), "cat concat cats cat_ (cat) cat's", ["cat", "cat", "cat"]),
        (Query("c++", whole_words=True), "c++ c++x", ["c++"]),
        (Query("a|b", regex=True, whole_words=True), "a ab b", ["a", "b"]),
        (Query(r"end\r\nof", regex=True), "end\nof", ["end\nof"]),
        (Query(r"^\w+$", regex=True), "one\ntwo words\nthree", ["one", "three"]),
        (Query(r"(?s)a.b", regex=True), "a\nb", ["a\nb"]),
        (Query("👩‍🔬"), "a 👩‍🔬 b", ["👩‍🔬"]),
    ],
)
def test_what_is_found(query: Query, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(find(query, text))] == found


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        (Query("a(b", regex=True), "missing ) at 4"),
        (Query("a(b", regex=True, whole_words=True), "missing ) at 4"),
        (Query("*", regex=True), "nothing to repeat at 1"),
        (Query("[a", regex=True), "unterminated character set at 3"),
        (Query("(?P<1>a)", regex=True), "bad character in group name at 6"),
        (Query(r"\p{Nonsense}", regex=True), "unknown property at 13"),
    ],
)
def test_a_bad_pattern_is_one_line_that_says_where(query: Query, complaint: str) -> None:
    with pytest.raises(PatternError, match=f"^{re.escape(complaint)}$"):
        find(query, "text")


def test_a_pattern_that_would_take_for_ever_is_given_up() -> None:
    with pytest.raises(PatternError, match="too slow: simplify the pattern"):
        find(Query(SLOW, regex=True), "a" * 60, limit_s=0.05)


def test_a_search_that_is_stopped_returns_what_it_has() -> None:
    asked = iter([False, False, True])
    found = find(Query("a"), "aaaa", lambda: next(asked))
    assert (len(found), found.more) == (2, True)


@given(pattern=patterns, text=texts, data=st.data())
def test_walking_forward_meets_each_match_once_a_round_and_back_the_same(pattern: str, text: str, data: st.DataObject) -> None:
    found = find(Query(pattern, regex=True), text)
    if not len(found):
        return
    index = found.first_from(data.draw(st.integers(0, len(text))))
    visited, rounds = [index], 0
    while True:
        index, wrapped = found.step(found.span(index), forward=True)
        rounds += wrapped
        if index == visited[0]:
            break
        visited.append(index)
    assert sorted(visited) == list(range(len(found)))
    assert rounds == 1
    back = [visited[0]]
    while (step := found.step(found.span(back[-1]), forward=False)[0]) != back[0]:
        back.append(step)
    assert back[1:] == visited[:0:-1]


def test_from_a_place_that_is_no_match_the_nearest_comes_first() -> None:
    found = find(Query("a"), "a..a..a")
    assert found.step((1, 2), forward=True) == (1, False)
    assert found.step((1, 2), forward=False) == (0, False)
    assert found.step((7, 7), forward=True) == (0, True)
    assert found.step((0, 0), forward=False) == (2, True)
    assert [found.first_from(offset) for offset in (0, 1, 4, 7)] == [0, 1, 2, 0]


@given(pattern=patterns, text=texts, data=st.data())
def test_the_matches_in_view_are_all_that_can_be_seen_there(pattern: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = find(Query(pattern, regex=True), text)
    covered = {at for left, right in found.within(start, end) for at in range(left, right)}
    assert covered == {at for left, right in spans(found) for at in range(left, right) if start <= at < end}


def changed(text: str, change: TextChange | None) -> str:
    return text if change is None else text[: change.start] + change.insert + text[change.end :]


@given(pattern=patterns, text=texts, replacement=st.text(alphabet="ab€ \n", max_size=3))
def test_replacing_all_is_what_python_does(pattern: str, text: str, replacement: str) -> None:
    expected = re.sub(pattern, lambda match: replacement, text, flags=re.MULTILINE)
    change = replace_all(Query(pattern, regex=True, match_case=True), replacement, text)
    assert changed(text, change) == expected


@given(text=texts, cursor=st.integers(0, 30), replacement=st.text(alphabet="xy", max_size=3))
def test_replacing_leaves_the_cursor_between_the_same_characters(text: str, cursor: int, replacement: str) -> None:
    cursor = min(cursor, len(text))
    change = replace_all(Query("a"), replacement, text, cursor)
    if change is not None:
        assert changed(text, change)[: change.cursor] == text[:cursor].replace("a", replacement)


@pytest.mark.parametrize(
    ("query", "replacement", "text", "expected"),
    [
        (Query("two"), "$1 \\1", "one two", "one $1 \\1"),
        (Query(r"(\w+), (\w+)", regex=True), r"$2 \1", "Doe, Jane", "Jane Doe"),
        (Query(r"(?<last>\w+), (?P<first>\w+)", regex=True), r"${first} \g<last>", "Doe, Jane", "Jane Doe"),
        (Query(r"a(x)?", regex=True), "[$1]", "a ax", "[] [x]"),
        (Query(r"\d+", regex=True), r"$$$&.\0", "7", "$7.7"),
        (Query(r"; ", regex=True), r";\n", "a; b; c", "a;\nb;\nc"),
        (Query(r"; ", regex=True), r";\r\n\t", "a; b", "a;\n\tb"),
        (Query(r"\n\n+", regex=True), r"\n", "a\n\n\nb", "a\nb"),
        (Query(r"^", regex=True), "> ", "a\nb\n", "> a\n> b\n> "),
        (Query(r"(?<=\d)(?=(\d{3})+$)", regex=True), ",", "1234567", "1,234,567"),
        (Query("é"), "東京", "é", "東京"),
    ],
)
def test_replacements(query: Query, replacement: str, text: str, expected: str) -> None:
    assert changed(text, replace_all(query, replacement, text)) == expected


@given(pattern=patterns, text=texts)
def test_replacing_one_after_the_other_from_the_end_is_replacing_all(pattern: str, text: str) -> None:
    query = Query(pattern, regex=True, match_case=True)
    one_by_one = text
    for span in reversed(spans(find(query, text))):
        change = replace_one(query, "<$&>", text, span)
        assert change is not None
        one_by_one = one_by_one[: change.start] + change.insert + one_by_one[change.end :]
    assert one_by_one == changed(text, replace_all(query, "<$&>", text))


def test_a_selection_that_is_no_match_is_not_replaced() -> None:
    assert replace_one(Query("a+", regex=True), "b", "caac", (1, 2)) is None
    assert replace_one(Query("a"), "b", "xyz", (0, 1)) is None


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("$2", "there is no group 2 ($$ is a dollar)"),
        ("$12", "there is no group 12: ${1}2 is group 1"),
        ("${name}", "there is no group name"),
        (r"\9", "there is no group 9"),
        (r"\g<x>", "there is no group x"),
    ],
)
def test_a_group_that_the_pattern_lacks_is_named(template: str, complaint: str) -> None:
    with pytest.raises(PatternError, match=f"^{re.escape(complaint)}$"):
        replace_all(Query("(a)", regex=True), template, "a")


@given(template=st.text(max_size=12).filter(lambda words: "$" not in words and "\\" not in words))
def test_text_without_groups_is_itself(template: str) -> None:
    assert "".join(part.text for part in parse(template, 0)) == template
    assert all(isinstance(part, TemplatePart) and part.group is None for part in parse(template, 0))
