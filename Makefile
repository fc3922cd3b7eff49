# The house's commands. `make demo` and `make test` need only Python >= 3.11 with venv, and make.
VENV ?= .venv
export PYTHON
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test check format translations docs lock clean

demo: $(VENV)/run.stamp   ## demo city with server, worker and mail sink: make demo ARGS="--port 8765"
	@$(BIN)/participation demo $(ARGS)

test: $(VENV)/test.stamp  ## everything: make test ARGS="tests/suggestions -x"
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

check: $(VENV)/test.stamp ## quick: format, lint, types on rules, imports, catalogues, generated docs
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(BIN)/python -m participation.catalogues check
	@$(BIN)/python -m participation.generated_docs check
	@echo "check: all good"

format: $(VENV)/test.stamp ## put the code into the house's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

translations: $(VENV)/test.stamp ## take new texts from code and templates into the catalogues
	@$(BIN)/python -m participation.catalogues update

docs: $(VENV)/test.stamp  ## write docs/roles.md, states.md and settings.md from the code
	@$(BIN)/python -m participation.generated_docs write

snapshots: $(VENV)/test.stamp ## write the mails' snapshots anew; read what changed
	@WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests/notifications/test_snapshots.py \
	  -k "reads_as_its_snapshot and sqlite"

lock:                     ## pin what pyproject.toml asks for, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --extra install --quiet pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --extra install --extra test -c requirements/run.txt --quiet pyproject.toml -o requirements/test.txt

clean:                    ## remove the environment and the demo's data
	rm -rf $(VENV) instance

$(VENV)/bin/python:
	@sh requirements/make_venv.sh $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the platform needs ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@
