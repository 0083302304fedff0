# Everything a developer runs. `make demo` and `make test` do all set-up on their own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url

BUILT := build/compiled
# The benchmarks of the pipeline run what the image has, compiled modules, where there is a C compiler; COMPILED= leaves them out.
COMPILED := $(if $(shell command -v gcc),$(BUILT))
AS_DEPLOYED := PYTHONSAFEPATH=1 PYTHONPATH=$(COMPILED):.
FUZZ_SECONDS ?= 300
SOURCES := $(shell find agents schemas -type f -not -path '*/__pycache__/*')

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-faults fuzz lint format types check eval schemas lock compile kafka kafka-stop bench bench-window bench-workers bench-dedup bench-classify bench-rules bench-recovery bench-sse clean

help: ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/' | expand -t 18

setup: $(STAMP) ## make .venv with the console script wiredesk; does nothing when it is up to date

$(STAMP): pyproject.toml requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wiredesk needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: setup ## replay the sample crisis through an embedded broker and show the alerts
	$(BIN)/wiredesk demo --once

test: setup ## run the tests (broker tests on the embedded broker, and on Kafka where WIREDESK_TEST_KAFKA is set)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test-slow: setup ## run the tests that take a minute or more: compiling (needs a C compiler), Kafka behind TLS and a login (needs Java)
	$(BIN)/python -m pytest -m slow

test-faults: setup ## kill, freeze and cut off under load: 210 cycles, nothing lost (an hour; Java 17, Maven)
	$(BIN)/python -m tests.faults --cycles 70 $(FAULTS)

fuzz: setup ## made-up posts through the enrichment for FUZZ_SECONDS (300), by coverage; what breaks it goes to build/fuzz
	$(BIN)/pip install --quiet "atheris>=3,<4"
	mkdir -p build/fuzz
	$(BIN)/python -m tests.fuzz.fuzz_enrich -max_total_time=$(FUZZ_SECONDS) -len_control=0 -max_len=1024 -artifact_prefix=build/fuzz/

lint: setup ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## ruff: put the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## mypy, strict
	$(BIN)/mypy

check: test lint types ## all that CI runs, without Kafka and test-slow

eval: setup ## precision and recall of dedup, stories and classification against the committed figures
	$(BIN)/python -m tests.eval

schemas: setup ## write schemas/json from the message classes
	$(BIN)/python -m schemas.json_schema

lock: setup ## pin the dependencies anew, for all platforms: those to run, and those to develop
	$(BIN)/pip install --quiet "uv>=0.9,<1"
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	cp requirements.lock requirements-bench.lock  # so that only what the peers cannot bear differs
	$(COMPILE) pyproject.toml --group bench --output-file requirements-bench.lock

compile: $(BUILT) ## classification as machine code in build/compiled (needs a C compiler); nothing when it is up to date

$(BUILT): $(STAMP) deploy/compile.py $(SOURCES)
	$(BIN)/python deploy/compile.py $(BUILT)

kafka: ## start one real Apache Kafka node on port 9092 (Java 17 and Maven); end it with make kafka-stop
	deploy/kafka/run.sh start .cache/kafka 9092

kafka-stop: ## stop that node
	deploy/kafka/run.sh stop .cache/kafka

bench: $(BENCH_STAMP) $(COMPILED) ## the pipeline beside Faust by event, Quix Streams and Bytewax (BENCH=--help for options)
	$(AS_DEPLOYED) $(BENCH_VENV)/bin/python -m tests.bench.pipeline.compare $(BENCH)

bench-window: $(BENCH_STAMP) $(COMPILED) ## the pipeline with 10k and with 1M posts in the window of dedup (BENCH=--help for options)
	$(AS_DEPLOYED) $(BENCH_VENV)/bin/python -m tests.bench.pipeline.window $(BENCH)

bench-workers: $(BENCH_STAMP) $(COMPILED) ## the pipeline by one worker and by two (BENCH=--help for options)
	$(AS_DEPLOYED) $(BENCH_VENV)/bin/python -m tests.bench.pipeline.workers $(BENCH)

$(BENCH_STAMP): pyproject.toml requirements-bench.lock
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-bench.lock
	touch $(BENCH_STAMP)

bench-dedup: setup ## cost and memory of dedup at 10k, 100k and 1M posts
	$(BIN)/python -m tests.bench.bench_dedup

bench-classify: setup compile ## posts a second through the whole enrichment, and what compiling gains
	$(BIN)/python -m tests.bench.bench_classify
	$(BIN)/python -m tests.bench.bench_compiled $(BUILT)

bench-rules: setup ## cost and memory of 10 to 100k standing rules, beside asking every rule
	$(BIN)/python -m tests.bench.bench_rules

bench-recovery: setup ## from kill -9 of a worker to the next verdict, with 10k and 100k posts of state
	$(BIN)/python -m tests.bench.bench_recovery

bench-sse: setup ## 1,000 clients of one stream and 100 events a second: all get all, and when
	$(BIN)/python -m tests.bench.bench_sse

clean: ## remove what setup and the tools made
	rm -rf $(VENV) $(BENCH_VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
