# make demo    a lender's evening on http://127.0.0.1:8000 (PORT= for another port)
# make test    everything that must hold, in under 10 minutes
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-reset test test-fast format lint unit integration browser journeys \
	conformance conformance-ally oracle bench migrations translations lock vendor law-pages

BIN := .venv/bin
WORDS := $(patsubst %.po,%.mo,$(wildcard src/forbear/web/locale/*/LC_MESSAGES/*.po))
PORT ?= 8000
SPREAD := -n 2 --dist worksteal -q
export DJANGO_SETTINGS_MODULE := forbear.web.settings
# Where it is set, every one of the many short processes would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@sed -n 's/^# make/make/p' Makefile

setup: .venv/.runtime $(WORDS)
setup-dev: .venv/.dev $(WORDS)

# Setting up compiles them too; this is for a catalogue that changed since.
%.mo: %.po
	@[ ! -x $(BIN)/python ] || $(BIN)/python tools/translations.py compile

.venv/.runtime: requirements.lock pyproject.toml tools/setup.sh
	@tools/setup.sh requirements.lock $@

.venv/.dev: requirements-dev.lock pyproject.toml tools/setup.sh
	@tools/setup.sh requirements-dev.lock $@
	@touch .venv/.runtime

# make demo-reset    forget the demo's data and start over
demo: setup
	@FORBEAR_PORT=$(PORT) $(BIN)/forbear demo

demo-reset: setup
	@FORBEAR_PORT=$(PORT) $(BIN)/forbear demo --reset

# make test-fast    formatter, linter, types, contracts, unit and property tests
test: lint unit integration browser
test-fast: lint unit

format: setup-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: setup-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/tidy.py src tests tools bench conformance
	@$(BIN)/python -m django makemigrations --check --dry-run
	@$(BIN)/python tools/translations.py check

unit: setup-dev
	@$(BIN)/pytest tests/unit tests/property tests/parity $(SPREAD)

# One after the other: side by side on two cores, both take twice as long.
integration: setup-dev
	@$(BIN)/pytest -m "not browser" tests/integration tests/web $(SPREAD)
	@$(BIN)/python tools/with_postgres.py $(BIN)/pytest -m "not browser" tests/integration $(SPREAD)

# make browser    the tests that drive a real browser (skipped with a line where there is none)
browser: setup-dev
	@if chromium=$$(tools/browser.sh); then CHROMIUM=$$chromium $(BIN)/pytest tests/journeys $(SPREAD); \
	else echo "Browser tests skipped: no Chromium that runs (Debian: apt-get install chromium libatomic1)."; fi

journeys: browser

# make conformance-ally    Forbear's balances beside a servicer's own, on real car loans
conformance-ally: setup-dev
	@$(BIN)/python -m conformance ally

# make conformance    every public suite, and the car loans
conformance: conformance-ally
	@for suite in actus emi apr allocation law fineract; do $(BIN)/python -m conformance $$suite || exit 1; done

# make law-pages    write docs/reference/law from the packs: every rule, with source, dates and cases
law-pages: setup-dev
	@$(BIN)/python tools/law_pages.py

# make oracle    the law of China judged anew by an independent oracle, on a million simulated attempts
oracle: setup-dev
	@$(BIN)/python -m tests.oracle

# make bench    how fast loans are planned, advanced and derived anew, beside what was asked
bench: setup-dev
	@$(BIN)/python -m bench.loans

# make migrations    write the migrations that the models need
migrations: setup-dev
	@$(BIN)/python -m django makemigrations store

# make translations    bring the message catalogue up to date with the source
translations: setup-dev
	@$(BIN)/python tools/translations.py update

# make mutation    move each number of the law packs by its smallest step: a case must break
mutation: setup-dev
	@$(BIN)/python tools/mutation.py

# make lock    write the lock files anew;  make vendor    fetch the browser assets anew (needs npm)
lock: setup-dev
	@tools/lock.sh
vendor: setup-dev
	@$(BIN)/python tools/vendor.py
