# shellcheck shell=bash
# What every suite loads. Runs at the top of the tree, inside the tests image.

bats_require_minimum_version 1.11.0
cd "$BATS_TEST_DIRNAME/.." || return
# shellcheck source=tests/engine.bash
. tests/engine.bash
# shellcheck source=examples/promises.sh
. examples/promises.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh
# shellcheck source=examples/judge.sh
. examples/judge.sh
# shellcheck source=examples/builder.sh
. examples/builder.sh
load_bases

# Each `setup` calls this: libraries, and a name that no other test has.
use_libraries() {
	bats_load_library bats-support
	bats_load_library bats-assert
	bats_load_library bats-file
	UNIQUE=plimsoll-$PLIMSOLL_RUN-$BATS_SUITE_TEST_NUMBER
}

# for_each_image [JQ-CONDITION] -- TITLE FUNCTION: registers FUNCTION IMAGE as a test of every image that meets it.
# NAME=, as in make test NAME=07, narrows the images.
for_each_image() {
	local condition=true image
	if [[ $1 != -- ]]; then condition=$1; shift; fi
	while read -r image; do
		bats_test_function --description "${image#plimsoll/}: $2" -- "$3" "$image"
	done < <(jq -r --arg name "${PLIMSOLL_IMAGE:-}" ".[] | select(\$name == \"\" or .image == \$name) | select($condition) | .image" "$PROMISES")
}

# Starts a service that this test removes again; sets CONTAINER, ADDRESS.
# (Not for use after `run`: it sets variables.)
start() {
	CONTAINER=$(run_service "$@" --name "$UNIQUE")
	locate
}

# A restarted container may have another address.
locate() {
	ADDRESS=$(engine inspect --format '{{.NetworkSettings.IPAddress}}' "$CONTAINER")
}

# A container that ends by itself, with this test's name and label.
run_once() {
	engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" --volumes-from "$PROBE:ro" "$@"
}

fetch() {
	curl --silent --show-error --fail --max-time 5 "http://$ADDRESS:3000$1"
}

remove_container() {
	if engine container inspect "$UNIQUE" >/dev/null 2>&1; then
		if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then engine logs "$UNIQUE"; fi
		engine rm --force --volumes "$UNIQUE" >/dev/null
	fi
}

# "PID NAME UIDS GIDS GROUPS", a line each, for every process of the container but the one that asks.
processes() {
	probe "$1" find /proc -maxdepth 2 -path '/proc/[0-9]*/status' -exec /probe/busybox cat '{}' + | awk '
		/^Name:/ {name = $2}
		/^Pid:/ {pid = $2}
		/^Uid:/ {uids = $2 "," $3 "," $4 "," $5}
		/^Gid:/ {gids = $2 "," $3 "," $4 "," $5}
		/^Groups:/ {sub(/^Groups:[ \t]*/, ""); sub(/ +$/, ""); if (name != "busybox") print pid, name, uids, gids, $0}'
}

# What the engine says of CONTAINER's health, within 20 seconds.
await_state() {
	local deadline=$((SECONDS + 20)) state=''
	until [[ $state == "$1" ]]; do
		if ((SECONDS > deadline)); then fail "health: expected $1 within 20 s, found $state"; fi
		sleep 0.2
		state=$(engine inspect --format '{{.State.Health.Status}}' "$CONTAINER")
	done
}
