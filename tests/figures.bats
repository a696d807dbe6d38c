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

@test "a mark without its end is named, and its file is left as it is" {
	local tree=$BATS_TEST_TMPDIR/tree
	mkdir "$tree"
	cp -r README.md examples plimsoll.yaml build/promises.json "$tree"
	mkdir "$tree/build"
	mv "$tree/promises.json" "$tree/build"
	sed -i '0,/^<!-- end -->$/{/^<!-- end -->$/d}' "$tree/examples/12-static-scratch/README.md"
	cp "$tree/examples/12-static-scratch/README.md" "$BATS_TEST_TMPDIR/before"
	run -1 "$tree/examples/pages.sh"
	assert_output --partial 'plimsoll: examples/12-static-scratch/README.md: a mark without its <!-- end -->: add it'
	run -0 diff "$BATS_TEST_TMPDIR/before" "$tree/examples/12-static-scratch/README.md"
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
	SURROUNDINGS=$(surroundings | jq 'del(.host)') # on which no size depends
	if ! measured_here; then skip 'not on this host: the figures were taken with other bases, or another toolchain or engine'; fi
	measured=$(jq -r '.images | to_entries[] | "\(.key) \(.value.size)"' "$MEASURED" | sort)
	now=$(promised_images | while read -r image; do engine image inspect --format "$image {{.Size}}" "$image"; done | sort)
	assert_equal "$now" "$measured"
}

@test "every image that is promised was measured, and no other" {
	run -0 jq -r '.images | keys[]' "$MEASURED"
	assert_output "$(promised_images | sort)"
}

@test "each measured rebuild took no larger part of the cold build than examples/ladder.yaml promises" {
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

@test "no figure is missing: every part was measured, and every number of every image" {
	local part
	for part in examples/measure/*.sh; do
		part=$(basename "$part" .sh)
		if [[ $part == checks ]]; then continue; fi # has words, which tests/ladder.bats compares
		# shellcheck disable=SC2016  # jq's own variable
		run -0 jq -r --arg part "$part" '[.[$part] | .. | numbers] | length > 1 and all(. > 0)' "$MEASURED"
		assert_equal "$part: $output" "$part: true"
	done
	# shellcheck disable=SC2016  # jq's own variables
	run -0 jq -r '.images | to_entries[] | .key as $image
		| ["size", "layers", "stop_ms", "cold", "rebuild"][] as $name
		| select(.value[$name] | type != "number") | "\($image): \($name)"' "$MEASURED"
	assert_output ''
}

@test "after a change of the source, each cache strategy compiled the two own crates; after others, mounts alone compiled few; in CI, mounts are empty" {
	run -0 jq -r '.strategies.compiled[] | def amount: if . < 10 then "few" else "all" end;
		"\(.image | ltrimstr("plimsoll/")): source \(.source), dependency \(.dependency | amount), lock \(.lock | amount), ci \(.ci | amount)"' "$MEASURED"
	assert_line '03-dependency-cache: source 2, dependency all, lock all, ci few'
	assert_line '04-cargo-chef: source 2, dependency all, lock all, ci few'
	assert_line '13-cache-mounts: source 2, dependency few, lock few, ci all'
	assert_line --regexp '^02-multi-stage: source [0-9]{2}, dependency all, lock all, ci all$'
}

@test "cargo-chef gained no time over stubs by hand, musl's lock cost the service little, and 12 and 14 were the slowest to rebuild" {
	run -0 jq '[.strategies.rows[] | {key: .image, value: .source}] | from_entries
		| .["plimsoll/04-cargo-chef"] > .["plimsoll/03-dependency-cache"] * 0.8' "$MEASURED"
	assert_output true
	run -0 jq '[.musl.rows[] | {key: .name, value: .requests_per_s}] | from_entries | .musl > .["musl-mimalloc"] * 0.8' "$MEASURED"
	assert_output true
	run -0 jq -c '[.images | to_entries[] | select(.key | test("/0[3-9]|/1[0-4]"))] | sort_by(-.value.rebuild)[:2] | map(.key) | sort' "$MEASURED"
	assert_output '["plimsoll/12-static-scratch","plimsoll/14-reproducible"]'
}

@test "opt-level=z alone made the binary larger and slower; with the rest it is the smallest, and slower than without: what 12 says" {
	run -0 jq -c '[.profiles.rows[] | {key: .name, value: .}] | from_entries
		| [.["opt-level=z"].size > .release.size, .["opt-level=z"].requests_per_s < .release.requests_per_s * 0.8,
		   .all.size == ([.[].size] | min), .all.requests_per_s < .["all but opt-level"].requests_per_s * 0.9]' "$MEASURED"
	assert_output '[true,true,true,true]'
}

@test "the whole ladder was built cold, one after the other, in less than 25 minutes" {
	run -0 jq '[.images[].cold] | add < 1500' "$MEASURED"
	assert_output true
}

@test "two threads made musl's allocator slower than one did, and mimalloc's not: what 12 says of them" {
	run -0 jq -r '[.allocators.rows[] | {key: "\(.name) \(.threads)", value: .seconds}] | from_entries
		| (.["musl 2"] > 2 * .["musl 1"]), (.["musl-mimalloc 2"] < 2 * .["musl-mimalloc 1"]), (.["musl 2"] > 2 * .["musl-mimalloc 2"])' "$MEASURED"
	assert_output $'true\ntrue\ntrue'
}
