# make demo, make test: on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
DEMO = facility-emissions calculate examples/consumption.csv examples/facilities.csv --output demo-output

.PHONY: demo test lint bench bench-report guard data docs verify clean help

help:
	@echo "make demo          calculate the example facilities and show the result"
	@echo "make test          run the tests"
	@echo "make lint          ruff and mypy"
	@echo "make verify        check the bundled factors"
	@echo "make bench         time and memory against pandas and polars"
	@echo "make bench-report  how cost grows with rows and keys; write all measurements into docs/benchmarks.md"
	@echo "make guard         check that the calculation has not become slower, by ratios within one run"
	@echo "make data SOURCES=DIR   rebuild the bundled factors from the publishers' files"
	@echo "make docs          write real outputs, tables and the picture of the coverage into README.md and docs/"
	@echo "make clean         remove the environment and what was made"
	@echo "PYTHON=python3.12 chooses the Python, VENV=DIR the environment ($(VENV))"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@echo "Making an environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

# The demo needs the package only; everything else its tools too.
$(VENV)/.demo: pyproject.toml $(VENV)/.made
	@$(BIN)/python -m pip install --quiet --editable ".[cli,parquet]"
	@touch $@

$(STAMP): pyproject.toml $(VENV)/.made
	@echo "Installing the package and its tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable ".[cli,parquet,plots,report,import,arrow,polars,duckdb,dask,spark]" --group test --group lint --group bench
	@touch $@ $(VENV)/.demo

# Exit code 1 says that two example rows are problems, as they are meant to be.
demo: $(VENV)/.demo
	@echo '$$ $(DEMO)'
	@$(BIN)/$(DEMO); test $$? -le 1

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

verify: $(STAMP)
	$(BIN)/facility-emissions factors verify

bench: $(STAMP)
	$(BIN)/python -m benchmarks

bench-report: $(STAMP)
	$(BIN)/python -m benchmarks.growth --most $(or $(MOST),1e8)
	$(BIN)/python -m benchmarks.report

guard: $(STAMP)
	$(BIN)/python -m benchmarks.guard

data: $(STAMP)
	@test -n "$(SOURCES)" || { echo "say where the publishers' files are: make data SOURCES=DIR"; exit 2; }
	$(BIN)/python -m facility_emissions.importers $(SOURCES)

docs: $(STAMP)
	$(BIN)/python tests/pages.py

clean:
	rm -rf $(VENV) demo-output build dist .pytest_cache .mypy_cache .ruff_cache
