# Every target is a script of its own under scripts/; this file only names them.

.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos faults boot-test fuzz format clean

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Builds and starts a control plane and an agent here, runs a job, stays up until Ctrl-C
	@scripts/run

test: ## Installs what the tests need and runs all of them
	@scripts/test

check: ## Lint, undeclared imports, target graph, units, scripts
	@scripts/check

bench: ## Measures speed and memory, with this machine's own limits beside them
	@scripts/bench

chaos: ## Runs a cluster under random faults and audits it; ROUNDS=20 and SEED=… may be given
	@ROUNDS="$(ROUNDS)" SEED="$(SEED)" scripts/chaos

faults: ## Runs the fault tests at full length (docs/reliability.md); takes half an hour
	@scripts/faults

boot-test: ## Boots virtual machines: units, limits by the kernel, reboots; SUITES=… and PROGRAMS=folder may be given
	@PROGRAMS="$(PROGRAMS)" scripts/boot-test $(SUITES)

fuzz: ## Fuzzes documents, options and rules for minutes; SECONDS_EACH=120 and SEED=… may be given
	@SECONDS_EACH="$(SECONDS_EACH)" SEED="$(SEED)" scripts/fuzz

format: ## Formats all Swift sources
	@scripts/format

clean: ## Removes what was built and the state of make run
	@scripts/clean
