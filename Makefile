# make demo and make test do everything on a fresh Debian 12; see README.md.
JOBS ?= $(shell nproc)
BUILD := build/release

.PHONY: help deps deps-build build build-all demo serve test unit sim integration e2e fuzz bench stack-up stack-down docs format format-check \
        tidy lint sanitize chaos guards prove clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what is missing, for tests and benchmarks too
	tools/deps.sh

deps-build: ## install what is missing to build and run
	tools/deps.sh --build-only

build: deps-build ## build/release/ordo
	cmake --preset release
	cmake --build --preset release --target ordo -j $(JOBS)

demo: build ## a small shop's day, through the real HTTP API; ends by itself; make demo OPEN=1: look at it in the dashboard, until Ctrl+C
	tools/demo.py --ordo $(BUILD)/ordo $(if $(OPEN),--open)

serve: build ## http://127.0.0.1:8080 on ./ordo-data
	$(BUILD)/ordo serve

build-all: deps ## everything, tests and benchmarks too
	cmake --preset release
	cmake --build --preset release -j $(JOBS)

test: build-all ## every test, with a real broker and database that it starts and stops itself
	ctest --preset release

unit: build-all ## the tests of each folder
	ctest --preset release -L unit

sim: build-all ## make sim, make sim SEED=7, make sim COUNT=1000000
	$(BUILD)/tests/simulation/ordo_simulation $(if $(SEED),--seed $(SEED),--count $(or $(COUNT),20000))

chaos: build-all ## real faults on the real servers, N minutes: make chaos N=10 BROKERS=3 SEED=7
	ORDO_BIN=$(BUILD)/ordo tests/chaos/chaos.py --minutes $(or $(N),5) --brokers $(or $(BROKERS),1) $(if $(SEED),--seed $(SEED))

guards: build-all ## take each guard away and see a test fail: make guards, make guards PART=1/4, make guards SAMPLE=8, make guards ONLY=stock
	tests/guards/guards.py --build $(BUILD) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(PART),--part $(PART)) $(if $(ONLY),--only $(ONLY))

integration: build-all ## the adapters on the real broker and database
	ctest --preset release -L integration

e2e: build-all ## whole processes, over HTTP
	ctest --preset release -L e2e

fuzz: deps ## a minute a target: make fuzz SECONDS=60
	cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS)
	tools/fuzz.sh build/fuzz $(or $(SECONDS),60)

bench: build-all ## all figures of bench/README.md, in one run; make bench ONLY=post,flow
	tools/bench.py --build $(BUILD) $(if $(ONLY),--only $(ONLY))

stack-up: deps ## a real Kafka and a MongoDB-wire database on free ports
	tools/stack/stack.py up

stack-down: ## stops and removes them
	tools/stack/stack.py down

docs: build ## rewrite the tables of docs that follow from the program
	tools/docs_tables.py --ordo $(BUILD)/ordo

format: ## clang-format over everything
	git ls-files '*.cc' '*.h' | xargs clang-format-14 -i

format-check:
	git ls-files '*.cc' '*.h' | xargs clang-format-14 --dry-run -Werror

tidy: deps
	cmake --preset dev
	tools/tidy.py --build build/dev --jobs $(JOBS) --share $(or $(SHARE),1)

lint: format-check tidy ## formatting and static analysis, of tests too; make lint SHARE=3: of a third of the files

sanitize: deps ## every test under ASan+UBSan and under TSan; make sanitize SHORT=1: those of the folders that most need it
	JOBS=$(JOBS) $(if $(SHORT),TARGETS='exposed_tests fuzzers') tools/sanitize.sh asan-ubsan $(if $(SHORT),-L '^exposed$$')
	JOBS=$(JOBS) $(if $(SHORT),TARGETS=threaded_tests) tools/sanitize.sh tsan $(if $(SHORT),-L '^threaded$$')

prove: ## the short forms of what docs/safety.md lists beside the tests, and the count of instructions: CI runs these and make test
	$(MAKE) guards SAMPLE=5
	tools/instructions.py --build $(BUILD)
	$(MAKE) sanitize SHORT=1
	tools/fuzz.sh build/asan-ubsan 30

clean: ## removes build
	rm -rf build
