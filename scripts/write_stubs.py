"""Writes the stub files of the public modules, for type checkers and editors: python -m scripts.write_stubs

The table is `autocomplete.public_names.TIERS`; a test compares what is written with it.
"""

from __future__ import annotations

from pathlib import Path

from autocomplete.public_names import TIERS, names_of, order

ROOT = Path(__file__).resolve().parent.parent


def stub(tier: str) -> str:
    """Return the text of a public module's stub."""
    lines = ["# Written by `python -m scripts.write_stubs` from `autocomplete.public_names`.", ""]
    for home, names in sorted(TIERS[tier].items()):
        lines += [f"from {home} import {name} as {name}" for name in sorted(names, key=order)]
    listed = "".join(f'    "{name}",\n' for name in names_of(tier))
    return "\n".join(lines) + f"\n\n__all__ = [\n{listed}]\n"


def stub_path(tier: str) -> Path:
    """Return where the stub of a public module lies."""
    place = ROOT.joinpath(*tier.split("."))
    return place / "__init__.pyi" if place.is_dir() else place.with_suffix(".pyi")


if __name__ == "__main__":
    for tier in TIERS:
        stub_path(tier).write_text(stub(tier), encoding="utf-8")
