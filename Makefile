# Everything happens in .venv; nothing is installed outside this folder. Needs only make and Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
STAMP := $(VENV)/.installed

VENDOR := src/stadspeil/atlas/static/vendor/.lock
CHECKS := style types entries reference
# Some machines ask Python to keep nothing of what it compiled: then each of a thousand processes compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE
# Compiled when it is imported first: most of what comes along never is.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile
# Two more than the cores of a small machine: browsers and servers wait for each other, and no core should. With three a fifth
# of two cores had nothing to do.
WORKERS ?= 4
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help install demo serve test fast check $(CHECKS) compiled tested fix docs lock bench clean

help:
	@echo "make demo     run everything on the invented country, in demo/"
	@echo "make serve    show it as a site, on http://127.0.0.1:8040/"
	@echo "make test     checks and all tests"
	@echo "make install  only make .venv with the command stadspeil in it"
	@echo "make fast     the quick tests · check: format, lint, types · fix: repair format and lint"
	@echo "make docs     make the reference pages · lock: pin dependencies anew · bench: measure · clean: remove .venv"

install: $(STAMP) $(VENDOR)
	@echo "Klaar. Zet het commando op uw pad met:  source $(BIN)/activate"

$(STAMP): pyproject.toml requirements/dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 of nieuwer is niet gevonden. Installeer het, of geef het op: make PYTHON=/pad/naar/python"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "Bij $(PYTHON) ontbreekt venv. Op Debian en Ubuntu: apt-get install python3-venv"; exit 1; }
	@rm -rf $(VENV)
	"$(PYTHON)" -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements/dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# What a browser needs, from npm's pinned packages; where npm is missing, a package of Python brings it.
$(VENDOR): $(STAMP) frontend/package-lock.json tools/build_frontend.py
	$(BIN)/python tools/build_frontend.py
	@touch $(VENDOR)

demo: $(STAMP) $(VENDOR)
	$(BIN)/stadspeil demo

serve: $(STAMP) $(VENDOR)
	$(BIN)/stadspeil serve --workspace demo/werkmap

# Two at a time; and the types, which take as long as all other checks, beside the tests: these leave a fifth of two cores idle.
test: $(STAMP)
	@$(MAKE) --no-print-directory -j2 compiled $(filter-out types,$(CHECKS)) $(VENDOR)
	@$(MAKE) --no-print-directory -j2 types tested

tested: $(STAMP) $(VENDOR)
	$(PYTEST)

fast: $(STAMP) $(VENDOR)
	$(PYTEST) -q -m "not slow"

check: $(CHECKS)

style: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

entries: $(STAMP)
	$(BIN)/stadspeil check

reference: $(STAMP)
	$(BIN)/python tools/make_reference.py --check

# What all tests import and say, compiled once beside the types; else each worker does it for itself at the same time.
compiled: $(STAMP)
	@$(BIN)/python -m pytest --collect-only -qq > /dev/null || true

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP)
	$(BIN)/python tools/make_reference.py

lock: $(STAMP)
	$(BIN)/python tools/lock.py

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) demo
