# Rung 05: prebuilt tools, and what keeps a wrong one out. Where the release host can't be reached, from a mirror.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

RUNG=plimsoll/05-cargo-binstall
RECIPE=examples/05-cargo-binstall/Containerfile
OTHER_CHECKSUM=0000000000000000000000000000000000000000000000000000000000000000

setup() {
	use_libraries
}

teardown() {
	remove_container
}

# The stage that fetches the tools, as an image of this test's name.
build_tools() {
	build_image "$RUNG" --tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" --target tools "$@"
}

assert_not_built() {
	assert_failure
	refute_output --partial 'Compiling'
	run -1 engine image inspect "$UNIQUE"
}

@test "05-cargo-binstall: the Containerfiles pin what bases/names.sh pins" {
	local arg tool
	while read -r arg tool; do
		assert_file_contains "$RECIPE" "^ARG $arg=${TOOL_ARCHIVES[$tool]}\$"
		assert_file_contains "$RECIPE" "^ARG ${arg}_SHA256=${TOOL_CHECKSUMS[$tool]}\$"
	done <<<$'BINSTALL cargo-binstall\nCHEF cargo-chef\nNEXTEST cargo-nextest'
	for tool in cargo-chef cargo-nextest; do
		assert_file_contains "$RECIPE" " $tool@${TOOL_VERSIONS[$tool]}\\b"
		assert_file_contains "$RECIPE.compiled" " $tool@${TOOL_VERSIONS[$tool]}\\b"
	done
}

@test "05-cargo-binstall: the tools run, and are of the pinned versions" {
	run -0 build_tools
	# shellcheck disable=SC2016  # for the container's shell
	run -0 run_once "$UNIQUE" bash -c 'for tool in binstall chef nextest; do "cargo-$tool" "$tool" -V | head -n 1; done'
	assert_line --index 0 "${TOOL_VERSIONS[cargo-binstall]}"
	assert_line --index 1 "cargo-chef-chef ${TOOL_VERSIONS[cargo-chef]}"
	assert_line --index 2 --regexp "^cargo-nextest ${TOOL_VERSIONS[cargo-nextest]}( |\$)"
}

@test "05-cargo-binstall: an installer of another checksum is not unpacked, and the build says which file it is" {
	run build_tools --build-arg "BINSTALL_SHA256=$OTHER_CHECKSUM"
	assert_output --partial 'cargo-binstall.tgz: FAILED'
	refute_output --partial 'Resolving package'
	assert_not_built
}

for arg in CHEF NEXTEST; do
	bats_test_function --description "05-cargo-binstall: cargo-${arg,,} of another checksum fails the build, which says so" -- wrong_tool "$arg"
done
wrong_tool() {
	run build_tools --build-arg "$1_SHA256=$OTHER_CHECKSUM"
	assert_output --partial "cargo-${1,,}.tgz: FAILED"
	assert_not_built
}

@test "05-cargo-binstall: a tool that isn't there fails the build; it is not compiled instead" {
	run build_tools --build-arg CHEF=LukeMathWalker/cargo-chef/releases/download/v0.1.71/gone.tgz
	assert_output --partial 'For crate cargo-chef: Fallback to cargo-install is disabled'
	refute_output --partial QuickInstall
	assert_not_built
}

@test "mirror: not needed for a Containerfile without releases, nor where they were reached" {
	run -1 needs_mirror examples/04-cargo-chef/Containerfile
	engine() { printf '1.2.3, %s\n' "$WAY"; }
	WAY=prebuilt run -1 needs_mirror "$RECIPE"
	WAY=compiled run -0 needs_mirror "$RECIPE"
}

require_mirror() {
	if ! needs_mirror "$RECIPE"; then skip 'not on this host: the release host is reached, and no mirror is made'; fi
}

@test "mirror: it has the archives under the release host's paths, of the checksums that it tells" {
	require_mirror
	start_mirror
	run -0 bash -o pipefail -c "curl --fail --silent --show-error 'http://$MIRROR_ADDRESS/${TOOL_ARCHIVES[cargo-chef]}' | sha256sum"
	stop_mirror
	assert_equal "$(grep CHEF_SHA256 <<<"$MIRROR_ARGUMENTS")" "CHEF_SHA256=${output%% *}"
}

@test "mirror: it goes with the shell that started it, even when that is killed" {
	require_mirror
	local container tries pid
	(
		exec 3>&-
		start_mirror
		printf '%s\n' "$MIRROR" >"$BATS_TEST_TMPDIR/mirror"
		exec sleep 60
	) &
	pid=$!
	for ((tries = 0; tries < 100; tries++)); do
		if [[ -s $BATS_TEST_TMPDIR/mirror ]]; then break; fi
		sleep 0.1
	done
	container=$(<"$BATS_TEST_TMPDIR/mirror")
	run -0 engine inspect --format '{{.State.Running}}' "$container"
	assert_output true
	kill -KILL "$pid"
	for ((tries = 0; tries < 100; tries++)); do
		if ! engine inspect "$container" >/dev/null 2>&1; then return; fi
		sleep 0.1
	done
	fail "the mirror's container: expected it gone within 10 s, found: $(engine ps --all --filter "id=$container")"
}

@test "05-cargo-binstall: fetching the tools was measured at least ten times faster than compiling them" {
	run -0 jq '.tools.compiled / .tools.prebuilt >= 10' examples/measured.json
	assert_output true
}
