# Every command that a person or CI runs. Two of them set a fresh machine up: `make run`, `make test`.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
export PYTHONHASHSEED ?= 0
# Tests that may run beside each other: they ask for no answer within a time that is short.
BESIDE := $(addprefix tests/verifiers/,contracts core frontends fuzz invariants logic obligations prove)

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## the environment in .venv and the sandbox (the others call it)
	@.ci/setup

run: setup ## the main job on a bundled intent, to an exported and checked certificate
	@.ci/main-job

test: setup ## all tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(BESIDE)
	$(BIN)/python -m pytest $(addprefix --ignore=,$(BESIDE))
	tests/editor/run

check: setup ## lint, types, layers, drift
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports
	$(BIN)/python -m tests.repo
	tests/editor/check

bless: setup ## rewrites the goldens
	@AXIOM_BLESS=1 $(BIN)/python -m pytest -q tests/grammar tests/verifiers tests/server tests/repo

bench: setup ## the benchmarks, as ratios in one run
	@$(BIN)/python -m tests.bench

bench-verify: setup ## our verifier beside CrossHair and each solver alone, on the corpus
	@$(BIN)/python -m tests.bench.verifying $(if $(MOST),--most $(MOST))

fuzz: setup ## soundness: mutants against brute force, closed programs, random ones against CPython
	@$(BIN)/python -m tests.verifiers.fuzz --count 2000 --seed 1
	$(BIN)/python -m tests.verifiers.fuzz.closed --of traps --count 500 --seed 1
	$(BIN)/python -m tests.verifiers.fuzz.closed --of drawn --count 500 --seed 1
	$(BIN)/python -m tests.verifiers.fuzz.closed --of grown --count 500 --seed 1
	$(BIN)/python -m tests.verifiers.fuzz.readings --count 5000 --seed 1

editor: setup ## a VS Code with the extension on loopback
	@tests/editor/serve

package: setup ## the wheels and the extension, into dist/
	@.ci/package

grammar: setup ## generates the parser anew (installs the generator into .cache)
	@grammars/intent/regenerate

lock: ## the locked requirements anew, without addresses
	@.ci/lock

clean: ## forgets the environment and what was built; caches stay
	@rm -rf .venv dist out

.PHONY: help setup run test check bless bench bench-verify fuzz editor package grammar lock clean
