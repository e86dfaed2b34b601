# Everything runs in .venv, which is set up on first use: `make demo` and `make test` are all one needs to know.
PYTHON ?= python3
RUN := .venv/bin/python
SAMPLE := $(firstword $(wildcard Resources/SampleData/*.nii.gz))

.DEFAULT_GOAL := help
.PHONY: help setup setup-runtime setup-web test lint demo web bench screenshots train-demo bench-train

help:
	@echo "make demo         segment the bundled cine on the CPU and print its measures"
	@echo "make web          the page in the browser, with the bundled cine loaded"
	@echo "make test         set up what is missing and run every check"
	@echo "make test-oldest  the library with PyTorch 2.2 and pydicom 2.4 (a download of 2.6 GB, Python 3.12)"
	@echo "make lint         style and types only"
	@echo "make bench        time and memory of the whole command on two threads"
	@echo "make bench-page   seconds from the drop of a cine to its contours in the browser"
	@echo "make check-container  the Dockerfile's steps one by one, without a builder of containers"
	@echo "make screenshots  pictures of the module, into Resources/Screenshots"
	@echo "make train-demo   every command of Training/README.md, on phantoms"
	@echo "make bench-train  training throughput"
	@echo "make docs         the manual, into build/docs (a warning stops it)"
	@echo "make docs-check   run every command of README and docs, in a scratch folder"
	@echo "make translations new texts into the module's .ts files, and these compiled for Slicer"
	@echo "make tables       write the tables of accuracy, speed and measures from stored results"
	@echo "make setup        the environment for all of these, in .venv"

setup: have-python
	@$(PYTHON) scripts/setup_environment.py development

setup-runtime: have-python
	@$(PYTHON) scripts/setup_environment.py runtime

setup-web: have-python
	@$(PYTHON) scripts/setup_environment.py web

.PHONY: have-python
have-python:
	@command -v $(PYTHON) >/dev/null || { echo "Set-up stopped: Python 3.11 or 3.12 is needed as '$(PYTHON)' (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; }

test: lint
	@$(RUN) -m pytest

.PHONY: test-oldest
test-oldest: setup
	@$(RUN) scripts/test_oldest.py

lint: setup
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m codespell_lib
	@$(RUN) -m scripts.check_catalog

demo: setup-runtime
	@$(RUN) -m CMRSegmentationLib segment $(SAMPLE) -o output/demo --device cpu
	@echo "Written:"
	@find output/demo -type f | sort | sed 's/^/  /'

web: setup-web
	@$(RUN) -m CMRSegmentationWeb --load $(SAMPLE)

bench: setup-runtime
	@$(RUN) scripts/bench.py $(SAMPLE)

.PHONY: bench-page check-container
bench-page: setup
	@$(RUN) scripts/bench_page.py

check-container: setup
	@$(RUN) scripts/check_container.py

screenshots: setup
	@$(RUN) scripts/make_screenshots.py Resources/Screenshots

train-demo: setup
	@$(RUN) -m Training.demo

bench-train: setup
	@$(RUN) -m Training.bench

.PHONY: docs docs-check tables translations
docs: setup
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict --quiet --site-dir build/docs
	@echo "Written: build/docs/index.html"

docs-check: setup
	@$(RUN) -m scripts.check_documents

tables: setup
	@$(RUN) -m scripts.write_tables

translations: setup
	@$(RUN) -m scripts.update_translations
