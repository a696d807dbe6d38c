# What one rung alone shows.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

teardown() {
	remove_container
}

# Builds a stage or another Containerfile, under this test's own name.
build_as_test() {
	local log=$BATS_TEST_TMPDIR/log
	build_image "$1" --tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "${@:2}" >"$log" || fail "$(tail -n 20 "$log")"
}

@test "01-basic: the article's own five lines build, and say hello" {
	build_as_test plimsoll/01-basic --file examples/01-basic/Containerfile.article
	run -0 run_once "$UNIQUE"
	assert_output 'Hello, world!'
}

@test "06-nextest-archive: the archive holds the binary" {
	build_as_test plimsoll/06-nextest-archive --target build
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE"
	run -0 archive_contents
	assert_line target/release/app
}

archive_contents() {
	engine cp "$UNIQUE:/build/app.tar.zst" - | tar --extract --to-stdout | zstd --decompress --stdout | tar --list
}

@test "06-nextest-archive: the image holds the very binary that passed the tests" {
	build_as_test plimsoll/06-nextest-archive --target test
	run -0 run_once --entrypoint /probe/busybox "$UNIQUE" sha256sum /app/bin/app
	local tested=${output%% *}
	run -0 run_once --entrypoint /probe/busybox plimsoll/06-nextest-archive sha256sum /usr/local/bin/app
	assert_equal "${output%% *}" "$tested"
}

@test "Containerfile: a failing test keeps release from being built" {
	. examples/change.sh
	changed_tree "$BATS_TEST_TMPDIR/tree" "$GREETING, changed"
	printf '#[test]\nfn fails() {\n    assert_eq!(1, 2, "on purpose");\n}\n' >>"$BATS_TEST_TMPDIR/tree/examples/app/app/tests/service.rs"
	run ! build_image plimsoll/app:release --context "$BATS_TEST_TMPDIR/tree" --tag "$UNIQUE"
	assert_output --partial 'on purpose'
	run ! engine image inspect "$UNIQUE"
}

@test "07-user: the stages root, www-data and created run as just those users" {
	local stage user
	while read -r stage user; do
		build_as_test plimsoll/07-user --target "$stage"
		start "$UNIQUE"
		run -0 pid1_user "$CONTAINER"
		assert_equal "$stage: $output" "$stage: $user"
		run -0 fetch /visits
		remove_container
	done <<<$'root 0:0\nwww-data 33:33\ncreated 1001:1001'
}

@test "07-user: USER is a number, which an orchestrator can check; in the stage www-data it is a name" {
	run -0 engine image inspect --format '{{.Config.User}}' plimsoll/07-user
	assert_output 65532:65532
	build_as_test plimsoll/07-user --target www-data
	run -0 engine image inspect --format '{{.Config.User}}' "$UNIQUE"
	assert_output www-data
}

@test "09-runtime-user: the entry point starts as root; the service can't go back" {
	start plimsoll/09-runtime-user
	run -0 engine inspect --format '{{.Config.User}}' "$CONTAINER"
	assert_output ''
	run -0 probe "$CONTAINER" grep -E '^(CapInh|CapPrm|CapEff|CapAmb)' /proc/1/status
	assert_output "$(printf 'Cap%s:\t0000000000000000\n' Inh Prm Eff Amb)"
}
