# The figures of examples/: measured, not typed, and as good as was promised.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers
# shellcheck source=examples/surroundings.sh
. examples/surroundings.sh

setup() {
	use_libraries
}

@test "the tables hold the figures of examples/measured.json, and the diffs are those of the Containerfiles" {
	run -0 examples/pages.sh --check
}

# Without what a command wrote and without code: what is left are words, and figures there were typed.
@test "no figure stands in a README of the ladder but those that a command wrote from examples/measured.json" {
	local file typed=''
	for file in README.md examples/README.md examples/[0-9]*/README.md; do
		# shellcheck disable=SC2016  # a sed program
		typed+=$(sed -e '/^<!-- \(measured\|diff\)/,/^<!-- end/d' -e '/^```/,/^```/d' -e 's/`[^`]*`//g' "$file" |
			grep --line-number --extended-regexp --with-filename --label "$file" \
				'[0-9][0-9.,]* ?(B|kB|MB|GB|MiB|GiB|ms|s|min|%|times)([^A-Za-z]|$)' || [[ $? == 1 ]])
	done
	assert_equal "$typed" ''
}

@test "the sizes in examples/measured.json are those of the images: building them again changed none" {
	local SURROUNDINGS measured now
	SURROUNDINGS=$(surroundings)
	if ! measured_here; then skip 'not on this host: the figures were taken with other bases, or another toolchain or engine'; fi
	measured=$(jq -r '.images | to_entries[] | "\(.key) \(.value.size)"' "$MEASURED" | sort)
	now=$(promised_images | while read -r image; do printf '%s %s\n' "$image" "$(image_size "$image")"; done | sort)
	assert_equal "$now" "$measured"
}

@test "every image that is promised was measured, and no other" {
	run -0 jq -r '.images | keys[]' "$MEASURED"
	assert_output "$(promised_images | sort)"
}

@test "each measured rebuild took no larger part of the cold build than its plimsoll.yaml promises" {
	local count
	count=$(jq 'map(select(.rebuild.at_most)) | length' "$PROMISES")
	assert [ "$count" -gt 4 ]
	# shellcheck disable=SC2016  # jq's own variables
	run -0 jq -r --slurpfile promises "$PROMISES" '.images as $images
		| $promises[0][] | select(.rebuild.at_most) | $images[.image] as $found
		| select($found.rebuild > $found.cold * .rebuild.at_most)
		| "\(.image): expected at most \(.rebuild.at_most) of \($found.cold) s, found \($found.rebuild) s"' "$MEASURED"
	assert_output ''
}

# Where they are measured: 13's page says so where they aren't.
if jq -e .strategies examples/measured.json >/dev/null; then
	bats_test_function --description 'after a change of the source, every cache strategy compiled the two own crates alone; after one of a dependency, only the mounts did' -- compiled_crates
fi
compiled_crates() {
	run -0 jq -r '.strategies.compiled[] | "\(.image | ltrimstr("plimsoll/")): \(.source) \(if .dependency < .cold / 2 then "few" else "all" end)"' "$MEASURED"
	assert_line '03-dependency-cache: 2 all'
	assert_line '04-cargo-chef: 2 all'
	assert_line '13-cache-mounts: 2 few'
	assert_line --regexp '^02-multi-stage: [0-9]{2} all$'
}

@test "two threads made musl's allocator slower than one did, and mimalloc's not: what 12 says of them" {
	run -0 jq -r '[.allocators.rows[] | {key: "\(.name) \(.threads)", value: .seconds}] | from_entries
		| (.["musl 2"] > 2 * .["musl 1"]), (.["musl-mimalloc 2"] < 2 * .["musl-mimalloc 1"]), (.["musl 2"] > 2 * .["musl-mimalloc 2"])' "$MEASURED"
	assert_output $'true\ntrue\ntrue'
}
