# shellcheck shell=bash
# What the C library's allocator costs, by one small program linked static in three ways. Sourced by examples/measure.sh.

ALLOCATORS=tests/fixtures/allocators

# Prints one JSON object.
measure_allocators() {
	local name threads
	printf 'allocators: building\n' >&2
	build_fixture allocators "$ALLOCATORS/Containerfile" "$ALLOCATORS"
	for name in glibc musl musl-mimalloc; do
		copy_out "plimsoll-allocators:$PLIMSOLL_RUN" "/$name" "$SCRATCH/$name"
		for threads in 1 2; do
			printf 'allocators: %s, %d thread(s)\n' "$name" "$threads" >&2
			"$SCRATCH/$name" "$threads" | jq --raw-input --arg name "$name" --argjson threads "$threads" \
				'split(" ") | map(tonumber) | {$name, $threads, seconds: .[0], rss_kb: .[1]}'
		done
	done | jq --slurp '{date: (now | strftime("%F")), rows: .}'
}
