# One command each; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made
UV := $(shell command -v uv 2>/dev/null)
CATALOGUES := $(wildcard src/innodex/documents/locale/*/*.po src/innodex/portal/project/locale/*/LC_MESSAGES/*.po)
LOCK = uv pip compile --quiet --universal --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --fork-strategy fewest --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help env demo test test-postgres check bench pictures messages lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

env: $(STAMP) ## make .venv with innodex in it; a second run does nothing

$(STAMP): pyproject.toml requirements/dev.txt hatch_build.py $(CATALOGUES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Innodex needs Python 3.11 or newer, and '$(PYTHON)' is not it." \
			"Install one and name it: make env PYTHON=python3.11" >&2; exit 1; }
ifneq ($(UV),)
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python cannot make virtual environments here: install the package python3-venv" \
			"(Debian, Ubuntu: apt install python3-venv) or uv, then run make env again." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

demo: $(STAMP) ## publish two examples, rehearse a pilot and serve both (PORT=8000); Ctrl-C ends it
	@$(BIN)/python tools/demo.py --port $(PORT)

test: $(STAMP) ## every test, or those named by TESTS=…; with a browser only where there is Chromium
	@$(BIN)/python -m pytest $(TESTS)

test-postgres: $(STAMP) ## the portal's tests on a PostgreSQL that is started and ended here
	@$(BIN)/python tests/portal/_postgres.py $(BIN)/python -m pytest tests/portal -m "not browser" $(WITHOUT)

check: $(STAMP) ## lint, format, types and the map of the house; writes nothing
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --check --no-cache .
	@$(BIN)/mypy --cache-dir=/dev/null
	@$(BIN)/lint-imports --no-cache
	@git ls-files -z 'src/innodex/portal/**.html' | xargs -0 -r $(BIN)/djade --target-version 5.2 --check

bench: $(STAMP) ## the command line and the engine against their limits; thirty officers at work on both databases
	@$(BIN)/python bench/cold.py
	@$(BIN)/python bench/engine.py
	@$(BIN)/python bench/portal.py

pictures: $(STAMP) ## every kind of page as a picture, by language and width
	@$(BIN)/python tools/pictures.py

messages: $(STAMP) ## compile the message catalogues
	@$(BIN)/python hatch_build.py

lock: ## pin the requirement files again (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: install it first." >&2; exit 1; }
	@$(LOCK) pyproject.toml --all-extras --group dev --output-file requirements/dev.txt
	@$(LOCK) pyproject.toml --constraint requirements/dev.txt --output-file requirements/core.txt
	@$(LOCK) pyproject.toml --extra portal --extra postgres --constraint requirements/dev.txt --output-file requirements/portal.txt
	@$(LOCK) --group test --constraint requirements/dev.txt --output-file requirements/test.txt

clean: ## remove everything that these commands made
	@rm -rf $(VENV) .demo build dist out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
