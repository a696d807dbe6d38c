#!/usr/bin/env bats
# plimsoll check --structure-test beside container-structure-test: the same configurations, the same verdicts.
# Where they differ, and why, stands in plimsoll/structure/README.md; the tests below hold plimsoll to it.
# shellcheck disable=SC2154  # output, stderr, lines and status are set by bats

load helpers

setup() {
	use_libraries
	FIXTURES=tests/fixtures/structure
	IMAGE=plimsoll-test/$UNIQUE
	DEBIAN=plimsoll/02-multi-stage SCRATCH=plimsoll/12-static-scratch
	cd "$BATS_TEST_DIRNAME/.." || return
}

teardown() {
	if engine image inspect "$IMAGE" >/dev/null 2>&1; then engine image rm "$IMAGE" >/dev/null; fi
}

# structure FILE IMAGE [OPTION]...: the tests of the file alone.
structure() {
	timeout 100 build/plimsoll check --quiet --only structure --structure-test "$1" "${@:3}" "$2"
}

# verdicts IMAGE FILE: "pass kind:name" of each, by plimsoll.
verdicts() {
	structure "$2" "$1" --format json >"$BATS_TEST_TMPDIR/own.json" || [[ $? == 1 ]]
	jq -r '.images[].results[] | "\(.outcome) \(.id | ltrimstr("structure:"))"' "$BATS_TEST_TMPDIR/own.json"
}

# The same by container-structure-test, in its words.
peer_verdicts() {
	timeout 110 container-structure-test test --image "$1" --config "$2" --output json \
		>"$BATS_TEST_TMPDIR/peer.json" 2>/dev/null || [[ $? == 1 ]]
	jq -r '.Results[] | "\(if .Pass then "pass" else "fail" end) \(.Name
		| sub("^Command Test: "; "command:") | sub("^File Content Test: "; "content:")
		| sub("^File Existence Test: "; "existence:") | sub("^License Test$"; "license")
		| sub("^Metadata Test$"; "metadata"))"' "$BATS_TEST_TMPDIR/peer.json"
}

# agree IMAGE FILE: line by line; both kinds of verdict are among them, and each is what its name says.
agree() {
	verdicts "$1" "$2" >"$BATS_TEST_TMPDIR/own"
	peer_verdicts "$1" "$2" >"$BATS_TEST_TMPDIR/peer"
	run -0 diff --unified "$BATS_TEST_TMPDIR/peer" "$BATS_TEST_TMPDIR/own"
	run -0 grep -c '^pass ' "$BATS_TEST_TMPDIR/own"
	run -0 grep -c '^fail ' "$BATS_TEST_TMPDIR/own"
	run -1 grep -E '^pass .*:not |^fail [a-z]+:($|[^n]|n[^o]|no[^t])' "$BATS_TEST_TMPDIR/own"
}

# configure LINE...: a configuration of these lines.
configure() {
	CONFIGURATION=$BATS_TEST_TMPDIR/configuration.yaml
	printf '%s\n' 'schemaVersion: "2.0.0"' "$@" >"$CONFIGURATION"
}

# Containers of this test's own image that are left.
left_over() {
	engine ps --all --format '{{.Label "plimsoll.image"}} {{.Names}}' | grep "^$IMAGE " || [[ $? == 1 ]]
}

@test "of commands, each verdict is container-structure-test's" {
	agree "$DEBIAN" "$FIXTURES/debian-commands.yaml"
}

@test "of files and the configuration, each verdict is container-structure-test's" {
	agree "$DEBIAN" "$FIXTURES/debian-files.yaml"
}

@test "on an image of scratch, each verdict is container-structure-test's" {
	agree "$SCRATCH" "$FIXTURES/scratch.yaml"
}

@test "in JSON, what is not said is what container-structure-test takes it for" {
	agree "$SCRATCH" "$FIXTURES/scratch.json"
}

@test "a configuration whose tests all pass exits 0, and what fails says what was expected and found" {
	configure 'commandTests: [{name: a, command: echo, args: [x], expectedOutput: [x]}]'
	run -0 structure "$CONFIGURATION" "$DEBIAN"
	assert_line --regexp '^ +pass +structure:command:a +exit status 0$'
	configure 'fileExistenceTests: [{name: a, path: /etc/passwd, uid: 7}]'
	run -1 structure "$CONFIGURATION" "$DEBIAN"
	assert_line --regexp '^ +FAIL +structure:existence:a +uid 0$'
	assert_line --regexp '^ +expected: uid 7$'
}

@test "the tests are results of every report, beside the checks" {
	configure 'metadataTest: {user: nobody}'
	run -1 timeout 100 build/plimsoll check --quiet --no-layers --only user-set --structure-test "$CONFIGURATION" \
		--format tap --format "junit=$BATS_TEST_TMPDIR/junit" --format "sarif=$BATS_TEST_TMPDIR/sarif" "$SCRATCH"
	assert_line '1..2'
	assert_line --regexp "^ok 1 - $SCRATCH: user-set$"
	assert_line --regexp "^not ok 2 - $SCRATCH: structure:metadata$"
	run -0 grep -c 'testcase .*name="structure:metadata"' "$BATS_TEST_TMPDIR/junit"
	run -0 jq -r '.runs[].results[].ruleId' "$BATS_TEST_TMPDIR/sarif"
	assert_output structure:metadata
}

@test "what is wrong in a configuration is refused with its place, before anything is made" {
	configure 'comandTests: []'
	run -2 --separate-stderr structure "$CONFIGURATION" no-such-image
	assert_equal "$stderr" "plimsoll: $CONFIGURATION:2:1: comandTests: no such key: did you mean commandTests?"
	configure 'commandTests: [{name: a, command: b, expectedOutput: ["(?=a)"]}]'
	run -2 --separate-stderr structure "$CONFIGURATION" no-such-image
	assert_equal "$stderr" "plimsoll: $CONFIGURATION:2:55: (?=a): no regular expression: (? and what follows: Go has no such group"
	configure 'metadataTest: {user: a}'
	run -2 --separate-stderr structure "$CONFIGURATION" no-such-image --static
	assert_equal "$stderr" 'plimsoll: --structure-test: runs containers, and --static forbids that: give one of them'
}

@test "a command that does not end is ended with the time, and nothing of it is left" {
	engine tag "$DEBIAN" "$IMAGE"
	configure 'commandTests: [{name: a, command: sleep, args: ["1000"]}, {name: b, setup: [[sleep, "1000"]], command: "true"}]'
	run -1 structure "$CONFIGURATION" "$IMAGE" --timeout 8
	assert_line --regexp '^ +FAIL +structure:command:a +it had not ended after [5-8] seconds$'
	assert_line --regexp '^ +FAIL +structure:command:b +it had not ended after [5-8] seconds$'
	run -0 left_over
	assert_output ''
}

@test "more output than is kept decides only what was found in it" {
	configure 'commandTests:' \
		'- {name: found, command: &c sh, args: &a ["-c", "echo first; head -c 9000000 /dev/zero; echo last"], expectedOutput: ["^first"]}' \
		'- {name: lost, command: *c, args: *a, expectedOutput: ["last"]}' \
		'- {name: excluded, command: *c, args: *a, excludedOutput: ["second"]}'
	run -1 structure "$CONFIGURATION" "$DEBIAN"
	assert_line --regexp '^ +pass +structure:command:found '
	assert_line --regexp '^ +ERROR +structure:command:lost +standard output is longer than what is kept of it$'
	assert_line --regexp '^ +ERROR +structure:command:excluded +standard output is longer'
}

@test "a command's standard error is its own: the client's warnings are not in it" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	# shellcheck disable=SC2016  # the written script's own
	printf '#!/bin/sh\nif [ "$1" = run ]; then echo "WARNING: of the client" >&2; fi\nexec %s "$@"\n' \
		"$(command -v docker)" >"$BATS_TEST_TMPDIR/bin/docker"
	chmod +x "$BATS_TEST_TMPDIR/bin/docker"
	configure 'commandTests:' '- {name: silent, command: "true", excludedError: ["."]}' \
		'- {name: loud, command: sh, args: ["-c", "echo own >&2; exit 3"], expectedError: ["^own\n$"], exitCode: 3}'
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run -0 structure "$CONFIGURATION" "$DEBIAN"
	assert_line --regexp '^ +pass +structure:command:silent '
	assert_line --regexp '^ +pass +structure:command:loud '
}

@test "what the cage never grants is said in one line, and not granted" {
	configure 'containerRunOptions: {privileged: true, bindMounts: ["/etc:/host"], user: "65534"}' \
		'commandTests: [{name: a, command: sh, args: ["-c", "id -u; ls -d /host; grep CapBnd /proc/self/status"], expectedOutput: ["^65534\nCapBnd:\t00000000a80425fb"], exitCode: 0}]'
	run -0 structure "$CONFIGURATION" "$DEBIAN"
	assert_line --regexp "^ +skip +structure:option:containerRunOptions +made without privileged, bindMounts: a cage grants nothing beyond the engine's defaults$"
	assert_line --regexp '^ +pass +structure:command:a '
}

@test "the variables of containerRunOptions, a terminal and a test's own variables come together" {
	printf 'FROM_FILE=one\nEMPTY=\n' >"$BATS_TEST_TMPDIR/variables"
	configure "containerRunOptions: {allocateTty: true, envVars: [GIVEN, NOT_GIVEN], envFile: $BATS_TEST_TMPDIR/variables}" \
		'commandTests: [{name: a, envVars: [{key: OWN, value: two}], command: sh, args: ["-c", "test -t 1 && env"], expectedOutput: ["GIVEN=yes\r\n", "FROM_FILE=one\r", "OWN=two\r"], excludedOutput: ["EMPTY", "NOT_GIVEN"]}]'
	GIVEN=yes run -0 structure "$CONFIGURATION" "$DEBIAN"
}

@test "an archive's tests are an error, not a pass" {
	configure 'metadataTest: {entrypoint: []}'
	engine save --output "$BATS_TEST_TMPDIR/image.tar" "$SCRATCH:latest"
	run -1 structure "$CONFIGURATION" "docker-archive:$BATS_TEST_TMPDIR/image.tar"
	assert_line --regexp "^ +ERROR +structure +structure: an archive can't be run: load it into the engine$"
}

@test "the facts hold the tests, and are judged the same" {
	configure 'metadataTest: {user: nobody}'
	timeout 100 build/plimsoll facts --quiet --static --no-layers "$SCRATCH" >"$BATS_TEST_TMPDIR/none.json"
	run -0 jq -r '.structure' "$BATS_TEST_TMPDIR/none.json"
	assert_output null
	timeout 100 build/plimsoll facts --quiet --no-layers --structure-test "$CONFIGURATION" "$SCRATCH" >"$BATS_TEST_TMPDIR/facts.json"
	run -0 jq -r '.structure[] | "\(.kind) \(.outcome) \(.found) \(.expected)"' "$BATS_TEST_TMPDIR/facts.json"
	assert_output 'metadata fail USER 65532:65532 USER nobody'
	run -1 timeout 100 build/plimsoll judge --only user-set "$BATS_TEST_TMPDIR/facts.json"
	assert_line --regexp '^ +FAIL +structure:metadata +USER 65532:65532$'
}
