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

@test "08-any-user: one volume, two numbers without a passwd entry, one after the other: group 0 lets both write" {
	local user
	engine volume create --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE" >/dev/null
	for user in 12345 54321; do
		start plimsoll/08-any-user --user "$user" --volume "$UNIQUE:/var/lib/app"
		run -0 processes "$CONTAINER"
		assert_output --regexp "^1 app $user,$user,$user,$user 0,0,0,0 ?0?$"
		run -0 fetch /visits
		if [[ $user == 12345 ]]; then remove_container; fi
	done
	assert_output 2
	# It replaced the other's file. One of 12345's own is not its to write into.
	run -0 engine exec --user 12345 "$CONTAINER" sh -c 'echo mine >/var/lib/app/file'
	run ! engine exec "$CONTAINER" sh -c 'echo more >>/var/lib/app/file'
	assert_output --partial 'Permission denied'
	remove_container
	engine volume rm "$UNIQUE" >/dev/null
}

@test "08-any-user: a user that passwd knows comes with its own group, and can't write; with group 0 it can" {
	run -1 run_once --user www-data plimsoll/08-any-user
	assert_output --regexp '^app: /var/lib/app/visits: .*uid 33 '
	start plimsoll/08-any-user --user www-data:0
	run -0 fetch /visits
	assert_output 1
}

# The tree of a test is in the tests container, not on the engine's host: the probe's volume stands for a host folder.
@test "08-any-user: a bind mount of group 0 is written by any number, and one of somebody else's is refused" {
	local path
	engine volume create --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE" >/dev/null
	path=$(engine volume inspect --format '{{.Mountpoint}}' "$UNIQUE")
	engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" --volumes-from "$PROBE:ro" --volume "$path:/data" "$PROBE" \
		/probe/busybox sh -c '/probe/busybox chown 1000:1000 /data && /probe/busybox chmod 770 /data'
	run -1 run_once --user 12345 --volume "$path:/var/lib/app" plimsoll/08-any-user
	assert_output --regexp '^app: /var/lib/app/visits: .*uid 12345 '
	engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" --volumes-from "$PROBE:ro" --volume "$path:/data" "$PROBE" \
		/probe/busybox chgrp 0 /data
	start plimsoll/08-any-user --user 12345 --volume "$path:/var/lib/app"
	run -0 fetch /visits
	assert_output 1
	remove_container
	engine volume rm "$UNIQUE" >/dev/null
}

@test "10-runtime-user-c: sh and busybox are not there for an attacker, by name or by path" {
	local program
	for program in sh bash busybox /bin/sh /busybox/sh; do
		run -127 run_once plimsoll/10-runtime-user-c "$program" -c id
		assert_output --partial "entrypoint: $program: No such file or directory"
	done
}
