# Each system call of su-exec, made to fail and made to lie. What must come of it stands in tables, in
# tests/fixtures/su-exec-faults. Runs as root with a container's capabilities, on the users of the tests image.
# At the end comes a table of what each fault did.

bats_require_minimum_version 1.11.0

setup_file() {
	export TABLE=$BATS_FILE_TMPDIR/table
	: >"$TABLE"
	if ! strace --output=/dev/null true; then export SKIP='not on this host: strace may not trace its child'; fi
}

teardown_file() {
	sort --unique "$TABLE" | column --table --separator '|' --table-columns 'call,fault,exit,message' | sed 's/^/# /' >&3
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	if [[ -n ${SKIP:-} ]]; then skip "$SKIP"; fi
	export SU_EXEC=${SU_EXEC:-build/su-exec}
	INJECT=tests/fixtures/su-exec-faults/inject.sh
}

@test "whichever call fails or lies, the drop is whole or nothing is executed" {
	run -0 "$INJECT" calls root
	assert_output ''
}

@test "with --lock, whichever call fails or lies, drop and lock are whole or nothing is executed" {
	run -0 "$INJECT" calls root --lock
	assert_output ''
}

@test "the same where close_range(2) does not work" {
	run -0 "$INJECT" calls root --lock --no-close-range
	assert_output ''
}

@test "the same where no_setuid_fixup is set" {
	run -0 "$INJECT" calls fixup
	assert_output ''
}

@test "each error that files, memory, ids, capabilities and exec can give has its exit status and its message" {
	run -0 "$INJECT" errors
	assert_output ''
}

@test "no row of the table is about a call that su-exec no longer makes" {
	run -0 "$INJECT" rows
	assert_output ''
}
