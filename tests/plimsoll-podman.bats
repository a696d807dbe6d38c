#!/usr/bin/env bats
# `plimsoll check --engine podman`, as root and rootless, in a container that is a host for Podman.
# shellcheck disable=SC2154  # output and status are set by bats

load helpers

PLIMSOLL=${PLIMSOLL:-$PWD/build/plimsoll}

setup_file() {
	export HOST=plimsoll-podman-$PLIMSOLL_RUN FIXTURES=plimsoll-test/podman-$$
	engine build --quiet --build-arg DEBIAN_IMAGE="$DEBIAN_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$FIXTURES:host" \
		--file tests/fixtures/plimsoll-podman/Containerfile tests/fixtures/plimsoll-podman >&2
	tests/fixtures/plimsoll/build.sh "$FIXTURES" service user-none >&2
	# As much as Podman needs to make containers; a limit that is raised needs CAP_SYS_RESOURCE, which is not given.
	engine run --detach --init --name "$HOST" --label "plimsoll.run=$PLIMSOLL_RUN" --cap-add ALL --cap-drop SYS_RESOURCE \
		--security-opt seccomp=unconfined --security-opt systempaths=unconfined "$FIXTURES:host" sleep infinity >&2
	engine cp "$PLIMSOLL" "$HOST:/usr/local/bin/plimsoll" >&2
	load_into root service user-none
	load_into rootless service
}

teardown_file() {
	engine rm --force --volumes "$HOST" >/dev/null
	engine image rm --force "$FIXTURES:host" "$FIXTURES:service" "$FIXTURES:user-none" >/dev/null
}

setup() {
	use_libraries
}

# on_host USER COMMAND...: standard input is the caller's.
on_host() {
	local home=/root runtime=/run
	if [[ $1 != root ]]; then home=/home/$1 runtime=/run/user/1000; fi
	engine exec --interactive --user "$1" --workdir / --env "HOME=$home" --env "XDG_RUNTIME_DIR=$runtime" "$HOST" "${@:2}"
}

# load_into USER NAME...
load_into() {
	local images=("${@:2}")
	engine save "${images[@]/#/$FIXTURES:}" | on_host "$1" podman load --quiet >&2
}

# checked USER NAME [OPTION]...: output is the report; nothing is left on that Podman.
checked() {
	output=$(on_host "$1" plimsoll check --engine podman --quiet "${@:3}" "localhost/$FIXTURES:$2" 2>&1 </dev/null) && status=0 || status=$?
	mapfile -t lines <<<"$output"
	assert_equal "containers: $(on_host "$1" podman ps --all --quiet </dev/null)" 'containers: '
	assert_equal "volumes: $(on_host "$1" podman volume ls --quiet </dev/null)" 'volumes: '
}

# assert_outcome CHECK OUTCOME
assert_outcome() {
	assert_equal "$1: $(awk -v check="$1" '$2 == check {print $1}' <<<"$output")" "$1: $2"
}

@test "Podman, as root: what behaves passes every check" {
	checked root service
	assert_equal "$status" 0
	refute_line --regexp '^ +(FAIL|ERROR) '
	assert_line --regexp '^ +[0-9]+ passed, 0 failed, '
	# What Podman itself writes into a container would be a change, and a user that it writes into passwd no unknown one.
	local check
	for check in starts becomes-healthy stops-on-term writes-nothing runs-read-only runs-as-anyone survives-limits layer-waste; do
		assert_outcome "$check" pass
	done
}

@test "Podman, as root: an image that runs as root fails" {
	checked root user-none --only user-set,starts,runs-unprivileged
	assert_equal "$status" 1
	assert_outcome user-set FAIL
	assert_outcome runs-unprivileged FAIL
	assert_outcome starts pass
}

@test "Podman, rootless: what behaves passes, and limits that the kernel does not hold are no pass" {
	checked rootless service
	refute_line --regexp '^ +FAIL '
	local errors
	errors=$(awk '$1 == "ERROR" {print $2}' <<<"$output")
	# Podman ignores limits there, and warns of it (podman-run(1), --memory).
	if [[ $(on_host rootless podman info --format '{{.Host.CgroupsVersion}}' </dev/null) == v1 ]]; then
		assert_equal "errors: $errors" 'errors: survives-limits'
	else
		assert_equal "errors: $errors" 'errors: '
	fi
}

@test "Podman: clean removes what a killed plimsoll left" {
	run on_host root timeout --signal KILL 2 plimsoll check --engine podman --quiet "localhost/$FIXTURES:service" </dev/null
	assert_equal "$status" 137
	assert [ -n "$(on_host root podman ps --all --quiet </dev/null)" ]
	run -0 on_host root plimsoll clean --engine podman </dev/null
	assert_output --regexp '^[1-9][0-9]* container\(s\) and volume\(s\) removed$'
	assert_equal "containers: $(on_host root podman ps --all --quiet </dev/null)" 'containers: '
	assert_equal "volumes: $(on_host root podman volume ls --quiet </dev/null)" 'volumes: '
}
