#!/usr/bin/env bats
# plimsoll check is interrupted, or killed, at any moment: what is left is nothing, or what `plimsoll clean` removes.
# shellcheck disable=SC2030,SC2031,SC2154

load plimsoll

setup_file() {
	make_fixtures service stops-slowly
}

teardown_file() {
	remove_fixtures
}

setup() {
	prepare_test
}

# start IMAGE: a check in the background; sets PID.
start() {
	# A shell's background processes ignore INT, and what is ignored stays so.
	env --default-signal=INT "$PLIMSOLL" check --quiet --format pretty --format "json=$BATS_TEST_TMPDIR/report" "$PREFIX:$1" >"$OUT" 2>"$ERR" 3>&- &
	PID=$!
}

# interrupt SIGNAL IMAGE: at ten moments; within 5 seconds it has ended, with status 3, one line, and nothing left.
interrupt() {
	local moment sent took status
	for moment in 0.1 0.2 0.4 0.6 0.8 1.1 1.4 1.8 2.4 3; do
		start "$2"
		sleep "$moment"
		sent=$EPOCHREALTIME
		kill -s "$1" "$PID"
		status=0
		wait "$PID" || status=$?
		took=$(((${EPOCHREALTIME/./} - ${sent/./}) / 1000))
		assert_equal "after $moment s: status $status, $(<"$ERR")" "after $moment s: status 3, plimsoll: interrupted: nothing was judged"
		assert_equal "$(<"$OUT")" ''
		assert_equal "reports: $(find "$BATS_TEST_TMPDIR" -name 'report*')" 'reports: '
		assert_nothing_left "$PREFIX:$2" 0
		if ((took > 5000)); then fail "$1 after $moment s: expected an end within 5 s, found $took ms"; fi
	done
	assert_nothing_left "$PREFIX:$2" 5
}

@test "INT at any moment leaves nothing" {
	interrupt INT stops-slowly
}

@test "TERM at any moment leaves nothing" {
	interrupt TERM stops-slowly
}

@test "HUP at any moment leaves nothing" {
	interrupt HUP stops-slowly
}

@test "INT from a terminal, which the whole process group gets" {
	local status=0
	set -m
	start service
	set +m
	sleep 1.5
	kill -s INT -- "-$PID"
	kill -s INT -- "-$PID" # by one who has no patience
	wait "$PID" || status=$?
	assert_equal "$status $(<"$ERR")" '3 plimsoll: interrupted: nothing was judged'
	assert_nothing_left "$PREFIX:service" 0
}

# The processes below PID, itself included.
descendants() {
	local child
	echo "$1"
	for child in $(pgrep --parent "$1"); do descendants "$child"; done
}

@test "KILL ends the whole family, and leaves what clean removes, and only that" {
	local family member tries=0 other other_out=$BATS_TEST_TMPDIR/other moment
	for moment in 0.5 2; do
		start service
		sleep "$moment"
		# Another one, which runs at the same time.
		"$PLIMSOLL" check --quiet "$PREFIX:stops-slowly" >"$other_out" 2>&1 3>&- &
		other=$!
		until (($(made_of "$PREFIX:stops-slowly" | wc -l) > 1)); do kill -0 "$other"; done
		family=$(descendants "$PID")
		kill -s KILL "$PID"
		wait "$PID" || assert_equal $? 137
		for member in $family; do
			until [[ ! -e /proc/$member || $(awk '/^State/ {print $2}' "/proc/$member/status" 2>&1) == Z ]]; do
				if ((++tries > 200)); then fail "process $member: expected an end within 2 s, found $(cat "/proc/$member/cmdline")"; fi
				sleep 0.01
			done
		done
		run -0 "$PLIMSOLL" clean
		assert_line --index 0 --regexp '^[0-9]+ container\(s\) and volume\(s\) removed$'
		assert_nothing_left "$PREFIX:service" 0
		wait "$other" || assert_equal "$?: $(<"$other_out")" "1: $(<"$other_out")"
		assert_regex "$(<"$other_out")" 'could not be decided|failed'
		run ! grep -E 'No such container|not checked' "$other_out"
		assert_nothing_left "$PREFIX:stops-slowly" 1
	done
}

# elsewhere: a container of this suite's own image that runs a check of stops-slowly, in its own PID namespace; prints its id.
elsewhere() {
	local id
	id=$(engine create --init --label "plimsoll.run=$PLIMSOLL_RUN" --volume /var/run/docker.sock:/var/run/docker.sock \
		"$(engine inspect --format '{{.Image}}' "$(hostname)")" /bin/plimsoll check --quiet "$PREFIX:stops-slowly")
	engine cp "$PLIMSOLL" "$id:/bin/plimsoll" >/dev/null
	engine start "$id" >/dev/null
	printf '%s\n' "$id"
}

@test "clean leaves what a plimsoll in another PID namespace uses" {
	local id before
	before=$(made_of "$PREFIX:stops-slowly" | wc -l)
	id=$(elsewhere)
	until (($(made_of "$PREFIX:stops-slowly" | wc -l) > before + 2)); do
		assert_equal "$(engine inspect --format '{{.State.Running}}' "$id")" true
	done
	run -0 "$PLIMSOLL" clean
	assert_line --index 1 --regexp "^[0-9]+ container\(s\) and volume\(s\) left: whether their plimsoll still runs can't be seen from here"
	run -0 "$PLIMSOLL" clean --older-than 3600
	assert_equal "$(engine wait "$id")" 1
	engine logs "$id" >"$OUT" 2>&1
	engine rm --force "$id" >/dev/null
	assert_regex "$(<"$OUT")" '[0-9]+ passed, [0-9]+ failed'
	run ! grep -E 'ERROR|No such container|not checked' "$OUT"
	assert_nothing_left "$PREFIX:stops-slowly" 1
}

@test "clean removes what nobody is seen to use, by its age" {
	local name
	name=$(printf 'plimsoll-%032x-%08x' "$BATS_TEST_NUMBER" $$)
	engine create --name "$name" --label plimsoll.made-by=plimsoll --label "plimsoll.run=$PLIMSOLL_RUN" \
		--label plimsoll.owner=elsewhere/1/2/3/1000000000 "$PREFIX:service" >/dev/null
	run -0 "$PLIMSOLL" clean --older-than 1000000000
	assert_equal "$(engine ps --all --quiet --filter "name=$name" | wc -l)" 1
	run -0 "$PLIMSOLL" clean --older-than 700000000
	assert_line --index 0 '1 container(s) and volume(s) removed'
	assert_equal "$(engine ps --all --quiet --filter "name=$name" | wc -l)" 0
}

@test "a name that moves on to another image in the middle of a check changes nothing" {
	local moves=$PREFIX:moves status=0
	engine tag "$PREFIX:service" "$moves"
	"$PLIMSOLL" check --quiet --no-layers --only stops-on-term,stops-on-signal "$moves" >"$OUT" 2>"$ERR" 3>&- &
	until (($(made_of "$moves" | wc -l) > 0)); do
		assert kill -0 $!
	done
	engine tag "$PREFIX:stops-slowly" "$moves"
	wait $! || status=$?
	assert_equal "status $status, $(awk '/stops-on/ {print $2, $1}' "$OUT")" \
		"status 0, stops-on-term pass"$'\n''stops-on-signal pass'
	assert_nothing_left "$moves" 3
}
