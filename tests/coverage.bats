#!/usr/bin/env bats
# What the C unit tests reach, and that the report tells when they miss something.
# shellcheck disable=SC2154  # output and status are set by bats

bats_require_minimum_version 1.11.0

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
}

# A tree of its own, for a change that must not reach this one.
copy_tree() {
	mkdir "$BATS_TEST_TMPDIR/tree"
	cp -a su-exec entrypoint tests "$BATS_TEST_TMPDIR/tree"
	cd "$BATS_TEST_TMPDIR/tree" || return
}

@test "the unit tests reach every line and branch of su-exec, and of entrypoint's parsers" {
	run -0 tests/coverage.sh
	assert_line --regexp '^su-exec/drop\.c +[0-9]+ '
	assert_line --regexp '^entrypoint/settings\.c +[0-9]+ '
	assert_line --regexp '^all +([0-9]+) +\1 +([0-9]+) +\2$'
}

@test "a line that no unit test reaches is named" {
	copy_tree
	sed -i '1a static bool never(void) { return true; }\nbool (*const unused)(void) = never;\nextern bool (*const unused)(void);' su-exec/number.c
	run -1 tests/coverage.sh
	assert_line 'plimsoll: coverage: su-exec/number.c: lines 2: expected to be reached'
}

@test "a branch that no unit test takes is named" {
	copy_tree
	sed -i 's/if (length == 0)$/if (length == 0 || length == 123456)/' su-exec/identity.c
	run -1 tests/coverage.sh
	assert_line --regexp '^plimsoll: coverage: su-exec/identity\.c: lines [0-9]+ \(a branch of each\): expected to be reached$'
}

@test "a unit test that fails ends the report" {
	copy_tree
	sed -i 's/number > ID_MAX/number > UINT32_MAX/' su-exec/number.c
	run -1 tests/coverage.sh
	assert_output --partial 'expected to be refused, found 4294967295'
	assert_output --partial 'expected the unit tests of su-exec to pass'
}
