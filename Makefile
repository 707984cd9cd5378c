# Every target sets up what it needs: .venv, with the pins of constraints.txt.
# What was installed once is not installed again until pyproject.toml or the pins
# change. `make test ARGS="-k lock"` hands arguments to the tool behind a target.

VENV := .venv
PY := $(VENV)/bin/python
PIP_PIN := -c constraints.txt
PIP_INSTALL := $(PY) -m pip install -qq --build-constraint constraints.txt $(PIP_PIN)
# With --verifytypes, pyright looks into the environment of the first python on PATH.
ON_PATH := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
# All tests run on every core (on two: 8 s instead of 13); a few start sooner on one.
WORKERS := $(if $(ARGS),0,logical)
EXAMPLE := examples/seed.toml
# Who asks for a catalogue, or for a form of the answer, gets that and nothing more.
TRY := $(if $(ARGS)$(filter-out file,$(origin EXAMPLE)),,examples.quickstart.try_it)
# What tests and benchmarks start. Debian has each in a package of the same name.
PROGRAMS := chromium redis-server redis-sentinel openssl
HAS_PYTHON = $(if $(shell find $(1) -name '*.py' 2>/dev/null),$(1))
CODE := $(foreach folder,src tests benchmarks examples docs,$(call HAS_PYTHON,$(folder)))
FAILS_BELOW_3_11 := import sys; sys.exit(sys.version_info < (3, 11))

# An activated environment, or another project's settings, must not be seen here.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV
unexport PIP_CONSTRAINT PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_USER

.DEFAULT_GOAL := help
.PHONY: help demo test lint fix check bench docs docs-serve pins clean
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.base ## decide the worked examples, try the quickstart; EXAMPLE=FILE decides FILE
	@$(VENV)/bin/stateroom decide $(EXAMPLE) $(ARGS)
	@$(if $(TRY),$(PY) -m $(TRY))

test: $(VENV)/.dev $(VENV)/.system ## run every test; ARGS="-k lock" runs some
	@$(PY) -m pytest -n $(WORKERS) $(ARGS)

lint: $(VENV)/.dev ## check format, lint, types, the public API's types, import contracts
	@$(PY) -m ruff format --check $(CODE)
	@$(PY) -m ruff check $(CODE)
	@$(PY) -m mypy $(CODE)
	@$(ON_PATH) pyright --ignoreexternal --verifytypes stateroom
	@$(VENV)/bin/lint-imports --no-logo

fix: $(VENV)/.dev ## format, and mend what the linter can mend
	@$(PY) -m ruff check --fix $(CODE)
	@$(PY) -m ruff format $(CODE)

check: lint test ## everything that must pass before a change is taken

bench: $(VENV)/.bench $(VENV)/.system ## measure side by side with peers; ARGS names one benchmark
	@$(PY) -m benchmarks $(ARGS)

docs: $(VENV)/.docs ## build the documentation; a broken link is an error
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict -f docs/mkdocs.yml $(ARGS)

docs-serve: $(VENV)/.docs ## serve the documentation, rebuilt on every change
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs serve -f docs/mkdocs.yml $(ARGS)

pins: ## write constraints.txt anew, from the newest releases
	@rm -rf $(VENV).pins
	@$(MAKE) VENV=$(VENV).pins PIP_PIN= $(VENV).pins/.made
	@$(VENV).pins/bin/python -m pip install -qq -e '.[all]' --group bench --group dev \
	  --group docs hatchling editables
	@{ sed '/^[^#]/,$$d' constraints.txt; \
	  $(VENV).pins/bin/python -m pip freeze --all --exclude-editable; } > $(VENV).pins/new
	@mv $(VENV).pins/new constraints.txt
	@rm -rf $(VENV).pins

clean: ## remove everything that was installed or built
	rm -rf $(VENV) $(VENV).pins build dist site .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find src tests $(wildcard benchmarks examples) -name __pycache__ -prune -exec rm -rf {} +


# ------------------------------------------------------------------- set-up

# An own pip of known version first: the one of Python 3.11 knows no groups.
$(VENV)/.made:
	@python="$(PYTHON)"; \
	for name in python3.11 python3; do \
	  [ -n "$$python" ] || ! $$name -c '$(FAILS_BELOW_3_11)' 2>/dev/null || python=$$name; \
	done; \
	$${python:-false} -c '$(FAILS_BELOW_3_11)' 2>/dev/null || { \
	  echo "make: Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	}; \
	echo "setting up $(VENV)" >&2; \
	$$python -m venv --clear $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check --upgrade $(PIP_PIN) pip
	@touch $@

$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "installing stateroom and its extras" >&2
	@$(PIP_INSTALL) -e '.[all]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "installing stateroom, its extras and the developers' tools" >&2
	@$(PIP_INSTALL) -e '.[all]' --group dev --group docs
	@touch $@ $(VENV)/.base $(VENV)/.docs

$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "installing stateroom and the documentation's tools" >&2
	@$(PIP_INSTALL) -e . --group docs
	@touch $@

# Peers to measure against: nobody else needs them.
$(VENV)/.bench: pyproject.toml constraints.txt | $(VENV)/.dev
	@echo "installing what the benchmarks measure against" >&2
	@$(PIP_INSTALL) --group bench
	@touch $@

# What cannot be installed here is named on every run. The last two variables keep
# Debian from starting the servers: tests start their own.
$(VENV)/.system: | $(VENV)/.made
	@missing() { \
	  for name in $(PROGRAMS); do \
	    command -v $$name >/dev/null || printf ' %s' $$name; \
	  done; \
	}; \
	if [ -n "$$(missing)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing$$(missing)" >&2; \
	  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 SYSTEMD_OFFLINE=1; \
	  { apt-get update; apt-get install -y --no-install-recommends $$(missing); \
	  } >$(VENV)/apt.log 2>&1 </dev/null || tail -n 3 $(VENV)/apt.log >&2; \
	fi; \
	if [ -z "$$(missing)" ]; then \
	  touch $@; \
	else \
	  echo "make: not found:$$(missing). Tests that need a real server are skipped;" \
	    "where CI is set, they fail" >&2; \
	fi
