# bench/: it runs, it can fail, and su-exec/BENCHMARKS.md says what it found.
# Nothing is timed here: a ratio of twenty rounds on a busy machine means nothing.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

FIGURES=su-exec/benchmarks.json

setup() {
	use_libraries
}

@test "a run of few rounds finds every figure that the tables and the targets show" {
	local table
	# A run of its own: it removes what its run made when it ends.
	PLIMSOLL_RUN=$UNIQUE bench/bench.sh --try >"$BATS_TEST_TMPDIR/figures" 2>"$BATS_TEST_TMPDIR/log" || { cat "$BATS_TEST_TMPDIR/log"; return 1; }
	for table in bench/tables/*.jq; do
		run -0 jq -r -L bench "$(<"$table")" "$BATS_TEST_TMPDIR/figures"
		refute_output --partial null
		assert_line --regexp '^\| .*[0-9]'
	done
	run -0 jq -L bench 'include "targets"; targets[].found | numbers | select(. > 0)' "$BATS_TEST_TMPDIR/figures"
	assert_equal "${#lines[@]}" "$(jq -L bench 'include "targets"; targets | length' "$BATS_TEST_TMPDIR/figures")"
}

@test "the figures of su-exec/benchmarks.json meet every target" {
	run -0 bench/bench.sh --judge "$FIGURES"
	refute_line --regexp '^not met'
}

# missed JQ TARGET: the figures, changed so that they miss that target alone, fail the judge.
missed() {
	jq "$1" "$FIGURES" >"$BATS_TEST_TMPDIR/figures"
	run -1 bench/bench.sh --judge "$BATS_TEST_TMPDIR/figures"
	assert_line --regexp "^not met  $2: at most"
	assert_equal "$(grep --count '^not met' <<<"$output")" 1
}

@test "a target that is missed is named, and fails the run" {
	missed '(.drop[] | select(.name == "floor")).median /= 1.5' 'su-exec with a name, of the time of the floor'
	missed '(.drop[] | select(.name == "gosu")).fastest /= 3' 'su-exec with a name, of the time of gosu'
	missed '(.start[] | select(.name == "entrypoint.sh")).fastest /= 9' 'entrypoint, user made, of the time of entrypoint.sh'
	missed '(.inits[] | select(.name == "entrypoint")).forward.median *= 3' 'entrypoint --init, a signal forwarded, of the time of tini'
	missed '(.inits[] | select(.name == "entrypoint")).reap.median *= 3' 'entrypoint --init, an orphan reaped, of the time of tini'
	missed '(.inits[] | select(.name == "entrypoint")).memory.rss = 4000' 'entrypoint --init, memory, of that of tini'
	missed '(.memory[] | select(.name == "su-exec" and .lines == 100000)).kilobytes += 4' 'su-exec, peak memory .*'
	missed '.sizes["su-exec"] = 32769' 'su-exec, bytes of the file'
}

@test "su-exec/BENCHMARKS.md holds the figures of su-exec/benchmarks.json" {
	run -0 examples/pages.sh --check
}

@test "a command that fails ends the rounds with its name" {
	make --no-print-directory -f bench/build.mk >&2
	run -1 build/bench/rounds 2 <<<'broken: /bin/false'
	assert_output 'rounds: /bin/false: expected exit 0, found wait status 0x100'
	run -2 build/bench/rounds 0 <<<'broken: /bin/true'
	assert_output --partial 'COUNT: must be a number from 1'
}
