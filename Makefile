# Set-up, study and tests, one command each; `make` alone lists them.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13; do \
  $$python -c '' 2>/dev/null && { echo $$python; exit; }; done; echo python3)
CORES ?= all
CONFIG ?= config/config.yaml
FUZZ ?= 50
# Where torch comes from if it answers: PyTorch's builds without CUDA, which saves gigabytes on Linux.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

BIN := .venv/bin
INSTALLED := .venv/installed
BENCHMARKS := .venv/benchmarks
PIP := $(BIN)/python -m pip --disable-pip-version-check
SNAKEMAKE := $(BIN)/snakemake --workflow-profile workflow/profiles/default --cores $(CORES)
SMOKE := $(SNAKEMAKE) --directory tests/smoke
# A file's tests share what they fit and run, so that a file is the work of one process.
PYTEST := $(BIN)/python -m pytest --quiet --numprocesses auto --maxprocesses 4 --dist loadfile

export PATH := $(CURDIR)/$(BIN):$(PATH)

.NOTPARALLEL:
.PHONY: help run resume check test lint unit reruns smoke fuzz faults benchmark pages test-slurm unlock clean

help: ## List the targets and variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Variables, e.g. make run CORES=4 CONFIG=config/studies/open.yaml'
	@echo '  CORES       cores to use (all)'
	@echo '  CONFIG      configuration of `make run`, `make resume`, `make check` and `make unlock` (config/config.yaml)'
	@echo '  FUZZ        how many times as many files `make fuzz` tries as `make test` (50)'
	@echo '  FAULTS      1: `make test-slurm` harms jobs, the node and the controller on purpose (unset)'
	@echo '  PYTHON      interpreter that creates .venv, Python 3.11 to 3.13 (the first that is there, else python3)'
	@echo '  TORCH_INDEX package index tried first for torch ($(TORCH_INDEX))'

run: $(INSTALLED) ## Set up .venv, run the study of CONFIG and say where its figures lie
	@$(BIN)/python -m hwpred.study.recovery --only-check
	@$(BIN)/python -m hwpred.study $(CONFIG) >/dev/null
	$(SNAKEMAKE) --configfile $(CONFIG)
	@$(BIN)/python -m hwpred.study $(CONFIG) 2>/dev/null

resume: $(INSTALLED) ## Go on with a run that was killed, or lost its terminal; refuses while one is at work here
	@$(BIN)/python -m hwpred.study.recovery
	@$(SNAKEMAKE) --unlock --configfile $(CONFIG)
	@$(MAKE) --no-print-directory run

check: $(INSTALLED) ## Look through the results of CONFIG for what is torn, foreign, out of date or left over
	@$(BIN)/hwpred check --configfile $(CONFIG)

test: lint unit reruns ## Set up .venv, then linters and tests, cheapest first

lint: $(INSTALLED) ## Check format and style of workflow and Python code
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/snakemake --lint

unit: $(INSTALLED) ## Run unit and property tests
	$(PYTEST)

reruns: $(INSTALLED) ## Plan the studies; run, edit, kill and rearrange tiny ones: what runs again, and are numbers the same?
	$(PYTEST) tests/workflow

smoke: $(INSTALLED) ## Run the tiny study of tests/smoke from nothing, and write its report
	rm -rf tests/smoke/results tests/smoke/.snakemake
	$(SMOKE)
	$(SMOKE) --report results/smoke/report.html

fuzz: $(INSTALLED) ## Change bytes of files of every kind, FUZZ times as many as `make test`: read as they were, or refused
	HWPRED_FUZZ=$(FUZZ) $(PYTEST) tests/properties/test_strange_files.py

faults: $(INSTALLED) ## Damage tables, files, servers and processes on purpose, and count what survives (hours; goes on where it was)
	PYTHONPATH=tests/workflow:tests/unit:tests $(BIN)/python tests/faults/run.py

benchmark: $(BENCHMARKS)/installed ## CPU seconds beside libraries that do the same: GPyTorch, scikit-learn, NGBoost, pymoo
	PYTHONPATH=$(BENCHMARKS) $(BIN)/python -m pytest --quiet benchmarks --benchmark-columns=min,rounds

pages: $(INSTALLED) ## Render the pages of docs/ from the tables that are there, and run nothing else
	$(BIN)/python -m hwpred.findings

test-slurm: $(INSTALLED) ## Run the tiny study on Slurm and compare with this machine; FAULTS=1: do it harm (tests/slurm/README.md)
	$(if $(FAULTS),$(BIN)/python tests/slurm/faults.py,tests/slurm/run)

unlock: $(INSTALLED) ## Let runs start again after a kill or a lost ssh session; first make sure that none is running
	$(SNAKEMAKE) --unlock --configfile $(CONFIG)

clean: ## Remove what tests and tools left behind; results/ and .venv stay
	rm -rf tests/smoke/results tests/smoke/.snakemake .pytest_cache .ruff_cache .hypothesis build
	find workflow tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Snakemake writes the path of .venv into shell commands without quotes, and venv refuses a colon.
$(BIN)/pip:
	@case "$$(pwd)" in *[[:space:]:\'\"\$$\&\;\(\)]*) \
	  echo "The path of this folder, $$(pwd), has a blank or another character that a shell takes for its own:" \
	    'Snakemake would not find its Python. Move the folder to a path of letters, digits, - _ . and start make again'; \
	  exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo 'Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is none of them (a package of Snakemake has no build for' \
	    '3.14 yet). Name one: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo '$(PYTHON) lacks its venv module: sudo apt install python3-venv'; exit 1; }
	$(PYTHON) -m venv --clear .venv

$(INSTALLED): requirements.lock requirements-torch.lock pyproject.toml | $(BIN)/pip
	@echo 'Installing requirements.lock and torch into .venv: some minutes the first time'
	$(PIP) install --quiet --no-deps --require-hashes -r requirements.lock
	.ci/install-torch $(BIN)/python $(TORCH_INDEX)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(PIP) check
	@$(PIP) list 2>/dev/null | awk '$$1 == "torch" { print "torch is build " $$2 }'
	@touch $@

# In a folder of their own, since ngboost would take older versions of what is in .venv.
$(BENCHMARKS)/installed: requirements-benchmarks.lock | $(INSTALLED)
	rm -rf $(BENCHMARKS)
	$(PIP) install --quiet --no-deps --no-build-isolation --require-hashes --target $(BENCHMARKS) -r requirements-benchmarks.lock
	@touch $@
