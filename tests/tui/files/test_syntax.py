"""Colours of code: of the right parts, moved with the text while one types, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.editor import editor
from tui.files.syntax import LANGUAGES, MOST_CHARACTERS, Grammar, Syntax, grammar, load_grammar
from tui.text.document import LineDocument

pytest.importorskip("tree_sitter_python", reason="the extra syntax is not installed")

CODE = 'def greet(name):\n    """東京 greets"""\n    return "é" + name  # done\n'


def coloured(syntax: Syntax, row: int) -> list[str]:
    """Return the words of a row that have a style."""
    line = syntax.document.get_line(row)
    return [line[start:end] for start, end, _style in syntax.marks(row, 0, len(line))]


@pytest.fixture
def python() -> Grammar:
    return load_grammar("python")


def test_the_parts_of_the_code_are_found_also_behind_wide_letters(python: Grammar) -> None:
    syntax = Syntax(LineDocument(CODE), python)
    syntax.renew(dark=True)
    assert coloured(syntax, 0)[:2] == ["def", "greet"]
    assert coloured(syntax, 1) == ['"""東京 greets"""']
    assert [word for word in coloured(syntax, 2) if word in ("return", '"é"', "# done")] == ["return", '"é"', "# done"]


def test_colours_move_with_the_text_until_they_are_worked_out_anew(python: Grammar) -> None:
    document = LineDocument(CODE)
    syntax = Syntax(document, python)
    syntax.renew(dark=True)
    assert coloured(syntax, 2)[0] == "return"
    document.replace_range((2, 0), (2, 0), "  ")
    assert syntax.stale
    assert coloured(syntax, 2)[0] == "return"
    document.replace_range((0, 0), (0, 0), "\n\n")
    assert coloured(syntax, 4)[0] == "return"
    syntax.renew(dark=False)
    assert coloured(syntax, 2)[0] == "def"


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["", "x", "東\n", '"""', "def f():\n"]))))
def test_no_edit_makes_a_mark_leave_its_line_for_good(edits: list[tuple[int, int, str]]) -> None:
    document = LineDocument(CODE)
    syntax = Syntax(document, load_grammar("python"))
    syntax.renew(dark=True)
    for one, other, text in edits:
        places = [document.location_back(document.end, n) for n in (one, other)]
        document.replace_range(min(places), max(places), text)
        for row in range(document.line_count):
            assert all(min(start, end) >= 0 for start, end, _ in syntax.marks(row, 0, 99))
    syntax.renew(dark=True)
    for row in range(document.line_count):
        marks = [(start, end) for start, end, _ in syntax.marks(row, 0, 99)]
        assert marks == sorted(marks)
        assert all(start < end <= len(document.get_line(row)) for start, end in marks)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_every_language_can_be_parsed(language: str) -> None:
    syntax = Syntax(LineDocument('# "x" 1\n{"a": [1, true]}\n<b>c</b>\nselect 1;'), load_grammar(language))
    syntax.renew(dark=True)
    for row in range(4):
        coloured(syntax, row)


@pytest.mark.parametrize("name", [None, "notes.txt", "Makefile", "a.gone"])
def test_plain_text_has_no_grammar(name: str | None) -> None:
    assert grammar(Path(name) if name else None) is None


def test_a_huge_text_has_no_colours(python: Grammar) -> None:
    syntax = Syntax(LineDocument("x = 1\n" * (MOST_CHARACTERS // 6 + 1)), python)
    syntax.renew(dark=True)
    assert not coloured(syntax, 0)


async def test_a_file_is_coloured_by_its_name_and_again_after_a_pause_and_a_new_name(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("def one():\n    pass\n")
    async with editor(path=path) as at:
        at.area.move_cursor((1, 0))
        words = {segment.text: segment.style for segment in at.area.render_line(0)}
        assert words["def"] != words["one"]
        await at.press("f12", "ctrl+u", *str(tmp_path / "a.txt"), "enter")
        at.app.upkeep.run()
        assert "def" not in [segment.text for segment in at.area.render_line(0)]
