"""The Python blocks of the documents run, and print what stands under them."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Coroutine
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```)?", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]+)")


def _documents(*, with_code: bool) -> list[Path]:
    found = sorted(DOCS.glob("*.md"))
    return [path for path in found if "```python" in path.read_text(encoding="utf-8")] if with_code else found


def _compiled(path: Path, block: re.Match[str]) -> CodeType:
    """Return the code of a block, which may await at its top level, at its line numbers."""
    line = path.read_text(encoding="utf-8")[: block.start("code")].count("\n")
    code: CodeType = compile(
        "\n" * line + block["code"], str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )
    return code


@pytest.mark.parametrize("path", _documents(with_code=True), ids=lambda path: path.stem)
def test_blocks_print_what_stands_under_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": path.stem}
    blocks = list(_BLOCK.finditer(path.read_text(encoding="utf-8")))
    assert any(block["printed"] for block in blocks)
    with asyncio.Runner() as runner:
        for block in blocks:
            result = FunctionType(_compiled(path, block), names)()
            if isinstance(result, Coroutine):
                runner.run(result)
            printed = capsys.readouterr().out
            assert block["printed"] is None or printed == block["printed"], f"{path.name}: {block['code']}"


@pytest.mark.parametrize("path", _documents(with_code=False), ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    for link in _LINK.finditer(path.read_text(encoding="utf-8")):
        assert (path.parent / link["path"]).exists(), link["path"]
