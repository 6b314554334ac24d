# Everything a developer or the continuous integration runs. Needs Python 3.11 or newer, make and a
# package index; all else is installed, hash-checked, into .venv.

PYTHON ?= python3
JOBS ?= 2
PYTEST_ARGS ?=
# Where the random draws of the long suites start; the number printed draws the same again.
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
# For instance FAULTS_ARGS='--scenario "dossier ouvrir" --database sqlite', or --check.
FAULTS_ARGS ?=
# For instance ANYDAY_ARGS='--only nouvel-an', or --at 2102-03-01T10:00+01:00.
ANYDAY_ARGS ?=

BIN := .venv/bin
STAMP := .venv/.installed
# Folders that exist: a package that comes later is checked from its first file on.
SOURCES := $(wildcard workflow notifications db display cli tui tests benchmarks)
BENCHMARKS := $(wildcard benchmarks/*.py)

# The one tool of `make lock`, kept out of .venv because nothing else needs it.
UV_VERSION := 0.13.9
UV := .venv-lock/bin/uv
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile pyproject.toml --quiet \
	--universal --python-version 3.11 --generate-hashes --extra postgres \
	$(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help demo test anyday slow screens faults check pictures lint types contracts format lock bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is \
	needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@# From there: Python 3.11 does not start on the name of a folder that the locale cannot write.
	@cd $(@D)/lib/python3*/site-packages && echo ../../../.. >_editable_impl_echeancier.pth
	@touch $@

demo: $(STAMP) ## Show the program at work on a sample agency
	$(BIN)/echeancier demo

test: $(STAMP) ## Run the tests, except the slow ones and most screens
	$(BIN)/pytest -n $(JOBS) -m "not slow and not screens" $(PYTEST_ARGS)

anyday: $(STAMP) ## Run the tests on other days and in other places
	$(BIN)/python -m tests.anyday --jobs $(JOBS) $(ANYDAY_ARGS)

slow: $(STAMP) ## Run the slow tests, and all that draw, at random (SEED=…)
	$(BIN)/pytest -n $(JOBS) -m "slow or hypothesis" --hypothesis-profile=random \
	--hypothesis-seed=$(SEED) $(PYTEST_ARGS)

screens: $(STAMP) ## Press keys through every screen, and compare the pictures
	$(BIN)/pytest -n $(JOBS) -m "screens and not slow" $(PYTEST_ARGS)

faults: $(STAMP) ## Kill the program at every fault point and publish what it cost
	$(BIN)/python -m tests.faults --jobs $(JOBS) $(FAULTS_ARGS)

check: lint types contracts test ## Run every check: lint, types, contracts, tests

pictures: $(STAMP) ## Take the pictures of the screens and of the guide again
	$(BIN)/pytest tests/tui --snapshot-update

lint: $(STAMP) ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP) ## Check the types
	$(BIN)/mypy $(SOURCES)

contracts: $(STAMP) ## Check which package may import which
	$(BIN)/lint-imports --no-logo

format: $(STAMP) ## Put the code in shape and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(UV):
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv==$(UV_VERSION)

lock: $(UV) ## Lock the dependencies again (UPGRADE=1 takes the newest)
	$(COMPILE) --group dev --output-file requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock --output-file requirements.lock
	$(COMPILE) --constraint requirements-dev.lock --group bench --output-file requirements-bench.lock

bench: $(STAMP) ## Run the benchmarks
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@set -e; for name in $(basename $(notdir $(BENCHMARKS))); do echo "== $$name"; \
	$(BIN)/python -m "benchmarks.$$name"; done

clean: ## Remove what make made: environments, caches, the demonstration
	rm -rf .venv .venv-lock build dist demo
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
