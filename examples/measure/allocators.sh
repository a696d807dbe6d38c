# shellcheck shell=bash
# What the C library's allocator costs, by one small program linked static in three ways. Sourced by examples/measure.sh.
# Where the toolchain has no std for musl, that is all that can be measured of it.

ALLOCATORS=tests/fixtures/allocators

# Prints one JSON object.
measure_allocators() {
	local container name threads
	printf 'allocators: building\n' >&2
	# shellcheck disable=SC2046  # one option a word
	DOCKER_BUILDKIT=1 engine build --tag "plimsoll-allocators:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN" \
		$(base_arguments "$ALLOCATORS/Containerfile") "$ALLOCATORS" --file "$ALLOCATORS/Containerfile" 2>&1 |
		show_progress allocators
	container=$(engine create --label "plimsoll.run=$PLIMSOLL_RUN" "plimsoll-allocators:$PLIMSOLL_RUN")
	for name in glibc musl musl-mimalloc; do
		engine cp --quiet "$container:/$name" "$SCRATCH/$name"
		for threads in 1 2; do
			printf 'allocators: %s, %d thread(s)\n' "$name" "$threads" >&2
			"$SCRATCH/$name" "$threads" | jq --raw-input --arg name "$name" --argjson threads "$threads" \
				'split(" ") | map(tonumber) | {$name, $threads, seconds: .[0], rss_kb: .[1]}'
		done
	done | jq --slurp '{date: (now | strftime("%F")), rows: .}'
	engine rm "$container" >/dev/null
}
