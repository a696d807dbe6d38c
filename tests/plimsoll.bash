# shellcheck shell=bash
# What the suites that attack `plimsoll check` load: fixture images, the engine's events, and what must hold of a call
# whatever it is given.
# shellcheck disable=SC2034,SC2154  # output, stderr and status are set by bats

bats_require_minimum_version 1.11.0
cd "$BATS_TEST_DIRNAME/.." || return
# shellcheck source=tests/engine.bash
. tests/engine.bash

PLIMSOLL=${PLIMSOLL:-$PWD/build/plimsoll}
HOSTILE=$PWD/tests/fixtures/plimsoll-hostile

# Each `setup_file` and `teardown_file` call these. make_fixtures [NAME]...: with those images of the table, as $PREFIX:NAME.
make_fixtures() {
	export PREFIX EVENTS=$BATS_FILE_TMPDIR/events PLIMSOLL_RUN=${PLIMSOLL_RUN:-hostile-$$}
	PREFIX=plimsoll-test/$(basename "$BATS_TEST_FILENAME" .bats)-$$
	gcc -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/watch" "$HOSTILE/watch.c"
	if (($# > 0)); then tests/fixtures/plimsoll/build.sh "$PREFIX" "$@" >&2; fi
	"${ENGINE:-docker}" events --format '{{json .}}' --filter type=container --filter type=network --filter type=volume \
		--filter event=create --filter event=mount --filter event=connect >"$EVENTS" 2>&1 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/events.pid"
}

remove_fixtures() {
	kill "$(<"$BATS_FILE_TMPDIR/events.pid")"
	engine image ls --quiet "$PREFIX" | sort -u | xargs --no-run-if-empty "${ENGINE:-docker}" image rm --force >/dev/null
}

prepare_test() {
	bats_load_library bats-support
	bats_load_library bats-assert
	OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err USAGE=$BATS_TEST_TMPDIR/usage
}

# call STATUS ARGUMENT...: (STATUS may be a pattern) plimsoll with its outputs in $OUT and $ERR, within $SECONDS_MOST seconds (60) and 64 MB, both
# outputs plain, and another status than the expected fails the test.
call() {
	local expected=$1 memory seconds found=0
	shift
	timeout --kill-after=5 110 "$BATS_FILE_TMPDIR/watch" "$USAGE" "$PLIMSOLL" "$@" >"$OUT" 2>"$ERR" 3>&- || found=$?
	# shellcheck disable=SC2053  # a pattern
	if [[ $found != $expected ]]; then
		fail "plimsoll $*: expected status $expected, found $found"$'\n'"$(tail -n 40 "$OUT" "$ERR")"
	fi
	read -r memory seconds <"$USAGE"
	assert_plain "$OUT"
	assert_plain "$ERR"
	if ((memory > 65536)); then fail "plimsoll $*: expected at most 65536 kB, found $memory"; fi
	if ((${seconds%.*} >= ${SECONDS_MOST:-60})); then fail "plimsoll $*: expected at most ${SECONDS_MOST:-60} s, found $seconds"; fi
}

# assert_plain FILE: UTF-8 without controls but newline, and without marks that turn the order of what is shown.
assert_plain() {
	local found
	if ! iconv --from-code UTF-8 --to-code UTF-8 "$1" >/dev/null; then fail "$1: expected UTF-8"; fi
	if found=$(LC_ALL=C.UTF-8 grep --text --line-number --perl-regexp \
		'[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]' "$1"); then
		fail "$1: expected nothing that drives a terminal, found: $(cat --show-nonprinting <<<"$found" | head -n 3)"
	fi
}

# assert_said PATTERN: one line on standard error, nothing on standard output.
assert_said() {
	assert_equal "$(wc -l <"$ERR") line(s) of standard error: $(<"$ERR")" "1 line(s) of standard error: $(<"$ERR")"
	assert_equal "$(<"$OUT")" ''
	assert_regex "$(<"$ERR")" "^plimsoll: $1"
}

# assert_not_checked PATTERN: the one line of an image that could not be looked at.
assert_not_checked() {
	assert_equal "$(wc -l <"$OUT") lines: $(<"$OUT")" "2 lines: $(<"$OUT")"
	assert_equal "$(<"$ERR")" ''
	assert_regex "$(tail -n 1 "$OUT")" "^  not checked: $1"
}

# Names of the containers that were made of the image; those of others on this engine are not its business.
made_of() {
	jq --raw-input --raw-output --arg image "$1" 'fromjson? | select(.Type == "container" and .Action == "create")
		| .Actor.Attributes | select(.["plimsoll.image"] == $image) | .name' "$EVENTS"
}

# assert_nothing_left IMAGE [LEAST]: at least so many containers (1) were made of it, and none is there, nor a volume.
assert_nothing_left() {
	local made ids volumes
	made=$(made_of "$1" | wc -l)
	if ((made < ${2:-1})); then fail "$1: expected at least ${2:-1} containers to be made, found $made"; fi
	assert_equal "containers: $(engine ps --all --filter "label=plimsoll.image=$1" --format '{{.Names}}')" 'containers: '
	ids=$(made_of "$1" | sed -nE 's/^plimsoll-([0-9a-f]{32}).*/\1/p' | sort -u)
	for id in $ids; do
		assert_equal "containers: $(engine ps --all --quiet --filter "label=plimsoll.check=$id")" 'containers: '
		assert_equal "volumes: $(engine volume ls --quiet --filter "label=plimsoll.check=$id")" 'volumes: '
	done
	# Those without a name too.
	volumes=$(jq --raw-input --raw-output --arg image "$1" --slurp '
		[split("\n")[] | fromjson?] as $events
		| [$events[] | select(.Type == "container" and .Actor.Attributes["plimsoll.image"] == $image) | .Actor.ID] as $ours
		| $events[] | select(.Type == "volume" and .Action == "mount") | select(.Actor.Attributes.container as $id | $ours | index($id))
		| .Actor.ID' "$EVENTS" | sort -u)
	for id in $volumes; do
		if engine volume inspect "$id" >/dev/null 2>&1; then fail "$1: the volume $id is still there"; fi
	done
}

# assert_no_network IMAGE: every one of its containers that was started was started without.
assert_no_network() {
	local networks
	networks=$(jq --raw-input --raw-output --arg image "$1" --slurp '
		[split("\n")[] | fromjson?] as $events
		| [$events[] | select(.Type == "container" and .Actor.Attributes["plimsoll.image"] == $image) | .Actor.ID] as $ours
		| $events[] | select(.Type == "network") | select(.Actor.Attributes.container as $id | $ours | index($id))
		| .Actor.Attributes.name' "$EVENTS" | sort -u)
	assert_equal "networks: $networks" 'networks: none'
}

# outcome CHECK: of the report in $OUT.
outcome() {
	awk -v check="$1" '$2 == check {print $1}' "$OUT"
}
