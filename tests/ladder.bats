# Every image, judged by plimsoll: it fails exactly what its plimsoll.yaml waives, and what the pages say of it is so.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

# Once for all tests. (A trap of its own would take the place of bats'.)
setup_file() {
	local images
	mapfile -t images < <(promised_images "${PLIMSOLL_IMAGE:-}")
	look_at "${images[@]}" >"$BATS_FILE_TMPDIR/looks" 3>&-
}

setup() {
	use_libraries
	LOOKS=$BATS_FILE_TMPDIR/looks
}

# look IMAGE: an array of it alone.
look() {
	jq --arg image "$1" 'map(select(.image == $image))' "$LOOKS"
}

for_each_image -- 'fails exactly what its plimsoll.yaml waives, and is what examples/ladder.yaml says' keeps_promises
keeps_promises() {
	run -0 judge "$(look "$1")"
	assert_output ''
}

# Other bases, of another suite or none of ours, may hold other files.
found_here() {
	if [[ $(jq -c '.checks | [.suite, .bases]' examples/measured.json) != "[\"$SUITE\",\"$BASES\"]" ]]; then
		skip 'not on this host: the checks were measured with other bases'
	fi
}

for_each_image -- 'what the pages say of its checks is what plimsoll says now' measured_checks
measured_checks() {
	found_here
	# shellcheck disable=SC2016  # jq's own variables
	run -0 jq -r --arg image "$1" --slurpfile measured examples/measured.json '$measured[0].checks.images[$image] as $expected
		| (map({key: .id, value: .outcome}) | from_entries) as $found | $expected + $found | keys[]
		| select($expected[.] != $found[.]) | "\(.): expected \($expected[.]), found \($found[.])"' <<<"$(look "$1" | jq '.[0].results')"
	assert_output ''
}

@test "the pages know of no other image, and of each severity" {
	run -0 jq -r '.checks.images | keys[]' examples/measured.json
	assert_output "$(promised_images | sort)"
	assert_equal "$(jq -c '.[0].results | map(select(.severity == "info").id)' "$LOOKS")" "$(jq -c .checks.notes examples/measured.json)"
}

@test "a check that fails unwaived, an undecided one and an idle waiver break a promise; a note does not" {
	local name
	name=$(jq -r '.[0].image | ltrimstr("plimsoll/")' "$LOOKS")
	changed() { jq --arg id "$1" --argjson new "$2" '.[:1] | (.[0].results[] | select(.id == $id)) += $new' "$LOOKS"; }
	run -1 judge "$(changed ports '{"outcome": "fail", "expected": "none below 1024", "found": "80"}')"
	assert_output "$name: ports: expected none below 1024, found 80"
	run -1 judge "$(changed ports '{"outcome": "error", "found": "nobody listens"}')"
	assert_output "$name: ports: expected a decision, found nobody listens"
	run -0 judge "$(changed no-shell '{"outcome": "fail", "expected": "no shell", "found": "/bin/sh"}')"
	run -1 judge "$(jq '.[:1] | .[0].idle_waivers = ["x.yaml:7: the waiver of no-sudo covers nothing: remove it"]' "$LOOKS")"
	assert_output --regexp "^$name: no-sudo: expected a failure \(x.yaml:7: the waiver of no-sudo covers nothing: remove it\), found pass: none, in [0-9]+ files$"
}

@test "what ladder.yaml says of an image is looked for, and an image of which nothing is promised is none" {
	run -1 judge "$(jq '.[:1] | .[0] += {base: "NO_IMAGE", layers: 77, pid1: "/bin/x", user: "7:7", entrypoint: "none", exit: 143}' "$LOOKS")"
	assert_equal "${#lines[@]} lines: $output" "6 lines: $output"
	assert_line --regexp ': base: expected [A-Z_]+, found NO_IMAGE$'
	assert_line --regexp ': layers: expected [0-9]+, found 77$'
	assert_line --regexp ': exit: expected 0, found 143$'
	run ! judge '[]'
	assert_output --partial 'nothing was looked at'
	run ! judge '[{"image": "plimsoll/unknown", "results": [], "idle_waivers": []}]'
	assert_output --partial 'plimsoll/unknown: nothing is promised'
}

for_each_image -- 'every process has the promised user and no other group' every_process
every_process() {
	local user
	user=$(promised "$1" runs_as)
	run -0 jq -c '.[0].processes' <<<"$(look "$1")"
	assert_output "[{\"name\":\"app\",\"uids\":[${user%:*}],\"gids\":[${user#*:}],\"other_groups\":[]}]"
}
