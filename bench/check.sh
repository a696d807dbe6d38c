#!/usr/bin/env bash
# Measures plimsoll check beside its peers, on the same images and in one run, and judges it by bench/check/targets.jq.
# Writes plimsoll/benchmarks.json and the tables made from it in plimsoll/BENCHMARKS.md.
#
# Usage: bench/check.sh [--try | --judge FILE]
#   --try         one round, whose figures are printed; nothing is written or judged
#   --judge FILE  judges the figures of an earlier run
# Exit: 0 every target is met, 1 one is missed or something failed, 2 usage, 3 as bases/engine.sh.
set -Eeuo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh
# shellcheck source=examples/surroundings.sh
. examples/surroundings.sh

FIGURES=plimsoll/benchmarks.json
ROUNDS=5

main() {
	case ${1:-} in
	--judge) judge "$2" ;;
	--try) prepare && measure 1 ;;
	'') prepare && measure "$ROUNDS" >"$SCRATCH/figures" && publish ;;
	*)
		printf 'plimsoll: bench: %s: no such option: see the head of bench/check.sh\n' "$1" >&2
		exit 2
		;;
	esac
}

prepare() {
	require_engine
	load_bases
	SCRATCH=$(mktemp -d)
	trap 'rm -rf "$SCRATCH"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	make --no-print-directory --jobs 2 -f plimsoll/build.mk build/plimsoll >&2
	make --no-print-directory -f bench/build.mk >&2
	PLIMSOLL=$PWD/build/plimsoll
	IMAGES=("debian slim|$DEBIAN_IMAGE" 'production|plimsoll/app:release' 'scratch|plimsoll/12-static-scratch')
}

publish() {
	mv "$SCRATCH/figures" "$FIGURES"
	examples/pages.sh
	judge "$FIGURES"
}

judge() {
	jq -r -L bench/check 'include "targets"; targets[]
		| "\(if .met then "met    " else "not met" end)  \(.what): at most \(.most), found \(.found)"' "$1"
	jq -e -L bench/check 'include "targets"; all(targets[]; .met)' "$1" >/dev/null
}

say() {
	printf 'bench: %s\n' "$1" >&2
}

load_average() {
	cut -d ' ' -f 1 /proc/loadavg
}

# measure ROUNDS: prints one JSON object.
measure() {
	local rounds=$1 before
	before=$(load_average)
	jq --null-input --slurp --arg before "$before" --argjson rounds "$rounds" --arg host "$(host_class)" --arg kernel "$(uname --kernel-release)" \
		--arg engine "$(engine version --format 'Docker Engine {{.Server.Version}}')" --argjson versions "$(versions)" \
		--argjson size "$(stat --format %s "$PLIMSOLL")" --argjson images "$(measure_images "$rounds")" --argjson many "$(measure_many "$rounds")" \
		--argjson walk "$(measure_walk "$rounds")" --argjson memory "$(measure_memory)" --arg after "$(load_average)" \
		'{date: (now | strftime("%F")), $host, $kernel, $engine, load: [$before, $after], $rounds, $versions, $size, $images, $many, $walk, $memory}'
}

versions() {
	jq --null-input --arg cst "$(container-structure-test version)" --arg dive "$(dive --version | awk '{print $2}')" \
		'{"container-structure-test": $cst, dive: $dive}'
}

# time_of ROUNDS NAME COMMAND [NAME COMMAND]...: [{name, fastest, median}], in seconds. What a check finds is not judged
# here, so its exit is of no interest.
time_of() {
	local rounds=$1
	local -a named=()
	shift
	while (($# > 0)); do
		named+=(--command-name "$1" "$2")
		shift 2
	done
	hyperfine --style none --shell bash --ignore-failure --warmup 1 --runs "$rounds" --export-json "$SCRATCH/times" "${named[@]}" >&2
	jq '[.results[] | {name: .command, fastest: .min, median}]' "$SCRATCH/times"
}

# Three assertions that hold on any of the images.
write_structure_test() {
	cat <<-'EOF'
		schemaVersion: 2.0.0
		fileExistenceTests:
		  - {name: root, path: /, shouldExist: true}
		  - {name: nothing, path: /no/such/file, shouldExist: false}
		metadataTest:
		  workdir: /
	EOF
}

measure_images() {
	local rounds=$1 row name image passed
	write_structure_test >"$SCRATCH/structure.yaml"
	for row in "${IMAGES[@]}"; do
		name=${row%%|*} image=${row#*|}
		say "$name"
		passed=$(time_of "$rounds" \
			plimsoll-static "$PLIMSOLL check --quiet --static --no-layers $image >/dev/null" \
			plimsoll-layers "$PLIMSOLL check --quiet --static --only layer-waste,no-secret-layer $image >/dev/null" \
			plimsoll "$PLIMSOLL check --quiet $image >/dev/null" \
			container-structure-test "container-structure-test test --image $image --config $SCRATCH/structure.yaml >/dev/null 2>&1" \
			save "docker save $image | cat >/dev/null" \
			dive "CI=true dive $image --ci >/dev/null 2>&1")
		jq --arg name "$name" --argjson size "$(engine image inspect --format '{{.Size}}' "$image")" \
			'{name: $name, size: $size, times: .}' <<<"$passed"
	done | jq --slurp .
}

# The production image, once and ten times.
measure_many() {
	local ten
	say 'ten images'
	ten=$(printf 'plimsoll/app:release %.0s' {1..10})
	time_of "$1" one "$PLIMSOLL check --quiet plimsoll/app:release >/dev/null" ten "$PLIMSOLL check --quiet --jobs 4 $ten >/dev/null"
}

# In this container, whose files are many.
measure_walk() {
	say 'the walk'
	time_of "$1" find "find / -xdev -printf '%p %m %U %G %s\n' >/dev/null" plimsoll "$PLIMSOLL probe walk >/dev/null"
}

# The largest image there is, 1.2 GB.
measure_memory() {
	say 'memory'
	build/bench/most "$PLIMSOLL" check --quiet plimsoll/01-basic 2>&1 >/dev/null | jq '{image: "01-basic", kilobytes: .}'
}

main "$@"
