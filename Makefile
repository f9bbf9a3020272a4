# Everything runs from .venv, which `make setup` fills from requirements.txt. `make help` lists the commands.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
LABFLAGS ?=
BENCHFLAGS ?=
PORTABLEFLAGS ?=
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
PY := .venv/bin/python
INSTALLED := .venv/.installed
LAB := .venv/.lab
BENCH := .venv/bench/.installed
PACKAGE := .venv/package
# As many tests at a time as there are cores, but at least two, since some wait, and at most eight, for their memory. It
# is asked when the tests run: before that, what can tell is not installed yet.
WORKERS = $(or $(shell $(PY) -c "from joblib import cpu_count; print(min(max(2, cpu_count()), 8))"),2)
NOTEBOOKS := $(sort $(wildcard book/*.ipynb))
$(if $(NOTEBOOKS),,$(error no notebooks in book/: nothing would be compared))

# The reader's own Jupyter, IPython and matplotlib settings must not reach the book.
export IPYTHONDIR := $(CURDIR)/.venv/ipython
export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/jupyter
export JUPYTER_PREFER_ENV_PATH := 1
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib
unexport JUPYTER_PATH MPLBACKEND PYTHONPATH PYTHONHOME
# A container may forbid it; then each of the hundred processes here compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE
# What make is told is not said to the notebooks: for PORT=9000, or another WORKERS, the book would be made anew.
unexport PORT LABFLAGS BENCHFLAGS PORTABLEFLAGS PYTHON VERSIONS WORKERS

.PHONY: help setup book serve pdf test test-versions linkcheck ci package check fuzz notebooks kernel portable lab lab-setup bench bench-setup clean distclean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED)  ## install the pinned requirements into .venv (PYTHON=python3.12 chooses the interpreter)

$(INSTALLED): requirements.txt constraints.txt pyproject.toml
	@python=""; \
	for candidate in $(PYTHONS); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer is needed; not found as: $(PYTHONS)." \
	       "Name one with: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	[ -x $(PY) ] || "$$python" -m venv .venv; \
	echo "Installing the pinned requirements into .venv; this takes a minute or two."
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

book: $(INSTALLED)  ## run every derivation and build _build/html; a warning is an error
	$(PY) -m tools.book
	@printf '\nThe book is built. Open %s\nor run `make serve` and open http://127.0.0.1:%s\n' \
	  "$(CURDIR)/_build/html/index.html" "$(PORT)"

serve: book  ## serve the book on http://127.0.0.1:8000 (PORT=... changes the port)
	@echo "http://127.0.0.1:$(PORT) (stop with Ctrl-C)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

pdf: book  ## print the book as one PDF, in _build/html/downloads; needs Chromium
	$(PY) -m tools.pdf

test: book  ## lint, unit tests, every notebook with its outputs compared, every page in a browser
	@command -v coqc >/dev/null || echo "coqc is missing: the proofs in kernel/ are not checked (make kernel says what to install)"
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m pytest -n $(WORKERS) --dist loadfile -p tools.replay --nbval --nbval-current-env $(NOTEBOOKS) --ignore tests/package tests

check: $(INSTALLED)  ## the quick part of `make test`: lint and unit tests
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --ignore tests/test_pages.py --ignore tests/package tests

fuzz: $(INSTALLED)  ## new random examples for the tests that take any, then 20 000 pairs decided; some minutes
	$(PY) -m pytest -n $(WORKERS) -m hypothesis --hypothesis-profile new --ignore tests/package tests
	$(PY) -m tests.calculus.pairs 20000

test-versions: $(INSTALLED)  ## the tests with the oldest versions allowed, together and one by one, and with the newest
	$(PY) tools/versions.py $(VERSIONS)

linkcheck: $(INSTALLED)  ## ask the addresses outside the book that its pages link to whether they still answer
	$(PY) -m tools.linkcheck

ci:  ## everything that must hold before a change is accepted; on Debian it installs Chromium and Rocq
	bash .ci/run

package: $(PACKAGE)/.installed  ## build the wheel and the sdist, and try the wheel where little else is installed
	rm -rf dist $(PACKAGE)/bare
	$(PACKAGE)/bin/python -m build --no-isolation
	$(PACKAGE)/bin/python -m twine check --strict dist/*
	$(PACKAGE)/bin/python -m check_wheel_contents dist/*.whl
	$(PY) -m venv --without-pip $(PACKAGE)/bare
	$(PY) -m pip --python $(PACKAGE)/bare install --quiet --disable-pip-version-check --no-compile \
	  -c requirements.txt dist/*.whl
	$(PY) -m pytest -n 2 tests/package

$(PACKAGE)/.installed: tests/package/requirements.txt requirements.txt constraints.txt | $(INSTALLED)
	$(PY) -m venv $(PACKAGE)
	$(PACKAGE)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

notebooks: $(INSTALLED)  ## run every notebook and store it with its outputs
	$(PY) -m tools.notebooks

kernel: $(INSTALLED)  ## check the proofs in kernel/ with Rocq, and print the axioms that they rest on
	$(PY) -m tools.kernel

portable: $(INSTALLED)  ## run the numerical tests and the notebooks as other machines would: BLAS kernels, threads, SIMD levels
	$(PY) tools/portable.py $(PORTABLEFLAGS)

lab: lab-setup  ## open the notebooks in JupyterLab, at the first page, with the book's styles
	@mkdir -p $(JUPYTER_CONFIG_DIR)/custom
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
	  > .venv/share/jupyter/lab/settings/overrides.json
	@cat tools/lab.css book/_static/{ledger,derivation,map}.css > $(JUPYTER_CONFIG_DIR)/custom/custom.css
	@printf '%s\n' "JupyterLab opens the first page, intro.ipynb; notation.ipynb is where the chapters begin." \
	  "Run > Run All Cells runs a chapter; change a line, run it again, and see which assertion breaks." \
	  "git checkout book/ brings all chapters back. Stop with Ctrl-C."
	@$(PY) -m nbformat.sign $(NOTEBOOKS) > /dev/null  # so that what is stored is shown as it is, the map for one
	@$(PY) -m jupyterlab --ServerApp.root_dir=book --LabApp.custom_css=True --LabApp.default_url=/lab/tree/intro.ipynb \
	  $(LABFLAGS)

lab-setup: $(LAB)

$(LAB): $(INSTALLED)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt jupyterlab
	@touch $@

bench: $(INSTALLED)  ## measure beside the peers that are installed; store the results unless other work spoiled them
	@python=$(PY); [ ! -e $(BENCH) ] || python=.venv/bench/bin/python; "$$python" -m benchmarks $(BENCHFLAGS)

bench-setup: $(BENCH)  ## install the peers, PyTorch and JAX among them, into an environment of their own

$(BENCH): benchmarks/requirements.txt requirements.txt constraints.txt | $(INSTALLED)
	$(PY) -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

clean:  ## remove the built book and the caches
	rm -rf _build build dist .pytest_cache .ruff_cache .hypothesis

distclean: clean  ## remove .venv as well
	rm -rf .venv
