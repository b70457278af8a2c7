# Set-up, study and tests, one command each; `make` alone lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES ?= all
CONFIG ?= config/config.yaml
# Where torch comes from if it answers: PyTorch's builds without CUDA, which saves gigabytes on Linux.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

BIN := .venv/bin
INSTALLED := .venv/installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
SNAKEMAKE := $(BIN)/snakemake --workflow-profile workflow/profiles/default --cores $(CORES)
SMOKE := $(SNAKEMAKE) --directory tests/smoke

export PATH := $(CURDIR)/$(BIN):$(PATH)

.NOTPARALLEL:
.PHONY: help run test lint unit dry-run smoke reruns test-slurm unlock clean

help: ## List the targets and variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Variables, e.g. make run CORES=4 CONFIG=config/open.yaml'
	@echo '  CORES       cores to use (all)'
	@echo '  CONFIG      configuration of `make run` (config/config.yaml)'
	@echo '  PYTHON      interpreter that creates .venv, 3.11 or newer (python3.11, else python3)'
	@echo '  TORCH_INDEX package index tried first for torch ($(TORCH_INDEX))'

run: $(INSTALLED) ## Set up .venv, run the study of CONFIG and say where its figures lie
	$(SNAKEMAKE) --configfile $(CONFIG)
	@$(BIN)/python -c 'import sys, yaml; keys = {}; [keys.update(yaml.safe_load(open(f))) for f in sys.argv[1:]]; \
	  print("Figures: results/{run}/figures".format(**keys))' config/config.yaml $(CONFIG)

test: lint unit dry-run smoke reruns ## Set up .venv, then linters, tests and a tiny study, cheapest first

lint: $(INSTALLED) ## Check format and style of workflow and Python code
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakemake --lint
	$(BIN)/snakemake --lint --configfile config/measure.yaml

unit: $(INSTALLED) ## Run unit and property tests
	$(BIN)/python -m pytest --quiet

dry-run: $(INSTALLED) ## Plan the default and the large studies without running them
	$(SNAKEMAKE) --dry-run --quiet rules host
	$(SNAKEMAKE) --dry-run --quiet rules host --configfile config/open.yaml
	$(SNAKEMAKE) --dry-run --quiet rules host --configfile config/paper.yaml
	$(SNAKEMAKE) --dry-run --quiet rules host --configfile config/measure.yaml -- measure

smoke: $(INSTALLED) ## Run the tiny study of tests/smoke from nothing, again, and its report
	rm -rf tests/smoke/results tests/smoke/.snakemake
	$(SMOKE)
	$(SMOKE) 2>&1 | grep 'Nothing to be done'
	$(SMOKE) --report results/smoke/report.html
	test -s tests/smoke/results/smoke/report.html

reruns: $(INSTALLED) ## Edit, kill and rearrange the tiny study: what runs again, and are the numbers the same?
	$(BIN)/python -m pytest --quiet tests/workflow

test-slurm: $(INSTALLED) ## Run the tiny study on Slurm and compare with this machine (tests/slurm/README.md)
	tests/slurm/run

unlock: $(INSTALLED) ## Let runs start again after one was killed; first make sure that none is running
	$(SNAKEMAKE) --unlock --configfile $(CONFIG)

clean: ## Remove what tests and tools left behind; results/ and .venv stay
	rm -rf tests/smoke/results tests/smoke/.snakemake .pytest_cache .ruff_cache .hypothesis build
	find workflow tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or newer with its venv module is needed: sudo apt install python3 python3-venv,' \
	    'or name one: make PYTHON=/path/to/python3.11'; exit 1; }
	$(PYTHON) -m venv --clear .venv

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/pip
	@echo 'Installing requirements.lock into .venv: some minutes the first time'
	@torch=$$(grep '^torch==' requirements.lock); \
	$(PIP) install --no-deps --retries 1 --timeout 15 --index-url $(TORCH_INDEX) $$torch 2>/dev/null || { \
	  echo "No $$torch from $(TORCH_INDEX): taking the default index, whose build for Linux may bring gigabytes of CUDA"; \
	  $(PIP) install --constraint requirements.lock $$torch; }
	$(PIP) install --quiet --no-deps -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(PIP) check
	@$(PIP) list 2>/dev/null | awk '$$1 == "torch" { print "torch is build " $$2 }'
	@touch $@
