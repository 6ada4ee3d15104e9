# Enishi. `make run` starts it; `make help` lists the rest.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) tools/bootstrap.py
VENV_PYTHON = .venv/bin/python
MAKEFLAGS += --no-print-directory
# Without its compiled modules each start of Python would take seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run prepare dev test check prove requirements format lock reference messages \
        benchmarks screenshots clean

help:            ## this list
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

run:             ## start Enishi; prints its address
	@$(BOOTSTRAP) run

prepare:         ## all that `make run` needs, without starting
	@$(BOOTSTRAP) prepare

dev:             ## the environment with developers' tools
	@$(BOOTSTRAP) dev

check: dev       ## the quick part: format, lint, types, contracts, unit tests
	@$(VENV_PYTHON) tools/test.py check

test: dev        ## everything, on SQLite and PostgreSQL, with a browser and a real network
	@$(VENV_PYTHON) tools/test.py all

prove: dev       ## long proofs: 400 kills, every fault, a real network, a soak (hours)
	@$(VENV_PYTHON) tools/test.py prove

requirements: dev ## R001 to R138: what is proved by which test
	@$(VENV_PYTHON) tools/requirements.py

format: dev      ## format Python
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix . || true

lock:            ## make the lock files again from pyproject.toml
	@$(BOOTSTRAP) lock

messages: dev    ## add texts that are not translated yet to the catalogues
	@$(VENV_PYTHON) -m enishi.devtools.messages update

reference: dev   ## write docs/reference again from the code
	@$(VENV_PYTHON) -m enishi.devtools.reference write

benchmarks: dev  ## measure; each prints a table
	@for script in benchmarks/*.py; do $(VENV_PYTHON) $$script || exit 1; done

screenshots: dev ## the pictures in docs/images
	@$(VENV_PYTHON) tools/screenshots.py

clean:           ## remove what was made (not your data)
	rm -rf .venv .tools .cache node_modules src/enishi/site/static/enishi
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
