#!/usr/bin/env bash
# Measures su-exec and entrypoint beside their peers, and judges them by bench/targets.jq.
# Writes su-exec/benchmarks.json and the tables made from it in su-exec/BENCHMARKS.md.
#
# Usage: bench/bench.sh [--try | --judge FILE]
#   --try         a few rounds, whose figures are printed; nothing is written or judged
#   --judge FILE  judges the figures of an earlier run
# Exit: 0 every target is met, 1 one is missed or something failed, 2 usage, 3 as bases/engine.sh.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh
# shellcheck source=examples/surroundings.sh
. examples/surroundings.sh

FIGURES=su-exec/benchmarks.json
ROUNDS=2000

main() {
	case ${1:-} in
	--judge) judge "$2" ;;
	--try) prepare && measure 20 ;;
	'') prepare && measure "$ROUNDS" >"$SCRATCH/figures" && publish ;;
	*)
		printf 'plimsoll: bench: %s: no such option: see the head of bench/bench.sh\n' "$1" >&2
		exit 2
		;;
	esac
}

prepare() {
	require_engine
	SCRATCH=$(mktemp -d)
	trap 'remove_run; rm -rf "$SCRATCH"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	tests/binaries.sh >&2
	make --no-print-directory -f bench/build.mk >&2
}

publish() {
	mv "$SCRATCH/figures" "$FIGURES"
	examples/pages.sh
	judge "$FIGURES"
}

# In a container of this container's image, with its volumes: the tree is there too.
measure() {
	local image
	image=$(engine inspect --format '{{.Image}}' "$HOSTNAME")
	engine run --rm --init --label "plimsoll.run=$PLIMSOLL_RUN" --network none --volumes-from "$HOSTNAME" --volume /bench \
		--cap-add SYS_ADMIN --cap-add SYS_PTRACE --security-opt apparmor=unconfined "$image" bench/measure.sh "$1" |
		jq --arg host "$(host_class)" --arg engine "$(engine version --format 'Docker Engine {{.Server.Version}}')" \
			--arg kernel "$(uname --kernel-release)" \
			'{date: (now | strftime("%F")), $host, $kernel, $engine} + .'
}

judge() {
	jq -r -L bench 'include "targets"; targets[]
		| "\(if .met then "met    " else "not met" end)  \(.what): at most \(.most), found \(.found)"' "$1"
	jq -e -L bench 'include "targets"; all(targets[]; .met)' "$1" >/dev/null
}

main "$@"
