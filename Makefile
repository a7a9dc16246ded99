# One verb per job, the same on a laptop and in CI. Every target sets up .venv first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
PORT ?= 3000
SIZES ?= 100000 1000000
HISTORY ?= 2000
AUTHORITIES ?= 5
RUNS ?= 4
SEED ?= 1
BROKEN ?= 60
DATASETS ?= 200000
SIZE ?= 1
GOLDEN ?= data/golden
SBOM ?= data/sbom.json
KILLS ?= 12
BIN := .venv/bin
SQL := benchmarks data_quality dbt_project/models ingestion publication synthesis
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run test test-unit test-long fuzz ui docs fmt types lint hooks bench scale golden spark sbom licences audit drill lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 11

.venv/installed: requirements.lock pyproject.toml
	@echo "Setting up .venv (once; about two minutes) ..."
	@$(PYTHON) -c 'import sys; assert sys.version_info[:2] == (3, 11), sys.version' \
	  || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet "$$(sed -n 's/.*"\(uv==[0-9.]*\)".*/\1/p' pyproject.toml)"; }
	@$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

.venv-spark/installed: requirements-spark.lock pyproject.toml | .venv/installed
	@command -v java > /dev/null || apt-get install --yes -qq openjdk-17-jre-headless \
	  || { echo "Java 17 is needed: install Debian's openjdk-17-jre-headless"; exit 1; }
	@echo "Setting up .venv-spark (once; 0.5 GB) ..."
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python .venv-spark/bin/python requirements-spark.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python .venv-spark/bin/python --editable .
	@touch $@

run: .venv/installed ## run the whole job on the sample: printed returns, and synthetic lists that follow them
	@csc init --sample
	@CSC_SETTLED_SECONDS=0 csc run  # nobody is still copying these files

test: .venv/installed ## run every test but the long ones, in under five minutes
	@python -m pytest -m "not long"

test-unit: .venv/installed ## run the tests that need no warehouse, in under a minute
	@python -m pytest tests/unit

test-long: .venv/installed ## run the stories over many runs, and the pages of docs/dev as written
	@python -m pytest -m long

fuzz: .venv/installed ## break deliveries, mangle files and mix their order at random, RUNS times over, from SEED on
	@CSC_FUZZ_RUNS=$(RUNS) CSC_FUZZ_SEED=$(SEED) CSC_FUZZ_AUTHORITIES=$(BROKEN) python -m pytest -n 2 tests/e2e/test_isolation.py \
	  tests/unit/ingestion/test_bad_files.py tests/unit/ingestion/test_arrivals.py tests/e2e/test_order.py

ui: .venv/installed ## Dagster's web page and daemon on 127.0.0.1:3000
	@csc ui --port $(PORT)

docs: .venv/installed ## the data dictionary in docs/, and dbt's own pages
	@python -m orchestration.docs

fmt: .venv/installed ## format Python and SQL, and mend what ruff can mend
	@ruff check --fix --quiet --exit-zero .
	@ruff format --quiet .
	@sqlfmt --quiet $(SQL)

types: .venv/installed ## check the types of all code outside tests
	@mypy

lint: .venv/installed ## every check of style, spelling and types, changing nothing
	@ruff check . && ruff format --check .
	@sqlfmt --check --no-progressbar $(SQL)
	@codespell
	@mypy

hooks: .venv/installed ## check what you commit, and run test-unit before a push
	@pre-commit install

bench: .venv/installed ## what a run costs, as ratios; SIZES="10000000" chooses the contacts, HISTORY=20000 those a month, AUTHORITIES=33 the boroughs, DATASETS=20000 the rows of each dataset
	@python benchmarks/bench.py --sizes $(SIZES) --history $(HISTORY) --authorities $(AUTHORITIES) --datasets $(DATASETS)

scale: .venv/installed ## measure POINTS="1x24 33x1" (authorities x months) of authorities of SIZE, and draw docs/scale-*.svg
	@python benchmarks/scale.py $(POINTS) --size $(SIZE)

golden: .venv/installed ## store in GOLDEN every table that made-up deliveries give; AGAINST=dir compares them with an earlier store, of its inputs
	@python tests/golden.py store $(GOLDEN) $(if $(AGAINST),--inputs-from $(AGAINST))
	@$(if $(AGAINST),python tests/golden.py compare $(AGAINST) $(GOLDEN))

spark: .venv-spark/installed ## build every model on DuckDB and on a Spark cluster of this machine, and compare; SMALL=1 for few rows, HOME_DIR=dir for those of a copied home
	@.venv-spark/bin/python -m engines $(if $(HOME_DIR),--home $(HOME_DIR),--times $(if $(SMALL),1,20)) $(if $(SELECT),--select $(SELECT))

drill: .venv/installed ## kill commands KILLS times at named steps and at random, lose and restore a home, tell two councils' year, check deploy/
	@bash tests/drills/units.sh
	@PYTHONPATH=tests python tests/drills/restore.py
	@PYTHONPATH=tests python tests/drills/story.py
	@CSC_KILLS=all python -m pytest -n 0 -s -k killed tests/unit/publication/test_publishing_killed.py tests/unit/orchestration/test_rebuild.py
	@PYTHONPATH=tests python tests/drills/kills.py --kills $(KILLS) --seed $(SEED)

sbom: .venv/installed ## write what requirements.lock pins to SBOM, as CycloneDX JSON
	@python -m orchestration.supply_chain sbom $(SBOM)

licences: .venv/installed ## list each package of requirements.lock with its version and licence
	@python -m orchestration.supply_chain licences

audit: .venv/installed ## look up known vulnerabilities of requirements.lock; needs a network that reaches pypi.org
	@python -m orchestration.supply_chain audit

lock: .venv/installed ## resolve requirements.lock again from pyproject.toml
	@uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	@uv pip compile pyproject.toml --extra spark --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-spark.lock

clean: ## remove the environment and everything a run made
	rm -rf .venv .venv-spark data
