# What a change of one source line costs, and that it arrives: each image is built again from a changed copy.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers
. examples/change.sh

# A build from nothing takes longer than other tests may.
setup_file() {
	export BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
}

teardown() {
	remove_container
}

for_each_image -- 'a source change reaches the running image, and compiles what was promised' source_change
source_change() {
	local greeting log=$BATS_TEST_TMPDIR/log
	build_change "$1"
	# A builder short of room drops layers that were not used for a while. Then the first change made them again.
	if [[ $(promised "$1" rebuild.compiles) == own ]] && grep --quiet 'Compiling tokio v' "$log"; then build_change "$1"; fi
	assert_file_contains "$log" 'Compiling app v'
	if [[ $(promised "$1" rebuild.compiles) == own ]]; then
		run -1 grep --extended-regexp 'Compiling (axum|hyper|tokio) v' "$log"
	else
		assert_file_contains "$log" 'Compiling tokio v'
	fi
	start "$UNIQUE"
	run -0 fetch /
	assert_output --partial "$greeting"
}

# Sets its caller's greeting; the build's output goes to its log.
build_change() {
	greeting="Changed at $EPOCHREALTIME"
	rm -rf "$BATS_TEST_TMPDIR/tree"
	changed_tree "$BATS_TEST_TMPDIR/tree" "$greeting"
	build_image "$1" --context "$BATS_TEST_TMPDIR/tree" --tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" >"$log" ||
		fail "$(tail -n 20 "$log")"
}
