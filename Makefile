# The whole developer interface. CI calls the same targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=

RELEASE_FLAGS := -c release --scratch-path .build-release --static-swift-stdlib \
  -Xswiftc -Osize -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -use-ld=lld \
  -Xcc -Os -Xcc -ffunction-sections -Xcc -fdata-sections \
  -Xlinker --no-export-dynamic -Xlinker --icf=all -Xlinker -z -Xlinker pack-relative-relocs \
  -Xlinker -s -Xlinker --no-eh-frame-hdr -Xlinker -T -Xlinker scripts/release.ld

##@ Build
.PHONY: deps build plugins release install clean
deps: ## install what is missing on this machine (Debian packages, Python peers)
	@scripts/deps.sh

build: deps plugins ## debug build of the three programs, and the plugins
	swift build --product tenon
	swift build --product tenond
	swift build --product tenonctl

plugins: ## the plugins as they ship: Embedded Swift shared objects
	scripts/build-plugins.sh

release: deps plugins ## small static programs in .build-release (first time: 10 minutes)
	swift build $(RELEASE_FLAGS) --product tenon
	swift build $(RELEASE_FLAGS) --product tenond
	swift build $(RELEASE_FLAGS) --product tenonctl

install: ## copy programs, plugins and headers to $(DESTDIR)$(PREFIX)
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" scripts/install.sh

clean: ## remove everything a build made here
	rm -rf .build .build-* build

##@ Try
.PHONY: demo bench
demo: build ## a machine joins, from nothing to an SSH login, in a temporary folder
	scripts/demo.sh

bench: release ## measure everything that has a budget, write docs/benchmarks.md
	swift build $(RELEASE_FLAGS) --product tenon-bench
	scripts/bench.sh

##@ Check
.PHONY: test test-asan test-tsan crash-test lint format abi-check abi-update fuzz-smoke budgets
test: deps plugins ## every test; ends with one counted line
	scripts/test.sh

test-asan: deps plugins ## unit tests under AddressSanitizer, in .build-asan
	scripts/sanitize.sh address

test-tsan: deps plugins ## unit tests under ThreadSanitizer, in .build-tsan
	scripts/sanitize.sh thread

crash-test: build ## kill, cut and starve real agents and authorities CRASH_RUNS times (default 200)
	@scripts/crash-test.sh

lint: ## style, ABI headers in C11 and C++17, forbidden patterns
	@scripts/lint.sh

format: ## rewrite the Swift files in the house format
	@scripts/lint.sh --format

abi-check: ## compare the plugin ABI with its released description in docs/abi
	@scripts/abi-check.sh

abi-update: ## write a new description; needs a decision record and a changelog line
	@scripts/abi-check.sh --update

fuzz-smoke: ## run each fuzz target for FUZZ_SECONDS (default 10)
	@scripts/fuzz-smoke.sh

budgets: ## check the size budgets on what has been built
	@scripts/check-budgets.sh

##@ Other
.PHONY: proto help
proto: ## generate Sources/Wire's Swift code from its .proto files
	scripts/proto.sh

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5); next } \
	  /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
