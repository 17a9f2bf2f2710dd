# Everything a fresh machine needs is set up by the first target that is called; `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SOURCES := bot commands storage playground tests chaos benchmarks docs

.PHONY: help setup demo test lint check audit chaos fuzz months bench screenshots texts readme figures lock clean

help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(VENV)/dev ## Set up what developing needs; every other target does so too when it has to

demo: $(VENV)/demo ## Try the bot in your browser: a Slack workspace and a Billomat account, no account needed
	@exec $(BIN)/trackomat demo

test: $(VENV)/dev ## Run the tests, and see how much they cover; then those with a database once more on PostgreSQL
	@$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=
	@$(BIN)/pytest -n auto --dist worksteal --postgresql

lint: $(VENV)/dev ## Check style, types and architecture
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test audit ## Run everything that has to pass: style, types, architecture, tests and their coverage

audit: $(VENV)/dev ## Look for known weaknesses of what is installed, where a list of them can be reached
	@$(BIN)/python -m docs.audit

chaos: $(VENV)/dev ## Kill the bot again and again during 200 deliveries and what becomes of them, on SQLite and on PostgreSQL (some minutes)
	$(BIN)/python -m chaos --database sqlite
	$(BIN)/python -m chaos --database postgresql

fuzz: $(VENV)/dev ## Send the bot 100,000 signed payloads in odd shapes, on each database (COUNT=… how many, SEED=… which)
	$(BIN)/pytest -s tests/http/test_fuzz.py --payloads $(or $(COUNT),100000) $(if $(SEED),--payload-seed $(SEED))
	$(BIN)/pytest -s tests/http/test_fuzz.py --payloads $(or $(COUNT),100000) $(if $(SEED),--payload-seed $(SEED)) --postgresql

months: $(VENV)/dev ## Bill 10,000 random months and recount each, on each database (COUNT=… how many; half an hour)
	$(BIN)/pytest -n auto tests/billing/test_random_months.py --months $(or $(COUNT),10000)
	$(BIN)/pytest -n auto tests/billing/test_random_months.py --months $(or $(COUNT),10000) --postgresql

bench: $(VENV)/dev ## Measure speed, memory and start, and write docs/benchmarks.md (half an hour; 7 minutes with QUICK=1)
	@exec $(BIN)/python -m benchmarks

screenshots: $(VENV)/dev ## Make the pictures in docs/ from the playground (needs Chromium)
	$(BIN)/python docs/screenshots.py

texts: $(VENV)/dev ## Bring the catalogues up to date with the texts in the code
	@mkdir -p build
	$(BIN)/pybabel -q extract --no-location --sort-output --width=110 -k t -k n:1,2 -k UserError -k Term:1c,2 -o build/texts.pot bot commands
	for po in bot/locale/*/LC_MESSAGES/trackomat.po; do \
	  $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110 \
	    -i build/texts.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))) && \
	  sed -i -E '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By)/d' $$po; done

readme: $(VENV)/dev ## Bring the README's table of commands up to date with the grammar
	$(BIN)/python -m docs.commands

figures: $(VENV)/dev ## Count anew for docs/architecture.md: rooms, imports between them, sizes (needs git)
	$(BIN)/python -m docs.figures

lock: $(VENV)/dev ## Pin what pyproject.toml asks for, with hashes and without addresses (newer versions: UPGRADE=1)
	$(BIN)/pip install -q uv
	for set in run:build postgresql:build,postgresql demo:build,playground dev:build,playground,postgresql,dev; do name=$${set%%:*}; extras=$${set#*:}; \
	  $(BIN)/uv pip compile -q $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate $$(for e in $$(echo $$extras | tr , ' '); do printf -- '--extra %s ' $$e; done) \
	    -o requirements/$$name.lock pyproject.toml; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Trackomat needs Python 3.11 or newer; name one with make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Setting up a virtual environment in $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/demo: requirements/demo.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/demo.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/demo

clean: ## Remove what was set up and built
	rm -rf $(VENV) build *.egg-info
