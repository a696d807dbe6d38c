# Plimsoll. Everything but `bases` runs inside the image plimsoll/tests.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# See `make help`. ENGINE is the host's client; inside the tests image it is docker.
export ENGINE BASES SUITE NAME A B

INSIDE = tests/inside.sh
SECONDS = 60

help: ## show this help
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@printf '\nVariables: BASES=auto|official|local, SUITE=trixie|bookworm, ENGINE=docker,\n'
	@printf '  NAME=07-user, one image, for images, examples, measure and test; NAME=su-exec, one suite, for test\n'

bases: ## choose the images of every FROM line; make stand-ins where no registry answers
	@bases/make.sh

build: ## build/su-exec, build/entrypoint and build/plimsoll, static
	@$(INSIDE) tests/binaries.sh

plimsoll: ## build/plimsoll alone
	@$(INSIDE) make --no-print-directory --jobs 2 -f plimsoll/build.mk build/plimsoll

images: ## build every rung and the production image
	@$(INSIDE) examples/build.sh "$$NAME"

examples: ## build them all, have plimsoll judge each, print the table, fail where one breaks its promise
	@$(INSIDE) examples/show.sh "$$NAME"

example: ## NAME=04: build and run one rung, print its row
	@$(INSIDE) examples/show.sh --one "$$NAME"

compare: ## A=02 B=12: two images side by side
	@$(INSIDE) examples/compare.sh "$$A" "$$B"

sbom: ## NAME=14: the crates in a built image, as CycloneDX JSON
	@$(INSIDE) examples/sbom.sh "$$NAME"

measure: ## build each without cache, record times and sizes in examples/measured.json; NAME=checks what plimsoll says
	@$(INSIDE) examples/measure.sh "$$NAME"

bench: ## all beside their peers: su-exec/BENCHMARKS.md, plimsoll/BENCHMARKS.md; fail where a target is missed
	@$(INSIDE) bench/bench.sh
	@$(INSIDE) bench/check.sh

test: ## every test there is; NAME= picks one suite or one image
	@$(INSIDE) tests/run.sh "$$NAME"

coverage: ## lines and branches of the C parts that have unit tests; fails where one is missed
	@$(INSIDE) tests/coverage.sh

fuzz: ## SECONDS=60: every fuzz target of the C parts for that long; fails where one finds something
	@$(INSIDE) tests/fuzz.sh '$(SECONDS)'

lint: ## shellcheck, hadolint, clang-format, -Werror, mandoc, fmt and clippy
	@$(INSIDE) tests/run.sh lint

clean: ## remove build/ and what an interrupted run left behind; images stay
	@tests/clean.sh

.PHONY: help bases build plimsoll images examples example compare sbom measure bench test coverage fuzz lint clean
