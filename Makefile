# Two commands on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check fmt synth diff deploy lock docs clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## make the virtual environment, Node included

$(STAMP): requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "dxmacsec needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $(STAMP)

demo: setup ## deploy into the embedded AWS and watch keys rotate
	$(BIN)/python -m sandbox demo

serve: setup ## keep the embedded AWS running on port 4566
	$(BIN)/python -m sandbox serve --port 4566

test: check ## run every check and every test
	$(BIN)/python -m pytest

check: setup ## lint, types, house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: setup ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

synth: setup ## write the CloudFormation template into cdk.out
	$(BIN)/python -m infra.app

diff: setup ## show what a deployment would change in your account
	$(BIN)/npx --yes aws-cdk@2.1148.1 diff

deploy: setup ## deploy into the account that your AWS profile names
	$(BIN)/npx --yes aws-cdk@2.1148.1 deploy DxMacsec

docs: setup ## write the generated parts of the README and docs again
	$(BIN)/python -m docs.generate

lock: setup ## pin and hash the requirements again
	cd requirements && for name in runtime dev; do \
	  $(CURDIR)/$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$name.txt $$name.in; done

clean: ## remove what the other targets made
	rm -rf $(VENV) .cache cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
