# The targets people type; each calls the command line `macro` (see `.venv/bin/macro --help`).
MACRO := .venv/bin/macro
PYTHON_BIN := .venv/bin/python
Q ?=
HISTORY ?=
export Q          # handed over by the environment: quotes and dollars stay as typed

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run real test lint verify app api sql ingest build docs replay bench score clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup:
	@scripts/setup core

setup-dev:
	@scripts/setup dev

run: setup  ## the daily flow against the simulated sources: from source bytes to a risk-checked book
	@$(MACRO) run

real: setup  ## the same flow on real history: make real HISTORY=<folder with IMPORT_MAP.csv>
	@test -n "$(HISTORY)" || { echo "usage: make real HISTORY=<folder with IMPORT_MAP.csv>" >&2; exit 2; }
	@$(MACRO) run --world files --history "$(HISTORY)" --now $${MACRO_NOW:-2023-12-29T08:45:00-03:00}

test: setup-dev lint  ## lint, types and every test
	@$(PYTHON_BIN) -m pytest -n 2 --no-loadscope-reorder

lint: setup-dev  ## ruff, mypy and the SQL lint
	@$(PYTHON_BIN) -m ruff check .
	@$(PYTHON_BIN) -m mypy
	@$(PYTHON_BIN) -m sqlfluff lint --processes 2 dbt_project

verify: setup  ## check services, release, point in time, lineage, journal and API; one line a check
	@$(MACRO) verify

app: setup  ## the dashboard, on loopback
	@$(MACRO) app

api: setup  ## the HTTP API, on loopback
	@$(MACRO) api

sql: setup  ## SQL on the current release; Q="select …" for one query
	@$(MACRO) sql $${Q:+"$$Q"}

ingest: setup  ## fetch, vault and load what can have changed
	@$(MACRO) ingest

build: setup  ## ingest nothing, build and publish from bronze
	@$(MACRO) build

docs: setup  ## the site of the tables: every model with its grain, units, tests and lineage, in target/index.html
	@.venv/bin/dbt docs generate

replay: setup  ## the desk over history, with a one-page report
	@$(MACRO) replay

score: setup  ## moments of twenty simulated worlds against the published ones
	@$(MACRO) sandbox score

bench: setup-dev  ## measured workloads, one JSON line each
	@$(MACRO) bench --json

clean:  ## remove builds and caches; the lake stays
	@rm -rf target logs .mypy_cache .ruff_cache .pytest_cache
