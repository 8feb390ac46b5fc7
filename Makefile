# make run    open the editor           make test    run the tests
# make setup  install for development   make check   format, lint, types, import contracts
# make bench  the figures of docs/benchmarks.md
# Each does all of the set-up by itself: Python >= 3.11, git and make are enough.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
LOCK := requirements/lock.txt
FILE ?=
ARGS ?=

.PHONY: run setup test test-all check format bench lock release release-check clean

run: $(VENV)/.installed
	@$(BIN)/autocomplete $(ARGS) $(FILE)

setup: $(VENV)/.installed-dev

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 3 --dist loadgroup

test-all: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m ''

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The figures in docs/benchmarks.md. CORPUS: text to train the test server's model on and to type; it is not part of this repository.
CORPUS ?= ../shared/corpus
DEV := $(patsubst $(CORPUS)/%.txt.xz,build/dev/%.txt,$(wildcard $(CORPUS)/dev_*.txt.xz))
build/dev/%.txt: $(CORPUS)/%.txt.xz
	@mkdir -p $(@D)
	$(BIN)/python -c "import lzma, sys; sys.stdout.write(lzma.open(sys.argv[1], 'rt', encoding='utf-8').read())" $< > $@

bench: $(VENV)/.installed-dev $(DEV)
	$(BIN)/python -m benchmarks.engine.keystroke
	$(BIN)/python -m benchmarks.tui.startup
	$(BIN)/python -m benchmarks.tui.key_to_paint
	$(BIN)/python -m benchmarks.core.soundness
	$(BIN)/python -m benchmarks.backends.mutated_bodies
	$(BIN)/python -m benchmarks.backends.socket_faults
	$(BIN)/python -m benchmarks.embedded.english $(DEV) --words 1000 --only-embedded
	$(BIN)/python -m benchmarks.embedded.memory $(DEV) --words 800
	$(BIN)/python -m benchmarks.evaluation.replay_speed $(DEV)
	$(BIN)/python -m benchmarks.tui.tuner_slider $(DEV)
	$(BIN)/python -m benchmarks.evaluation.truth $(DEV) --train $(CORPUS)/[!d]*.txt.xz
	$(BIN)/python -m benchmarks.evaluation.certificate $(DEV)
	$(BIN)/python -m benchmarks.evaluation.sequential
	$(BIN)/python -m benchmarks.backends.requests_per_word --train $(CORPUS)/[!d]*.txt.xz -- $(DEV)

# Checks that everything says VERSION and tags the commit; see docs/dev/release.md. release-check only checks the texts.
VERSION ?=
release: $(VENV)/.installed-dev
	$(BIN)/python -m scripts.release "$(VERSION)" --tag

release-check: $(VENV)/.installed-dev
	$(BIN)/python -m scripts.release "$(VERSION)"

lock: $(VENV)/.installed-dev
	PYTHON=$(PYTHON) bash requirements/lock.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.pip: pyproject.toml $(LOCK)
	@test -n "$(PYTHON)" || { echo "No Python >= 3.11 with venv found: install one (Debian: apt install python3-venv), or say make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt install python3-venv)." >&2; exit 2; }
	@echo "Installing into $(VENV) ..."
	@$(PIP) install -c $(LOCK) pip
	@touch $@

$(VENV)/.installed: $(VENV)/.pip
	@$(PIP) install -c $(LOCK) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.pip
	@$(PIP) install -c $(LOCK) -e . --group dev
	@touch $@ $(VENV)/.installed
