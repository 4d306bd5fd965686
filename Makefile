# `make run` and `make test` need make and Python 3.11 or newer, and nothing else.
VENV ?= .venv
PORT ?= 8000
BOOKKINDA_ENVIRONMENT ?= local
export PORT BOOKKINDA_ENVIRONMENT

PYTHON := $(VENV)/bin/python
# The first Python here that is new enough; BASE_PYTHON=/path/to/python names another one.
IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
BASE_PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python $(IS_NEW_ENOUGH) 2>/dev/null && echo $$python && break; done)

.PHONY: run password test check format lock
.DELETE_ON_ERROR:

# Everything that has to be there before the first page: packages, database, and on an empty
# database a sample business. Then the web server and the worker, until Ctrl-C.
run: $(VENV)/.runtime
	@$(PYTHON) manage.py prepare
	@$(PYTHON) manage.py create_sample --if-empty
	@exec $(PYTHON) manage.py serve

# A new password for somebody who forgot theirs: make password EMAIL=name@example.org
EMAIL ?= owner@example.org
password: $(VENV)/.runtime
	@$(PYTHON) manage.py changepassword $(EMAIL)

test: $(VENV)/.dev
	@$(PYTHON) -m tests.run

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m tests.run --quick

format: $(VENV)/.dev
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

# Needs uv. Exact versions with hashes, for every platform; no index address gets into the files.
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml
lock:
	$(COMPILE) -o requirements.txt
	$(COMPILE) --group dev -o requirements-dev.txt

# uv is used where it is found (seconds), pip where it is not (a minute or two).
define install
@if command -v uv >/dev/null; then \
	uv pip install -q --python $(PYTHON) --require-hashes -r $<; \
else \
	$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<; \
fi
@touch $@
endef

$(VENV)/.runtime: requirements.txt | $(PYTHON)
	@echo "Installing what Bookkinda needs (once; a minute or two)…"
	$(install)

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need (once; a minute or two)…"
	$(install)

$(PYTHON):
	@if [ -z "$(BASE_PYTHON)" ]; then \
		echo "Bookkinda needs Python 3.11 or newer, and there is none here that make can find." >&2; \
		echo "Install one, or name it: make run BASE_PYTHON=/path/to/python" >&2; exit 1; fi
	@if ! "$(BASE_PYTHON)" $(IS_NEW_ENOUGH) 2>/dev/null; then \
		echo "$(BASE_PYTHON) is not Python 3.11 or newer, which Bookkinda needs." >&2; exit 1; fi
	@if ! "$(BASE_PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "This Python cannot make virtual environments: its venv module is missing." >&2; \
		echo "On Debian and Ubuntu: apt install python3-venv. Then the same command again." >&2; exit 1; fi
	@"$(BASE_PYTHON)" -m venv --clear $(VENV)
