# Presage. `make help` lists what there is to do.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make requirements"
# A worker for every core and one more, as tests often wait, each with servers of its own; who is done takes over tests
# of another.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
PARALLEL := --numprocesses=$(WORKERS) --dist=worksteal

# Each stamp is newer than the file it was made from, so that only a change installs again.
CREATED := $(VENV)/.created
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test check lint types imports pytest bench faults fuzz format requirements upgrade clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(RUN) ## Install, then serve the exchange on port 4000 with its own servers (ARGS="…" for presage up)
	@$(BIN)/presage up $(ARGS)

test: check ## Install, then check everything

check: lint types imports pytest ## Lint, types, import contracts and tests

lint: $(DEV) ## Style and likely mistakes
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(DEV) ## Static types
	$(BIN)/mypy

imports: $(DEV) ## Which part may import which
	$(BIN)/lint-imports --no-logo

pytest: $(DEV) ## The tests, on every core (ARGS="tests/unit -k pool" for a part of them)
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

bench: $(RUN) ## Measure the trading desk against one transaction per trade
	$(BIN)/presage bench $(ARGS)

faults: $(DEV) ## Kill servers and processes under load, then audit
	$(BIN)/python -m tests.faults.run $(ARGS)

fuzz: $(DEV) ## Fuzz every operation of the API, in all phases, then audit
	$(BIN)/python -m tests.fuzz.run $(ARGS)

format: $(DEV) ## Rewrite the sources in the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

requirements: $(DEV) ## Pin and hash the dependencies of pyproject.toml, keeping pins that still fit
	$(COMPILE) --extra build --output-file requirements.txt pyproject.toml $(ARGS)
	$(COMPILE) --extra build --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml $(ARGS)

upgrade: ## Pin the newest versions instead
	$(MAKE) requirements ARGS=--upgrade

clean: ## Remove the virtual environment and every cache; .presage, the data, stays
	rm -rf $(VENV) dist build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(CREATED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Presage needs Python 3.11 or newer. Name one: make PYTHON=python3.13")'
	@echo "Installing into $(VENV), once; this takes about a minute."
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(RUN): requirements.txt pyproject.toml | $(CREATED)
	$(INSTALL) --require-hashes --requirement requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
