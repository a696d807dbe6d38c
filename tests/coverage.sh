#!/usr/bin/env bash
# Lines and branches that the unit tests reach: all of su-exec, and entrypoint's parts that have unit tests.
# Its other parts need a container: see tests/entrypoint.bats.
#
# Usage: tests/coverage.sh
# Prints a table, and what is marked as out of reach; build/coverage/index.html shows each line.
# Exit: 0 everything is reached, 1 something is not, or a unit test failed.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

OUT=build/coverage
# What can't be reached carries one of gcovr's marks, with the reason behind it.
MARK='GCOV_EXCL_[A-Z_]+'

main() {
	rm -rf "$OUT"
	mkdir -p "$OUT"
	run_units su-exec
	run_units entrypoint
	report --json-summary "$OUT/summary.json" --html-details "$OUT/index.html" 2>"$OUT/log" || { cat "$OUT/log" >&2; exit 1; }
	print_table
	print_marks
	report --fail-under-line 100 --fail-under-branch 100 >"$OUT/lines" 2>"$OUT/log" || print_missing
}

# Counted anew: what an earlier run reached is no proof.
run_units() {
	rm -f "build/$1.cover"/*.gcda
	if ! make --no-print-directory -f "$1/build.mk" cover >"$OUT/$1.log" 2>&1; then
		cat "$OUT/$1.log" >&2
		printf 'plimsoll: coverage: expected the unit tests of %s to pass: mend them first\n' "$1" >&2
		exit 1
	fi
}

report() {
	gcovr --filter '(su-exec|entrypoint)/[a-z-]+\.c$' "$@" build/su-exec.cover build/entrypoint.cover
}

print_table() {
	jq -r '["", "lines", "reached", "branches", "reached"],
		((.files[], . + {filename: "all"}) | [.filename, .line_total, .line_covered, .branch_total, .branch_covered])
		| @tsv' "$OUT/summary.json" | awk -F '\t' '{ printf "%-24s %8s %8s %10s %8s\n", $1, $2, $3, $4, $5 }'
}

print_marks() {
	printf '\nOut of reach: '
	grep -nE "$MARK" su-exec/*.c entrypoint/*.c || printf 'nothing is marked\n'
}

print_missing() {
	report --txt-metric branch >"$OUT/branches" 2>"$OUT/log"
	awk '/^(su-exec|entrypoint)\// && $NF !~ /%$/ { print "plimsoll: coverage: " $1 ": lines " $NF what ": expected to be reached" }' \
		what='' "$OUT/lines" what=' (a branch of each)' "$OUT/branches" >&2
	printf 'plimsoll: coverage: write a unit test, or mark the line with its reason, as in /* GCOV_EXCL_BR_LINE: … */\n' >&2
	return 1
}

main "$@"
