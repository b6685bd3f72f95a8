# Every target makes .venv and installs what it needs. Only Python 3.11 or newer is wanted.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install run test soak check serve bench

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.base ## The program, in .venv
run: $(VENV)/.base ## The whole journey on a demo office, sending nothing
	$(BIN)/outreach demo
test: $(VENV)/.dev ## Tests, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak"
soak: $(VENV)/.dev ## Long tests: kills and interruptions
	$(BIN)/python -m pytest -n auto --dist worksteal -m soak
check: $(VENV)/.dev ## Style, types, order of the rooms, translations, command reference
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogues.py check
	$(BIN)/python tools/cli_reference.py --check
	$(BIN)/python tools/checks_reference.py --check
serve: $(VENV)/.web ## The pages, on this machine only, with the demo's data where there are none
	@test -e var/outreach.db || $(BIN)/outreach demo
	$(BIN)/outreach serve
bench: $(VENV)/.bench ## Speed against other programs, written into docs/speed.md
	$(BIN)/python tools/bench.py

# Installed again whenever pyproject.toml changes.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
$(VENV)/.base: pyproject.toml hatch_build.py | $(BIN)/python
	$(PIP) install -e .
	@touch $@
$(VENV)/.dev $(VENV)/.web $(VENV)/.bench: $(VENV)/.%: $(VENV)/.base
	$(PIP) install -e ".[$*]"
	@touch $@
