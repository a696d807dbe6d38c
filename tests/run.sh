#!/usr/bin/env bash
# Runs the tests. The last line is "N passed, N failed, N skipped".
#
# Usage: tests/run.sh [NAME]
#   NAME  a suite (a file of tests/ without .bats), or "unit", or an image ("07", "07-user", "app:release"); all without
# Exit: 0 all passed, 1 one failed, or was skipped where CI is set, 2 usage, 3 engine trouble.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/promises.sh
. examples/promises.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh

RESULTS=build/results
# Those that need no image of the ladder; every other one does.
IMAGELESS_SUITES=(bases bench binaries charts coverage entrypoint{,-differences,-files,-init,-page,-races,-settings}
	fuzz lint plimsoll{,-checks,-formats,-hostile,-input,-interrupt,-page,-podman,-sanitize} su-exec{,-faults,-peers,-regain})

main() {
	local -a suites=()
	require_engine
	load_promises
	choose_suites "${1:-}"
	rm -rf "$RESULTS"
	mkdir -p "$RESULTS"
	trap stop_and_clean EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	run_units "${1:-}"
	if build_what_is_tested; then
		run_suites
	else
		printf 'not ok build\n' >"$RESULTS/build.tap"
	fi
	report
}

# An interrupted run leaves no suite running, and nothing that a test made.
stop_and_clean() {
	local running
	running=$(jobs -rp)
	if [[ -n $running ]]; then kill -- "-$running" && wait "$running" || printf 'plimsoll: tests: interrupted\n' >&2; fi
	remove_run
}

choose_suites() {
	local name=$1 suite
	if [[ -z $name ]]; then
		for suite in tests/*.bats; do suites+=("$(basename "$suite" .bats)"); done
	elif [[ -e tests/$name.bats ]]; then
		mapfile -t suites < <(find tests -maxdepth 1 \( -name "$name.bats" -o -name "$name-*.bats" \) -exec basename -s .bats {} + | sort)
	elif [[ $name != unit ]]; then
		promised_images "$name" >/dev/null || {
			printf 'plimsoll: %s: no such suite either: there are unit, %s\n' "$name" "$(basename -s .bats tests/*.bats | paste -sd, | sed 's/,/, /g')" >&2
			exit 2
		}
		PLIMSOLL_IMAGE=$(one_image "$name")
		export PLIMSOLL_IMAGE
		suites=(ladder images users rebuild)
	fi
}

build_what_is_tested() {
	if [[ ${suites[*]} == lint ]]; then return 0; fi
	tests/binaries.sh >&2 || return
	if needs_images; then examples/build.sh "${PLIMSOLL_IMAGE:-}" || return; fi
}

needs_images() {
	local suite
	for suite in "${suites[@]}"; do
		if [[ " ${IMAGELESS_SUITES[*]} " != *" $suite "* ]]; then return 0; fi
	done
	return 1
}

# libcheck's programs write TAP as well; a failure is counted, not fatal, so that the rest still runs.
run_units() {
	if [[ -n $1 && $1 != unit ]]; then return; fi
	run_unit su-exec unit
	run_unit su-exec sanitize
	run_unit entrypoint unit
	run_unit entrypoint sanitize
	run_unit plimsoll unit
	run_unit plimsoll sanitize
}

run_unit() {
	local part=$1 target=$2 tap=$PWD/$RESULTS/unit-$1-$2.tap
	CK_TAP_LOG_FILE_NAME=$tap make --no-print-directory --jobs 2 -f "$part/build.mk" "$target" >&2 ||
		printf 'not ok %s tests of %s\n' "$target" "$part" >>"$tap"
}

# Those that watch what containers do run last, one test at a time: on a busy machine some of it is not to be seen.
run_suites() {
	local suite
	local -a together=() alone=()
	for suite in "${suites[@]}"; do
		if [[ $suite =~ ^(ladder|plimsoll(-checks|-hostile|-input|-interrupt|-podman|-sanitize|-structure)?)$ ]]; then alone+=("$suite"); else together+=("$suite"); fi
	done
	run_bats together 4 "${together[@]}"
	run_bats alone 1 "${alone[@]}"
}

# run_bats NAME JOBS [SUITE]...: their report is RESULTS/NAME.tap.
run_bats() {
	local name=$1 jobs=$2
	shift 2
	if (($# == 0)); then return 0; fi
	local -a files=("${@/%/.bats}")
	export BATS_TEST_TIMEOUT=300
	mkdir "$RESULTS/$name"
	# In the background, since a trap waits for a foreground command to end; in a process group of its own (-m),
	# or the tests would inherit that INT is ignored.
	set -m
	bats --timing --print-output-on-failure --jobs "$jobs" --report-formatter tap --output "$RESULTS/$name" \
		"${files[@]/#/tests/}" &
	set +m
	await_suites $!
	# Not there where the runner never got that far: its status is counted.
	if [[ -e $RESULTS/$name/report.tap ]]; then mv "$RESULTS/$name/report.tap" "$RESULTS/$name.tap"; fi
}

# The results of suites that run side by side come in blocks: in between, a line every 5 seconds.
await_suites() {
	local pid=$1 from=$SECONDS
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		if (((SECONDS - from) % 5 == 0)); then printf '%4d s: tests are running\n' $((SECONDS - from)) >&2; fi
	done
	wait "$pid" || BATS_STATUS=$?
}

# Counts what TAP says. A runner that failed without a failed test counts as one: it never got that far.
report() {
	local passed failed skipped must_run
	skipped=$(count '^ok .* # skip')
	passed=$(($(count '^ok ') - skipped))
	failed=$(count '^not ok ')
	if ((failed == 0 && ${BATS_STATUS:-0} != 0)); then failed=1; fi
	must_run=$(cat "$RESULTS"/*.tap | grep -E '^ok .* # skip' | grep -vc '# skip not on this host: ' || [[ $? == 1 ]])
	if [[ -n ${CI:-} ]] && ((must_run > 0)); then
		printf 'plimsoll: %d skipped that CI should have run:\n' "$must_run" >&2
		grep -hE '^ok .* # skip' "$RESULTS"/*.tap >&2
		failed=$((failed + must_run))
		skipped=$((skipped - must_run))
	fi
	grep -hs '^not ok' "$RESULTS"/*.tap | sed 's/^/plimsoll: failed: /' >&2 || [[ $? == 1 ]]
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	((failed == 0 && passed > 0))
}

count() {
	cat "$RESULTS"/*.tap | grep -cE "$1" || [[ $? == 1 ]]
}

main "$@"
