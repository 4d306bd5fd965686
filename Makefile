# `make run` and `make test` need Python 3.11 or newer and nothing else.
VENV ?= .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
BASE_PYTHON ?= python3

.PHONY: run test check format lock

$(VENV)/.runtime: requirements.txt
	@test -x $(PYTHON) || $(BASE_PYTHON) -m venv $(VENV)
	@echo "Installing what Bookkinda needs (once)…"
	@if command -v uv >/dev/null; then uv pip install -q --python $(PYTHON) --require-hashes -r $<; \
	 else $(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need (once)…"
	@if command -v uv >/dev/null; then uv pip install -q --python $(PYTHON) --require-hashes -r $<; \
	 else $(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	BOOKKINDA_ENVIRONMENT=local $(PYTHON) manage.py makemigrations --check --dry-run

test: $(VENV)/.dev
	$(PYTHON) -m pytest

format: $(VENV)/.dev
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

# Needs uv. Exact versions with hashes, for every platform; no index address gets into the files.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.txt
