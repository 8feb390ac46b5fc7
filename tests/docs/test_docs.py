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

from autocomplete import SyncAutocompleter
from tests.docs.pages import PAGES, ROOT, page_id, text_of

README = ROOT / "README.md"

_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```)?", re.DOTALL | re.MULTILINE)

#: The pages whose blocks are run: all but README, which names servers that are not there.
RUN = [page for page in PAGES if page != README and "```python" in text_of(page)]


def _compiled(path: Path, block: re.Match[str]) -> CodeType:
    """Return the code of a block, which may await at its top level, at its line numbers."""
    line = text_of(path)[: block.start("code")].count("\n")
    code: CodeType = compile(
        "\n" * line + block["code"], str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )
    return code


@pytest.mark.parametrize("path", RUN, ids=page_id)
def test_blocks_print_what_stands_under_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": path.stem}
    blocks = list(_BLOCK.finditer(text_of(path)))
    assert any(block["printed"] for block in blocks)
    with asyncio.Runner() as runner:
        for block in blocks:
            result = FunctionType(_compiled(path, block), names)()
            if isinstance(result, Coroutine):
                runner.run(result)
            printed = capsys.readouterr().out
            assert block["printed"] is None or printed == block["printed"], f"{path.name}: {block['code']}"


def test_the_decision_in_the_readme_is_that_of_the_model() -> None:
    call = re.search(r'decide\("(.+)"\)\n.*# (True|False), "(.+)", Bounds\(lower=(.+), upper=(.+)\)', text_of(README))
    assert call is not None
    with SyncAutocompleter("english", cutoff=0.6) as autocompleter:
        decision = autocompleter.decide(call[1])
    lower, upper = (f"{bound:.3f}" for bound in (decision.bounds.lower, decision.bounds.upper))
    assert (str(decision.shown), decision.completion, lower, upper) == call.groups()[1:]
