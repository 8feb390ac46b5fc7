#!/usr/bin/env bash
# Writes requirements/lock.txt: the versions of everything that is installed for running and for development.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"${PYTHON:-python3}" -m venv "$fresh"
"$fresh/bin/python" -m pip install -q -U pip
"$fresh/bin/python" -m pip install -q -e . --group dev
{
  echo "# Locked versions, used as constraints. Written by make lock."
  "$fresh/bin/python" -m pip list --format freeze --exclude-editable --exclude autocomplete --exclude setuptools
} > requirements/lock.txt
