# Everything that is done to this project from a shell. `make` alone lists it.
# Needs make, sh and Python 3.11 to 3.13 with venv; each target installs what it needs first.

# Where the virtual environment is: set SEQCLASS_VENV to share one or to keep it elsewhere.
SEQCLASS_VENV ?= .venv
BIN = $(SEQCLASS_VENV)/bin
STAMP = $(SEQCLASS_VENV)/.seqclass-installed

.DEFAULT_GOAL := help
.PHONY: help install run demo test check bench bench-list build translations screenshots clean lint

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(STAMP) ## Make .venv and install everything into it (once; again when pyproject.toml changes)
	@:

$(STAMP): pyproject.toml
	@.ci/install "$(SEQCLASS_VENV)"
	@touch "$@"

run: install ## Open the desktop app
	@"$(BIN)/python" -m gui

demo: install ## The whole path on a spoken sample that it makes itself, in ./demo
	@"$(BIN)/seqclass" demo demo

test: lint ## THE check: format, lint, types, import rules, all tests
	"$(BIN)/python" -m pytest

# A check starts a hundred Pythons. What they compile is kept, or each of them compiles all modules anew; `make clean` deletes it.
check: export PYTHONDONTWRITEBYTECODE =
check: lint ## The same without TensorFlow and slow tests: about a minute
	"$(BIN)/python" -m pytest -n 2 --dist loadfile -m "not tensorflow and not slow"

lint: install
	"$(BIN)/ruff" format --check .
	"$(BIN)/ruff" check .
	"$(BIN)/mypy"
	"$(BIN)/lint-imports"

bench: install ## Run every measurement of speed: half an hour; ARGS="training mfcc" for some, ARGS=--quick
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-input --editable '.[bench]' </dev/null
	@"$(BIN)/python" tests/bench $(ARGS)

bench-list: install ## List the measurements
	@"$(BIN)/python" tests/bench --list

build: install ## Build the wheel into ./dist
	"$(BIN)/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/*.whl

translations: install ## Bring the app's translations in step with its texts, and compile them
	@"$(BIN)/python" -m gui.translations.update

screenshots: install ## Photograph every page, light, dark and in Chinese, into ./screenshots
	@"$(BIN)/python" tests/gui/screenshots.py screenshots

clean: ## Delete what checks and builds leave behind (not .venv, not ./demo)
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
