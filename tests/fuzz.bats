#!/usr/bin/env bats
# A short run of each fuzz target, and proof that each finds what it is for: a bug is planted in a copy of the tree.
# shellcheck disable=SC2154  # output and status are set by bats

bats_require_minimum_version 1.11.0

# The targets are built in this tree, once for all tests, and where nothing has changed, not even then; what a test
# changes is built again in its copy.
setup_file() {
	local part
	cd "$BATS_TEST_DIRNAME/.." || return
	for part in su-exec entrypoint plimsoll; do
		make --no-print-directory --silent --jobs 2 -f "$part/build.mk" fuzz >"$BATS_FILE_TMPDIR/build.log" 2>&1 ||
			{ cat "$BATS_FILE_TMPDIR/build.log"; return 1; }
	done
	mkdir --parents "$BATS_FILE_TMPDIR/tree/build"
	cp -a su-exec entrypoint plimsoll tests "$BATS_FILE_TMPDIR/tree"
	cp -a build/*.fuzz "$BATS_FILE_TMPDIR/tree/build"
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
}

# In a tree of its own, as suites run side by side, and what an earlier run left there would help.
copy_tree() {
	cp -a "$BATS_FILE_TMPDIR/tree" "$BATS_TEST_TMPDIR/tree"
	cd "$BATS_TEST_TMPDIR/tree" || return
}

assert_nothing_found() {
	copy_tree
	run -0 tests/fuzz.sh 3 "$1"
	assert_output --regexp "^$1: [0-9]+ executions, [0-9]+ edges of code, nothing found$"
	assert_equal "$(find "build/fuzz/$1" -type f)" ''
	# More than the seeds alone; how many more is the machine's doing.
	local executions=${output#*: } seeds
	seeds=$(find ./*/fuzz/corpus -path "*/$1/*" -type f | wc -l)
	assert [ "$seeds" -gt "${2:-8}" ]
	assert [ "${executions%% *}" -gt $((2 * seeds)) ]
}

# assert_finds TARGET FILE EXPRESSION REASON: with that change (of sed) the target's line says the reason.
assert_finds() {
	copy_tree
	cp "$2" before
	sed -i "$3" "$2"
	run -1 diff before "$2"
	run -1 tests/fuzz.sh 20 "$1"
	assert_line --index 0 --regexp "^$1: [0-9]+ executions, [0-9]+ edges of code, FOUND in build/fuzz/$1:$"
	assert_line --regexp "$4"
	assert_line --regexp "^build/fuzz/$1/crash-[0-9a-f]+$"
}

@test "fuzzing finds nothing in specs" {
	assert_nothing_found spec
}

@test "fuzzing finds no difference to the C library in passwd" {
	assert_nothing_found passwd
}

@test "fuzzing finds no difference to the C library in group" {
	assert_nothing_found group
}

@test "fuzzing finds nothing in entrypoint's settings" {
	assert_nothing_found settings
}

@test "fuzzing finds nothing in the entries that entrypoint adds" {
	assert_nothing_found accounts
}

@test "fuzzing finds nothing in plimsoll.yaml" {
	assert_nothing_found config
}

@test "fuzzing finds nothing in facts that are judged" {
	assert_nothing_found facts 5
}

@test "fuzzing finds nothing in archives of images" {
	assert_nothing_found archive 1
}

@test "fuzzing finds no difference to a plain matcher in the patterns of waivers" {
	assert_nothing_found pattern
}

@test "a number that wraps around to root is found" {
	assert_finds spec su-exec/number.c '/if (number > ID_MAX)/,+1d' '^fuzz: [0-9]+: expected itself or to be refused, found [0-9]+'
}

@test "a group that is taken although another one was asked for is found" {
	assert_finds spec su-exec/identity.c 's/identity->gid = found.gid/identity->gid = 0/' '^fuzz: .*: expected its gid in group, found 0'
}

@test "a malformed line that is passed over is found" {
	assert_finds passwd su-exec/account.c 's/if (!read_user_line(&scan, key, user))/if (!read_user_line(\&scan, key, user) || scan.malformed)/' \
		'^fuzz: .*: expected the result 3, found [01]'
}

@test "a field that is written behind its end is found" {
	assert_finds passwd su-exec/account.c 's/text != NULL && used < size)/text != NULL \&\& used <= size)/' \
		'^SUMMARY: AddressSanitizer: .*overflow|runtime error: '
}

@test "a member that is taken for another one is found" {
	assert_finds group su-exec/account.c 's/strcmp(listed, member) == 0/strncmp(listed, member, strlen(member)) == 0/' \
		'^fuzz: .*: expected [0-9]+ groups, found [0-9]+, or others|expected the list to be read'
}

@test "a directory of the system that is let through is found" {
	assert_finds settings entrypoint/settings.c 's/length <= 2 \&\& path\[0\]/length < 2 \&\& path[0]/' '^fuzz: .*/\.\..*: expected to be refused'
}

@test "an entry that is joined to the line before it is found" {
	assert_finds accounts entrypoint/accounts.c "s/(last == '\\\\n' || write_bytes(new, .*, 1))/true/" '^fuzz: .*: expected the old file and '
}

@test "a port that is none, and is taken from plimsoll.yaml, is found" {
	assert_finds config plimsoll/config/values.c 's/parse_count(text, 1, 65535, &port)/parse_count(text, 1, 99999999, \&port)/' '^fuzz: expected a port of 16 bits'
}

@test "what is kept of a plimsoll.yaml that is refused is found" {
	assert_finds config plimsoll/config/config.c '/^	free_configs(configs);$/d' '^fuzz: expected that nothing is kept'
}

@test "a failed check that does not say what was expected is found" {
	assert_finds facts plimsoll/judge/judge.c 's/OUTCOME_FAIL, copy_text(expected)/OUTCOME_FAIL, *expected == 63 ? copy_text(expected) : NULL/' \
		': expected what is expected, where it failed alone'
}

@test "a star that stops at a slash is found" {
	assert_finds pattern plimsoll/config/waivers.c 's/fnmatch(waiver->path, path, 0)/fnmatch(waiver->path, path, FNM_PATHNAME)/' \
		'^fuzz: ".*" on ".*": expected a match'
}

@test "a wrong call is refused" {
	run -2 tests/fuzz.sh
	assert_output 'plimsoll: fuzz: SECONDS: must be a number from 1 to 86400, not ""'
	run -2 tests/fuzz.sh 007
	run -2 tests/fuzz.sh 86401
	run -2 tests/fuzz.sh 5 password
	assert_output 'plimsoll: fuzz: password: no such target: there are accounts, archive, config, facts, group, passwd, pattern, settings, spec, survey'
}
