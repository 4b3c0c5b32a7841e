# Two commands do everything: `make play` opens the playground, `make test` proves it. The others are below.
# Needed: Python 3.11 or newer, make, and a network for the packages, once.

HOST ?= 127.0.0.1
PORT ?= 8501
PY := .venv/bin/python
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest -q --numprocesses=auto --maxprocesses=8

# A stamp's name carries the hash of what it stands for: while the requirements are the same, nothing is installed.
# Where the Python of .venv is gone (upgraded, moved), the stamps go too, and everything is made again.
$(shell test -x .venv/bin/python || rm -f .venv/.installed-*)
PLAY := .venv/.installed-play-$(shell cat requirements.txt | cksum | tr ' ' '-')
TEST := .venv/.installed-test-$(shell cat requirements.txt requirements-dev.txt | cksum | tr ' ' '-')
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --quiet --progress-bar off

.DEFAULT_GOAL := help
.PHONY: help play install test test-slow lint format bench shots recordings clean
.NOTPARALLEL:

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | while read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

play: $(PLAY) ## installs what is missing, starts the playground, prints its address (PORT=8501 HOST=127.0.0.1)
	@exec $(PY) -m streamlit run app.py --server.address=$(HOST) --server.port=$(PORT)

install: $(TEST) ## installs everything, starts nothing

test: $(TEST) lint ## installs what is missing, checks the code, runs every quick test, also in a real browser
	@$(PY) -m tests.browser.chromium
	@$(PYTEST)

test-slow: $(TEST) ## runs the learning experiments that take their time
	@$(PYTEST) -m slow

lint: $(TEST) ## ruff, its format, mypy
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet . || { echo "make format puts these files in shape."; exit 1; }
	@$(PY) -m mypy --no-error-summary
	@echo "lint: clean"

format: $(TEST) ## puts the code in shape
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

bench: $(TEST) ## measures speed and memory: one table of name, target, measured
	@$(PY) -m bench

shots: $(TEST) ## writes PNGs of every page into shots/: wide and phone, light and dark
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.browser.shots

recordings: $(PLAY) ## trains every recipe and records the pictures of the start page
	@$(PY) -m dlplay.recording

clean: ## removes what can be made again, the virtual environment too
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis shots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first of these that is a Python ≥ 3.11; a name can exist and still not start.
define FIND_PYTHON
for name in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$name; break; fi; \
done; \
if [ -z "$$found" ]; then \
  echo "dlplay needs Python 3.11 or newer, and this computer has $$(python3 --version 2>/dev/null || echo none); install it, or name it: make play PYTHON=/path/to/python3.12" >&2; exit 1; \
fi; \
if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
  echo "$$($$found --version) comes without venv; on Debian and Ubuntu install it with: apt-get install python3-venv" >&2; exit 1; \
fi
endef

.venv/bin/python:
	@$(FIND_PYTHON); echo "Making .venv with $$($$found --version)."; $$found -m venv --clear .venv

$(PLAY): | .venv/bin/python
	@echo "Installing what dlplay needs; PyTorch is large, this takes a few minutes, once."
	@rm -f .venv/.installed-*
	@$(PIP) --requirement requirements.txt
	@touch $@

$(TEST): $(PLAY)
	@echo "Installing what the tests need."
	@rm -f .venv/.installed-test-*
	@$(PIP) --requirement requirements.txt --requirement requirements-dev.txt
	@touch $@
