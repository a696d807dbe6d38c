# Each Containerfile with the engine's old builder as well. BuildKit builds everything else.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

# One after the other: the classic builder shares stages only with builds that are done.
setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
}

teardown() {
	remove_container
}

for_each_image '.builder != "buildkit"' -- 'the classic builder builds it, and it runs' classic_builder
classic_builder() {
	local name=${1#plimsoll/}
	BUILDER=classic run -0 examples/build.sh "$name"
	if [[ $1 == *:* ]]; then name+=-classic; else name+=:classic; fi
	start "plimsoll/$name"
	run -0 pid1_user "$CONTAINER"
	assert_output "$(promised "$1" runs_as)"
}

@test "13-cache-mounts: the classic builder can't read it, and says why" {
	BUILDER=classic run -2 examples/build.sh 13
	assert_output 'plimsoll: 13-cache-mounts: its Containerfile needs BuildKit: build it without BUILDER=classic'
}
