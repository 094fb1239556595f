# make run    sets everything up and shows the studio
# make test   sets up what the tests need besides, and runs them; with PROCESSES=0 one after the other

# The first two before newer ones: for them there is a detector of faces, which notices an empty chair.
PYTHON ?= $(shell for python in python3.12 python3.11 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
CODE := studio overlays integrations assets tests .setup

# What was compiled once need not be compiled again at each start of a process, of which the tests have hundreds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench faults catalogues clean prepared python

run: python
	@$(PYTHON) .setup/prepare.py run
	@$(BIN)/nongbo demo $(ARGS)

test: prepared
	@$(BIN)/python -m pytest -n $(or $(PROCESSES),3) $(ARGS)

check: prepared
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_catalogues.py

bench: python
	@$(PYTHON) .setup/prepare.py bench
	@$(BIN)/python -m tests.bench.$(or $(BENCH),live) $(ARGS)

# What each fault of network, devices, computer and disk costs, as one table; about half an hour.
faults: python
	@$(PYTHON) .setup/prepare.py bench
	@$(BIN)/python -m tests.bench.faults $(ARGS)

# Collects the program's texts into the catalogue; the Chinese sentences of new ones are then filled in by hand.
catalogues: prepared
	@$(BIN)/pybabel -q extract -k N_ --no-location --sort-output -o .venv/nongbo.pot studio integrations
	@$(BIN)/pybabel -q update -D nongbo -l zh -i .venv/nongbo.pot -d assets/locale \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel compile -D nongbo -l zh -d assets/locale

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

prepared: python
	@$(PYTHON) .setup/prepare.py test

# Where there is an older one, as in Ubuntu 22.04, the newer has its number in its name.
python:
	@test -n "$(PYTHON)" || { \
		package=python3; command -v python3 >/dev/null && package=python3.11; \
		echo "农播需要 Python 3.11 或更新的版本。请先安装：sudo apt-get install $$package" >&2; \
		echo "Nongbo needs Python 3.11 or newer. Install it: sudo apt-get install $$package" >&2; exit 1; }
