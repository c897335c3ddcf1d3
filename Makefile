# Maillage: `make run` to see it, `make check test` before a commit. `make help` for the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
export PORT ?= 5000
ARGS ?=
BIN := .venv/bin
VAR := $(or $(MAILLAGE_VAR),var)
# One mark for each database, so that another DATABASE_URL is filled in its turn.
FILLED := $(VAR)/.filled$(if $(DATABASE_URL),-$(firstword $(shell cksum <<< '$(DATABASE_URL)')))
LOST := $(if $(DATABASE_URL),,$(if $(wildcard $(VAR)/maillage.db),,forget))
MO := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
PARTS := lint types templates imports words schema
# Where the system has its certificates (a company's own, perhaps), uv trusts those, as pip does.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= true
endif

.PHONY: help run install test check $(PARTS) proof bench janus screenshots lock translations clean forget

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: .venv/.run $(MO) $(FILLED) ## install, fill a demonstration, serve on 127.0.0.1:$PORT
	@exec $(BIN)/maillage serve

install: .venv/.run $(MO) ## install or update the program, and nothing else

test: .venv/.dev $(MO) ## all tests; ARGS="tests/forum -k reply" for some
	$(BIN)/pytest -n logical --dist loadfile $(ARGS)

check: .venv/.dev $(MO) ## everything that can be said in seconds, in parallel
	@$(MAKE) --no-print-directory -k -j4 -Otarget $(PARTS)
	@echo "All is in order."

lint: ; @$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
types: ; @$(BIN)/mypy --no-error-summary .
templates: ; @$(BIN)/djlint templates --lint --quiet
imports: ; @$(BIN)/python scripts/check_imports.py
words: ; @$(BIN)/python scripts/translations.py check
schema: ; @$(BIN)/python scripts/check_migrations.py

proof: .venv/.dev $(MO) ## the long proofs: kills, races
	$(BIN)/pytest -m proof --timeout 3600 -s $(ARGS)

bench: .venv/.dev $(MO) ## measures, with 1,000 and 100,000 rows
	$(BIN)/pytest -m bench --timeout 3600 -s $(ARGS)

janus: .venv/.run ## Janus and coturn on this machine, for video of more than six people
	@exec $(BIN)/python scripts/janus.py $(VAR)/janus $(ARGS)

screenshots: .venv/.dev $(MO) ## take the pictures of docs/guide again
	$(BIN)/python scripts/screenshots.py

translations: .venv/.dev ## gather the words of the sources into translations/*/messages.po
	$(BIN)/python scripts/translations.py update

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	$(ARGS)
lock: .venv/.setup ## renew the locks after a change of pyproject.toml; ARGS=--upgrade for the latest
	$(LOCK) --group setup -o requirements-setup.lock
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra redis --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what the tools made; the data in var/ stay
	rm -rf .venv .cache .hypothesis .ruff_cache build *.egg-info $(MO)
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

# The virtualenv: pip brings uv by its hash, uv brings the rest by theirs.
.venv/.setup: requirements-setup.lock
	@PYTHON='$(PYTHON)' scripts/require-python.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.run: requirements.lock pyproject.toml .venv/.setup
	@echo "Installation de ce dont Maillage a besoin…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@echo "Installation des outils de développement…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@touch $@

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel --quiet compile -i $< -o $@

# New migrations: `init` brings the database up to date. Both commands may be run again.
$(FILLED): $(wildcard migrations/versions/*.py) $(LOST) | .venv/.run $(MO)
	@$(BIN)/maillage init
	@$(BIN)/maillage demo
	@touch $@
