#!/usr/bin/env bats
# What plimsoll check is given and can't use: one line, the right exit code, and nothing left.
# shellcheck disable=SC2030,SC2031,SC2154

load plimsoll

setup_file() {
	make_fixtures service
	head -c 2000 /dev/zero >"$BATS_FILE_TMPDIR/zeros"
	python3 "$HOSTILE/archive.py" foreign "$BATS_FILE_TMPDIR/foreign.tar" "$BATS_FILE_TMPDIR/zeros" "$PREFIX:foreign"
	engine load --quiet --input "$BATS_FILE_TMPDIR/foreign.tar" >/dev/null
	python3 "$HOSTILE/archive.py" good "$BATS_FILE_TMPDIR/good.tar"
}

teardown_file() {
	remove_fixtures
}

setup() {
	prepare_test
	GOOD=docker-archive:$BATS_FILE_TMPDIR/good.tar
	FILE=$BATS_TEST_TMPDIR/file
}

# refused STATUS PATTERN ARGUMENT...: one line.
refused() {
	SECONDS_MOST=${SECONDS_MOST:-10} call "$1" "${@:3}"
	assert_said "$2"
}

# not_checked PATTERN ARGUMENT...: one line of the report.
not_checked() {
	SECONDS_MOST=${SECONDS_MOST:-10} call 3 "${@:2}"
	assert_not_checked "$1"
}

@test "no engine in PATH" {
	run -3 --separate-stderr env PATH=/nonexistent "$PLIMSOLL" check image
	assert_output ''
	assert_equal "$stderr" 'plimsoll: docker: not installed, nor is podman: install one of them'
}

@test "an engine that is none" {
	refused 3 'nonesuch: not installed: install it, or name another with --engine$' check --engine nonesuch image
	refused 3 'true: neither docker nor podman: ' check --engine true image
	refused 3 'false: the engine does not answer: ' check --engine false image
}

@test "an engine that does not answer" {
	DOCKER_HOST=unix://$FILE refused 3 'docker: the engine does not answer: .*is it started\?' check image
}

@test "an engine that accepts and never answers" {
	local pid
	python3 -c 'import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
time.sleep(60)' "$FILE" 3>&- &
	pid=$!
	until [[ -S $FILE ]]; do kill -0 "$pid"; done
	DOCKER_HOST=unix://$FILE SECONDS_MOST=15 refused 3 'docker: the engine does not answer: .*took too long' check image
	kill "$pid"
}

@test "an image that is not there" {
	not_checked 'plimsoll-test/nonesuch: not on this engine: docker pull plimsoll-test/nonesuch$' check plimsoll-test/nonesuch
	SECONDS_MOST=60 call 3 check --static plimsoll-test/nonesuch "$GOOD"
	assert_regex "$(<"$OUT")" 'not checked: plimsoll-test/nonesuch: '
	assert_equal "$(outcome layer-waste)" pass
}

@test "options for containers, where none is made" {
	local -a archive=("$GOOD")
	refused 2 '--ready: is for containers, and none is made with --static, or of an archive: leave it out$' check --static --ready running "$PREFIX:service"
	refused 2 '--ready: is for containers' check --ready running "${archive[@]}"
	refused 2 '--env: is for containers' facts --static --env A=b "$PREFIX:service"
	refused 2 '--: is for containers' check "${archive[@]}" -- serve
	refused 2 '--no-layers: an archive is its layers: leave it out$' check --no-layers "${archive[@]}"
}

@test "an image for another machine" {
	SECONDS_MOST=60 not_checked "$PREFIX:foreign: made for arm64, which does not run on this engine \(amd64\)" check "$PREFIX:foreign"
	assert_nothing_left "$PREFIX:foreign"
	call 1 check --static "$PREFIX:foreign"
}

@test "a name that is no image's, and one that drives a terminal" {
	not_checked '.*' check $'a\x1b[31m\xff\nb'
	refused 2 'IMAGE: must not be empty' check ''
	not_checked '.*' check "$(printf '%5000s' '' | tr ' ' a)"
	refused 2 '--nonesuch: no such option' check --nonesuch
	refused 2 'IMAGE: missing' check
}

@test "an archive that is none" {
	not_checked '.*/nonesuch: No such file or directory$' check "docker-archive:$BATS_TEST_TMPDIR/nonesuch"
	not_checked '.*: is a directory, not an archive$' check "oci-archive:$BATS_TEST_TMPDIR"
	not_checked '/dev/null: not an archive of an image' check docker-archive:/dev/null
	not_checked '/dev/zero: not an archive of an image' check docker-archive:/dev/zero
	not_checked '.*: holds no image "other"$' check "$GOOD:other"
}

@test "a configuration that can't be read, or is none" {
	refused 2 '.*/file: .*No such file' check --config "$FILE" "$GOOD"
	refused 2 '.*: .*[Ii]s a directory' check --config "$BATS_TEST_TMPDIR" "$GOOD"
	printf 'waive: [\n' >"$FILE"
	refused 2 '.*/file:[0-9]+:' check --config "$FILE" "$GOOD"
	printf 'sise: 1 MB\n' >"$FILE"
	refused 2 '.*/file:1(:[0-9]+)?: .*sise' check --config "$FILE" "$GOOD"
	printf '\x1b[31m\xff: \x00\n' >"$FILE"
	refused 2 '.*/file:1:' check --config "$FILE" "$GOOD"
	{ printf 'a: &a [x,x]\n'; for i in {a..y}; do printf '%s: &%s [*a,*a,*a,*a,*a,*a,*a]\n' "$i$i" "$i$i"; done; } >"$FILE"
	refused 2 '.*/file:' check --config "$FILE" "$GOOD"
	head -c 100000000 /dev/zero | tr '\0' '[' >"$FILE"
	refused 2 '.*/file:' check --config "$FILE" "$GOOD"
	refused 2 '/dev/zero:' check --config /dev/zero "$GOOD"
}

@test "a check that is not known" {
	refused 2 'stop-on-term: no such check: did you mean stops-on-term\? see plimsoll list$' check --only stop-on-term "$GOOD"
	refused 2 '.*no such check: did you mean ' check --skip $'\x1b[31m' "$GOOD"
	printf 'waive: [{check: user-sett, reason: x}]\n' >"$FILE"
	refused 2 '.*/file:1(:[0-9]+)?: .*user-sett.*user-set' check --config "$FILE" "$GOOD"
}

@test "a waiver that has expired" {
	printf 'waive: [{check: user-set, reason: x, until: 2020-01-31}]\n' >"$FILE"
	call 1 check --only user-set --config "$FILE" "$GOOD"
	assert_equal "$(outcome user-set)" FAIL
	assert_regex "$(<"$OUT")" '/file:1: the waiver of user-set has expired'
}

@test "a report that can't be written" {
	refused 2 '/nonexistent/report: can.t be written: No such file or directory$' check --format json=/nonexistent/report "$GOOD"
	refused 2 '.*: can.t be written: Is a directory$' check --format "json=$BATS_TEST_TMPDIR" "$GOOD"
	refused 3 '/dev/full: No space left on device$' check --format json=/dev/full "$GOOD"
	assert [ -c /dev/full ]
	mkdir --mode 0555 "$BATS_TEST_TMPDIR/sealed"
	cd "$BATS_TEST_TMPDIR/sealed"
	run -2 --separate-stderr setpriv --reuid 65532 --clear-groups --bounding-set=-all "$PLIMSOLL" check --format json=report "$GOOD"
	assert_equal "$stderr" "plimsoll: report: can't be written: Permission denied"
}

@test "what is no file of its own stays what it is, and is written to" {
	printf 'old' >"$FILE"
	ln -s file "$BATS_TEST_TMPDIR/link"
	call 1 check --format "json=$BATS_TEST_TMPDIR/link" --format pretty=/dev/null "$GOOD"
	assert [ -L "$BATS_TEST_TMPDIR/link" ]
	assert [ -c /dev/null ]
	run -0 jq .schema "$FILE"
	assert_output 1
}

@test "a report goes where a link leads, though nothing is there yet" {
	mkdir "$BATS_TEST_TMPDIR/there"
	ln -s there/second "$BATS_TEST_TMPDIR/first"
	ln -s ../file "$BATS_TEST_TMPDIR/there/second"
	call 1 check --format "json=$BATS_TEST_TMPDIR/first" "$GOOD"
	assert [ -L "$BATS_TEST_TMPDIR/first" ]
	assert [ -L "$BATS_TEST_TMPDIR/there/second" ]
	run -0 jq .schema "$FILE"
	assert_output 1
	ln -s nowhere/report "$BATS_TEST_TMPDIR/astray"
	refused 2 '.*/astray: can.t be written: No such file or directory$' check --format "json=$BATS_TEST_TMPDIR/astray" "$GOOD"
	ln -s loop "$BATS_TEST_TMPDIR/loop"
	refused 2 '.*/loop: can.t be written: Too many levels of symbolic links$' check --format "json=$BATS_TEST_TMPDIR/loop" "$GOOD"
	assert [ -L "$BATS_TEST_TMPDIR/loop" ]
}

@test "standard output that is closed, or full, is trouble, and the other reports are whole" {
	run -3 sh -c "'$PLIMSOLL' check --format pretty --format 'json=$FILE' '$GOOD' 2>'$ERR' >/dev/full"
	assert_equal "$(<"$ERR")" 'plimsoll: standard output: No space left on device'
	run -0 jq .schema "$FILE"
	rm "$FILE"
	run -3 bash -c "set -o pipefail; { sleep 0.5; '$PLIMSOLL' check --format pretty --format 'json=$FILE' '$GOOD' 2>'$ERR'; } | true"
	assert_equal "$(<"$ERR")" 'plimsoll: standard output: Broken pipe'
	run -0 jq .schema "$FILE"
	rm "$FILE"
	run -3 sh -c "'$PLIMSOLL' check --format pretty --format 'json=$FILE' '$GOOD' 2>'$ERR' >&-"
	assert_equal "$(<"$ERR")" 'plimsoll: standard output: Bad file descriptor'
	run -0 jq .schema "$FILE"
}

# Why there is no verdict, once: in the report's one line, or, before there is an image to report of, on standard error.
# What may be left on the engine is another one's business.
assert_one_trouble() {
	local said
	said=$(sed "/its containers may be left on the engine: plimsoll clean removes them: /d" "$ERR"; sed 1d "$OUT")
	assert_regex "$said" '^(plimsoll|  not checked): [^ ]+( [a-z]+)?: .+$'
	assert_equal "$(wc -l <<<"$said") line(s): $said" "1 line(s): $said"
}

# tired CALLS THEN [STATUS]: (3) with a client that works so often; what it leaves, `plimsoll clean` removes.
tired() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	ln -sf "$HOSTILE/docker" "$BATS_TEST_TMPDIR/bin/docker"
	: >"$BATS_TEST_TMPDIR/count"
	FAKE_CLIENT=$(command -v docker) FAKE_COUNT=$BATS_TEST_TMPDIR/count FAKE_CALLS=$1 FAKE_THEN=$2 \
		PATH=$BATS_TEST_TMPDIR/bin:$PATH SECONDS_MOST=60 call "${3:-3}" check --quiet --timeout 8 "$PREFIX:service"
	assert [ "$(wc -l <"$BATS_TEST_TMPDIR/count")" -gt "$1" ]
	if grep -q 'not checked' "$OUT" || [[ ! -s $OUT ]]; then assert_one_trouble; fi
	SECONDS_MOST=30 call 0 clean
	assert_nothing_left "$PREFIX:service" 0
}

@test "an engine that fails before there is a container" {
	local calls
	for calls in 0 1 2 4; do tired $calls fail; done
}

@test "an engine that fails in the middle" {
	local calls
	for calls in 6 12 25; do tired $calls fail; done
}

@test "an engine that hangs at once" {
	tired 0 hang
}

@test "an engine that hangs in the middle" {
	tired 12 hang
}

# What it says of a container that runs, or of a run, is an error of those checks alone.
@test "an engine that talks rubbish" {
	local calls
	for calls in 0 1 2 3 5 7 12; do tired $calls rubbish '[13]'; done
}

@test "an engine that says gigabytes" {
	tired 1 flood
}

@test "what is no archive is said to be none, though the engine would go on" {
	local client
	client=$(command -v docker)
	mkdir "$BATS_TEST_TMPDIR/bin"
	# shellcheck disable=SC2016  # for the script
	printf '#!/bin/sh\nif [ "$1" = save ]; then exec yes; fi\nexec %s "$@"\n' "$client" >"$BATS_TEST_TMPDIR/bin/docker"
	chmod +x "$BATS_TEST_TMPDIR/bin/docker"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH SECONDS_MOST=20 call 1 check --static --only user-set,layer-waste,no-setuid "$PREFIX:service"
	run -0 grep '^  ERROR layer-waste ' "$OUT"
	assert_output --partial "$PREFIX:service: not an archive of an image"
	run -0 grep '^  ERROR no-setuid ' "$OUT"
	assert_output --partial "$PREFIX:service: not an archive of an image"
}
