# Two commands on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CDK := infra/cdk_cli/node_modules/.bin/cdk
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test soak fault-matrix mutants real-mka bench audit check fmt synth diff bootstrap deploy lock docs clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## make the virtual environment, Node included

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "dxmacsec needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup ## deploy into the embedded AWS; watch keys rotate and a drift mended; ACCOUNTS=3 plays an organisation
	$(BIN)/python -m sandbox demo $(if $(ACCOUNTS),--accounts $(ACCOUNTS))

serve: setup ## keep the embedded AWS running on port 4566; ROUTERS=manual lets you answer for the routers
	$(BIN)/python -m sandbox serve --port 4566 $(if $(ROUTERS),--router-mode $(ROUTERS))

test: check $(CDK) ## run every check and every test
	$(BIN)/python -m pytest -m "not deployed" -n 2
	$(BIN)/python -m pytest -m deployed -n 2 --dist loadfile

mutants: setup ## break the product in every listed way; a named test must fail on each (docs/mutants.md)
	$(BIN)/python -m tests.mutants

soak: setup ## every fault, every world and long random runs, for SOAK_MINUTES (20)
	POWERTOOLS_LOG_LEVEL=CRITICAL $(BIN)/python -m tests.faults.soak

fault-matrix: setup ## walk every fault and write docs/fault-matrix.md again
	POWERTOOLS_LOG_LEVEL=CRITICAL $(BIN)/python -m tests.faults.page

real-mka: setup ## rotate a link of real MACsec peers in a small virtual machine; at most 5 minutes
	$(BIN)/python -m real_mka

bench: setup ## measure what the README claims; JSON=1 prints one document, ONLY=fleet one area, README=1 writes its tables
	@$(BIN)/python -m benchmarks $(foreach area,$(ONLY),--only $(area)) $(if $(JSON),--json) $(if $(README),--readme)

audit: setup ## ask an advisory service about every dependency; look for secrets
	$(BIN)/python -m audits

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

diff: setup $(CDK) ## show what a deployment would change in your account
	$(CDK) diff

bootstrap: setup $(CDK) ## prepare the account that your AWS profile names for the CDK, once a Region
	$(CDK) bootstrap

deploy: setup $(CDK) ## deploy into the account that your AWS profile names
	$(CDK) deploy DxMacsec

$(CDK): infra/cdk_cli/package-lock.json | setup
	cd infra/cdk_cli && npm ci --silent --no-audit --no-fund
	@touch $@

docs: setup ## write the generated parts of the README and docs again
	$(BIN)/python -m infra.readme
	$(BIN)/python -m tests.mutants --page

lock: setup ## pin and hash the requirements again
	cd requirements && for name in runtime dev; do \
	  $(CURDIR)/$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$name.txt $$name.in; done

clean: ## remove what the other targets made
	rm -rf $(VENV) infra/cdk_cli/node_modules .cache cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
