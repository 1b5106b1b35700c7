# `make` alone prints what there is to do. Nothing but Python 3.11+, git and make has to be there before.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VENV ?= .venv
BIN := $(VENV)/bin
# recordlinkage needs pandas below 3, so it has an environment of its own.
PEERS ?= .venv-peers
# What makes the documentation site has an environment of its own too.
SITE ?= .venv-site
PEER_NOTEBOOKS := examples/notebooks/recordlinkage.ipynb
NOTEBOOKS := $(filter-out $(PEER_NOTEBOOKS),$(wildcard examples/notebooks/*.ipynb))
PEER_TESTS := tests/integrations tests/normalize/test_own_kind.py tests/storage/test_frames.py tests/report/test_kinds_of_tables.py
# How many processes the tests use, and how thorough the property tests are: fast (100 examples), ci (1,000), soak (10,000).
JOBS ?= 2
VNLINK_HYPOTHESIS ?= fast
export VNLINK_HYPOTHESIS

# The first of these that runs, is 3.11 or newer, and can make a virtual environment.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

CODE := src tests $(wildcard benchmarks examples tools)

.PHONY: help demo test format lint type unit peers bench docs notebooks site tables check clean

help: ## print this
	@echo "make TARGET, where TARGET is one of"
	@sed -nE 's/^([a-z]+):.*## (.*)$$/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  %-10s %s\n' "$$name" "$$text"; done

demo: $(VENV)/.ready-demo ## make two registers, link them and show the result (writes vnlink-demo/)
	@$(BIN)/vnlink demo

test: lint type unit ## everything that must hold: layout, types, tests

lint: $(VENV)/.ready-dev ## ruff: rules and layout
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

# pyproject.toml makes mypy strict and says which two of its rules numba and pyarrow need off: --strict here would undo that.
type: $(VENV)/.ready-dev ## mypy, strict, on the package
	$(BIN)/mypy

unit: $(VENV)/.ready-dev ## pytest alone: random order, warnings are errors
	$(BIN)/python -m pytest -q -n $(JOBS)

peers: $(PEERS)/.ready ## tests inside recordlinkage (with pandas 2) and Splink
	$(PEERS)/bin/python -m pytest -q $(PEER_TESTS) src/vnlink/integrations
	$(PEERS)/bin/python -m pytest -q tests/docs -k "integrations or migration"
	$(PEERS)/bin/python examples/05_recordlinkage.py
	$(PEERS)/bin/python tools/run_notebooks.py $(PEER_NOTEBOOKS)

format: $(VENV)/.ready-dev ## put the code in its layout
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: $(VENV)/.ready-dev ## benchmarks, at their short size
	@[ -d benchmarks ] || { echo "no benchmarks yet"; exit 0; }; \
	for script in benchmarks/*/bench_*.py; do [ -e "$$script" ] || continue; echo "$$script"; $(BIN)/python "$$script"; done

docs: $(VENV)/.ready-dev ## run the examples and notebooks that the documentation shows
	@for script in examples/*.py; do echo "$$script"; $(BIN)/python "$$script"; done
	$(BIN)/python tools/run_notebooks.py $(NOTEBOOKS)

notebooks: $(VENV)/.ready-dev $(PEERS)/.ready ## run the notebooks and store their outputs
	$(BIN)/python tools/run_notebooks.py --write $(NOTEBOOKS)
	$(PEERS)/bin/python tools/run_notebooks.py --write $(PEER_NOTEBOOKS)

# The variable silences a notice of the theme about a version of MkDocs to come; pyproject.toml keeps to the present one.
site: $(SITE)/.ready ## the documentation as a web site, in site/; any warning is an error
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/python -m mkdocs build --strict --clean --quiet
	@echo "open site/index.html in a browser"

tables: $(VENV)/.ready-dev ## make the generated tables again, those of the reference too; they must not change
	@for script in tools/build_*.py; do [ -e "$$script" ] || continue; echo "$$script"; $(BIN)/python "$$script"; done; \
	git diff --exit-code --stat -- src/vnlink/resources docs/reference

check: ## what CI runs, in its order
	bash .ci/run

clean: ## remove what make made, but not what you linked
	rm -rf $(VENV) $(PEERS) $(SITE) site .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist vnlink-demo

# One environment for all. A stamp says what is installed in it; it goes stale when pyproject.toml changes.
$(VENV)/.ready-demo: pyproject.toml
	$(call install,.)
	@echo "compiling vnlink: about a minute, once"
	@$(BIN)/vnlink warmup --quiet

$(VENV)/.ready-dev: pyproject.toml
	$(call install,.[dev])
	@touch $(VENV)/.ready-demo

$(PEERS)/.ready: VENV := $(PEERS)
$(PEERS)/.ready: BIN := $(PEERS)/bin
$(PEERS)/.ready: pyproject.toml
	$(call install,.[peers])

$(SITE)/.ready: VENV := $(SITE)
$(SITE)/.ready: BIN := $(SITE)/bin
$(SITE)/.ready: pyproject.toml
	$(call install,.[docs])

define install
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer with its venv module is needed: install it, or say which with make PYTHON=..." >&2; exit 2; fi
	@[ -x $(BIN)/python ] && $(BIN)/python -c 'import pip' >/dev/null 2>&1 || { echo "making $(VENV) with $(PYTHON)"; "$(PYTHON)" -m venv --clear $(VENV); }
	@echo "installing vnlink: this takes a minute or two the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
	@touch $@
endef
