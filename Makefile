# Lianzhen: every command of the project. Settings such as HTTP_PORT pass through the environment:
#   make run HTTP_PORT=9000 DATA_DIR=/srv/lianzhen
# Paths here are relative throughout, so that the repository may lie in a path with spaces.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

python := .venv/bin/python
npm := npm --prefix web_client

# What a build stands on. A missing part (a fresh clone, a deleted folder) is made again by itself.
environment := .venv/.synced
packages := web_client/node_modules/.installed
client := web_client/dist/index.html
font := .make/.font
client_sources = $(shell find web_client/src web_client/public web_client/scripts web_client/*.* \
	-type f -not -path '*/generated/*' 2>/dev/null)
# The client's types are generated from these.
api_sources = $(wildcard wire/*.py signaling/schema.py server/openapi.py consult_api/*.py \
	consult_api/*/schemas.py consult_api/*/routes.py)

.PHONY: help setup run test lint lint-style lint-types lint-imports lint-tidy lint-client bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

setup: $(environment) $(client) $(font) ## Create the environment and build the web client

run: setup ## Start everything on this machine (the first run also makes a demonstration county)
	@exec .venv/bin/lianzhen run --demonstration

test: ## Run every check: lint, units, adapters, conformance, faults, journeys (installs what they need)
	@exec scripts/test

lint: lint-style lint-types lint-imports lint-tidy lint-client ## Run the checks that need nothing running

lint-style: $(environment)
	$(python) -m ruff check --quiet .
	$(python) -m ruff format --check --quiet .

lint-types: $(environment)
	$(python) -m pyright --warnings

lint-imports: $(environment)
	.venv/bin/lint-imports --no-cache

lint-tidy: $(environment)
	$(python) -m pytest -q tests/tidy

lint-client: $(packages) $(environment)
	$(npm) run --silent check

bench: setup ## Measure against named peers, print the table, write benchmarks/RESULTS.md
	@scripts/install janus orthanc orthanc-dicomweb dcmtk || true
	$(python) -m benchmarks.report

clean: ## Remove what was built (the environment, packages, the client); ./data stays
	rm -rf .venv .make web_client/node_modules web_client/dist web_client/src/api/generated
	rm -rf .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(environment): pyproject.toml uv.lock
	@echo "==> Installing the Python environment (.venv)"
	scripts/uv sync --locked --extra demonstration --compile-bytecode
	@touch $@

# Tried once: everything but printing works without it, and `lianzhen doctor` tells.
$(font):
	@mkdir -p .make
	@[ -e /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ] || scripts/install fonts-wqy-microhei || \
		echo "==> Nothing can be printed until fonts-wqy-microhei is installed; the rest works"
	@touch $@

$(packages): web_client/package.json web_client/package-lock.json
	@echo "==> Installing the web client's packages (about half a minute)"
	$(npm) ci --no-audit --no-fund
	@touch $@

$(client): $(client_sources) $(api_sources) $(packages) | $(environment)
	@echo "==> Building the web client (about half a minute)"
	$(npm) run --silent build
	@touch $@
