# Everything a newcomer needs is two commands: `make demo` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
.ONESHELL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MATRIX := .matrix
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
# All tests that the machine can run; in CI (CI=true) a missing server is a failure, not a skip.
TESTS ?= tests
SLOW ?= $(if $(CI),--slow,)

.PHONY: help demo matrix test check fix bench lock docs clean
help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 10

# One environment for everything, rebuilt when a lock file changes; hashes are checked.
$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON); install Python 3.11 or newer, or set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "watchbill needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments; on Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	echo "Setting up $(VENV) (once, about a minute) ..." >&2
	$(PYTHON) -m venv --clear $(VENV)
	pip="$(BIN)/python -m pip install --quiet --disable-pip-version-check"
	$$pip --require-hashes -r requirements/dev.txt || { echo "The packages could not be fetched (pip says why above). Offline? Point pip at a mirror (PIP_INDEX_URL) or at a folder of wheels (PIP_FIND_LINKS and PIP_NO_INDEX=1), then try again." >&2; exit 1; }
	$$pip --no-deps --no-build-isolation -e .
	touch $@

# A real Matrix server for the slow tests, in an environment of its own: its packages are nobody else's business.
$(MATRIX)/.ready: requirements/matrix.txt
	@echo "Setting up $(MATRIX) (once) ..." >&2
	$(PYTHON) -m venv --clear $(MATRIX)
	$(MATRIX)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/matrix.txt
	touch $@

matrix: $(MATRIX)/.ready ## Set up the Matrix server that the slow tests talk to

demo: $(VENV)/.ready ## Start a real little shop, break its payments, and watch the page arrive
	@$(BIN)/watchbill demo $(ARGS)

test: $(VENV)/.ready $(if $(CI),$(MATRIX)/.ready) ## Run every test that this machine can run
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(SLOW) $(TESTS) $(ARGS)

check: $(VENV)/.ready ## Lint, types, import contracts, docstrings
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q src tests

fix: $(VENV)/.ready ## Let ruff repair what it can
	@$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready ## Measure (see bench/RESULTS.md for what and against whom)
	@for program in bench/p*.py; do name=$$(basename $$program .py); echo "== $$name"; $(BIN)/python -m bench.$$name --quick; done

lock: $(VENV)/.ready ## Renew requirements/*.txt (hashes, no registry address)
	@$(BIN)/python -m pip install --quiet uv
	for name in base dev; do
	  group=$$([ $$name = dev ] && echo "--group dev" || true)
	  $(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml $$group -o requirements/$$name.txt
	done
	$(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/matrix.in -o requirements/matrix.txt

docs: $(VENV)/.ready ## Build the documentation site into site/
	@$(BIN)/mkdocs build --strict --quiet

clean: ## Remove what was built
	@rm -rf $(VENV) $(MATRIX) site dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
