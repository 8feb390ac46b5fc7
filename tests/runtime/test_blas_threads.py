"""The command line multiplies with one thread."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autocomplete.runtime.blas_threads import VARIABLES

RUN = """
import os, sys
from autocomplete.cli.main import main
assert "numpy" not in sys.modules
try:
    main(["--version"])
except SystemExit:
    pass
print(*(os.environ.get(name) for name in {names!r}))
"""


@pytest.mark.parametrize(("given", "expected"), [({}, "1"), ({VARIABLES[0]: "3"}, "3")])
def test_the_environment_is_set_before_numpy_is_there(given: dict[str, str], expected: str) -> None:
    code = RUN.format(names=VARIABLES[:1])
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == expected
