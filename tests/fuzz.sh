#!/usr/bin/env bash
# Runs every fuzz target in turn and prints a line for each. What it finds to be new stays in build/fuzz, and is where
# the next run goes on; the seeds are in each part's fuzz/corpus.
#
# Usage: tests/fuzz.sh SECONDS [TARGET]...
#   SECONDS  for each target, 1 to 86400
#   TARGET   a fuzz_TARGET.c of su-exec, entrypoint or plimsoll; all without
# Exit: 0 nothing was found, 1 something was (it stays in build/fuzz/TARGET), 2 usage.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

OUT=build/fuzz
found=0

main() {
	local seconds=${1:-} target
	if [[ ! $seconds =~ ^[1-9][0-9]{0,4}$ ]] || ((seconds > 86400)); then
		printf 'plimsoll: fuzz: SECONDS: must be a number from 1 to 86400, not "%s"\n' "$seconds" >&2
		exit 2
	fi
	shift
	# shellcheck disable=SC2046  # a word each
	if (($# == 0)); then set -- $(targets); fi
	for target; do
		if [[ -z $(source_of "$target") ]]; then
			printf 'plimsoll: fuzz: %s: no such target: there are %s\n' "$target" "$(targets | paste -sd, | sed 's/,/, /g')" >&2
			exit 2
		fi
	done
	mkdir -p "$OUT"
	for target; do
		build "$target"
		run "$target" "$seconds"
	done
	((found == 0))
}

targets() {
	basename -s .c {su-exec,entrypoint,plimsoll}/fuzz/fuzz_*.c | sed 's/^fuzz_//' | sort
}

# Nothing where there is no such target.
source_of() {
	find {su-exec,entrypoint,plimsoll}/fuzz -maxdepth 1 -name "fuzz_$1.c"
}

# The part of the tree that a target belongs to.
part_of() {
	local file
	file=$(source_of "$1")
	printf '%s' "${file%%/*}"
}

binary_of() {
	printf 'build/%s.fuzz/fuzz_%s' "$(part_of "$1")" "$1"
}

build() {
	if ! make --no-print-directory -f "$(part_of "$1")/build.mk" "$(binary_of "$1")" >"$OUT/build.log" 2>&1; then
		cat "$OUT/build.log" >&2
		exit 1
	fi
}

run() {
	local target=$1 seconds=$2 log=$OUT/$1.log status=0
	rm -rf "${OUT:?}/$target"
	mkdir -p "$OUT/$target" "$OUT/corpus/$target"
	"$(binary_of "$target")" -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$OUT/$target/" "$OUT/corpus/$target" "$(part_of "$target")/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
	summarize "$target" "$log" "$status"
}

# "passwd: 123456 executions, 512 edges of code, nothing found"
summarize() {
	local target=$1 log=$2 status=$3 executions edges
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	if ((status == 0)); then
		printf '%s: %s executions, %s edges of code, nothing found\n' "$target" "$executions" "$edges"
		return
	fi
	found=1
	printf '%s: %s executions, %s edges of code, FOUND in %s:\n' "$target" "${executions:-0}" "${edges:-0}" "$OUT/$target"
	sed -n '/^fuzz: \|^SUMMARY: \|runtime error: /p' "$log" | cut -c 1-300 | head -n 5 | cat -v
	find "$OUT/$target" -type f
}

main "$@"
