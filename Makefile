# The four commands of the project. Each sets up what it needs first.
#   make demo    the whole program in a sandbox, in this terminal       make test   the tests
#   make check   lint, form, types, import rules                        make bench  the measurements
# ARGS is handed to the command: make demo ARGS="--headless --json", make test ARGS="-k journal".
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ARGS   ?=

.PHONY: demo test check bench bench-peers faults mutants setup system clean
.DEFAULT_GOAL := demo

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh deploy/setup-venv.sh
	@touch $(READY)

system:
	@sh deploy/setup-system.sh

demo: $(READY)
	@$(BIN)/fieldapp demo $(ARGS)

# JOBS=n processes; JOBS=0 runs all in one, as a debugger wants it. Twice as many as cores: screens and browsers wait a lot.
JOBS   ?= $(shell echo $$(( $$(nproc) * 2 )))
test: $(READY) system
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)

# The product beside PouchDB, FastAPI and harlequin: needs npm and a package index, takes minutes, leaves nothing behind.
bench-peers: $(READY)
	@$(BIN)/python -m tests.bench.peers $(ARGS)

# Which small faults would no test notice? PATHS names modules, MUTANTS=N takes a sample, JSON=1 one object.
mutants: $(READY)
	@$(BIN)/python -m tests.mutation $(PATHS)

# What is lost, doubled or falsely receipted? FAULTS=n worlds, SEED=n tells one, ONLY='…' plays what a finding names,
# TOGETHER=1, FIRST=n, JOBS=n, JSON=1.
FAULTS ?= 1000
faults: $(READY)
	@$(BIN)/python -m tests.faults --faults $(FAULTS) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only '$(ONLY)') $(if $(FIRST),--first $(FIRST)) \
		$(if $(TOGETHER),--together) $(if $(filter-out auto,$(JOBS)),--jobs $(JOBS)) $(if $(WORLDS),--worlds-only) $(if $(JSON),--json)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
