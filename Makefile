# Every target makes its own environment; nothing has to be active.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_STAMP := $(VENV)/.installed-for-benchmarks
FUZZ_STAMP := $(VENV)/.installed-for-fuzzing

# What `make fuzz` runs: each law so often, the whole command line less often.
RUNS ?= 1000000
CLI_RUNS ?= 20000
LAWS := parse normalise keys compare judge lines decode unpack

# What tells whether the steps in Python, beside the compiled ones, are as right.
REFERENCES := $(patsubst %,tests/test_%.py,alone changing comparing corpus fingerprint golden judging numbering text)

# How many processes `make torture` kills.
KILLS ?= 1000

# How many texts `make speed` gives to everyone.
SIZE ?= 100000

.DEFAULT_GOAL := help
.PHONY: help install demo test check format golden accuracy speed bench parts fuzz torture sanitize clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml hatch_build.py $(wildcard feedtool/native/*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "feedtool needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,zstd]'
	@touch $@

install: $(STAMP) ## Make the environment in .venv, with everything that development needs

demo: $(STAMP) ## Ingest the four dumps of samples/ into a temporary store and show the reports
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	$(BIN)/feedtool ingest -v --store "$$dir/demo.db" samples && \
	echo && echo 'The same again: nothing changes.' && \
	$(BIN)/feedtool ingest --store "$$dir/demo.db" samples

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest -n auto

check: $(STAMP) ## ruff, mypy and the tests, some also without what is compiled: what every commit passes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto
	FEEDTOOL_PURE=1 $(BIN)/python -m pytest -n auto $(REFERENCES)

format: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(STAMP) ## Write the golden reports and the output in README anew (read the diff before you commit)
	$(BIN)/python -m tests.golden
	$(BIN)/python -m tests.readme

$(BENCH_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

accuracy: $(BENCH_STAMP) ## Score feedtool and its rivals on labelled series: the public ones, or make accuracy DATA=folder
	$(BIN)/python -m benchmarks.accuracy '$(DATA)' --rivals $(FLAGS)

speed: $(BENCH_STAMP) ## Time feedtool beside its peers and beside the floor, and plot it (make speed SIZE=1000000: an hour)
	$(BIN)/python -m benchmarks.speed --size $(SIZE) --plot docs/performance.svg $(FLAGS)

bench: accuracy speed ## The tables of both, in under twenty minutes on two cores (FLAGS=--markdown: as README has them)

parts: $(BENCH_STAMP) ## Time each step of the work alone
	$(BIN)/python -m pytest benchmarks/parts -n 0 --benchmark-columns=median,ops,rounds --benchmark-sort=name

$(FUZZ_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@

fuzz: $(FUZZ_STAMP) ## Try each law on a million random inputs, the command line on 20,000: hours (make fuzz RUNS=10000: minutes)
	@for law in $(LAWS); do echo "$$law"; $(BIN)/python -m fuzz $$law -runs=$(RUNS) -verbosity=0 || exit 1; done
	$(BIN)/python -m fuzz cli -runs=$(CLI_RUNS) -verbosity=0

torture: $(STAMP) ## Kill processes that work on a store a thousand times (make torture KILLS=100)
	$(BIN)/python -m tests.torture --kills $(KILLS)

sanitize: $(STAMP) ## Run the tests of what is compiled with sanitizers that see every wrong access to memory
	$(BIN)/python -m tests.sanitized -q

clean: ## Remove the environment and what tools left behind
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build
