# shellcheck shell=bash
# The service itself on musl, with mimalloc and with musl's own allocator, beside rung 13: static on glibc, of the same
# profile. Sourced by examples/measure.sh. The binaries run here, in the tests image, as those of the profiles do.

MUSL=tests/fixtures/musl

# Prints one JSON object.
measure_musl() {
	local name binary
	printf 'musl: building\n' >&2
	build_fixture musl "$MUSL/Containerfile" .
	examples/build.sh 13 >&2 || exit
	copy_out plimsoll/13-cache-mounts /usr/local/bin/app "$SCRATCH/glibc"
	for name in musl musl-mimalloc compiler; do copy_out "plimsoll-musl:$PLIMSOLL_RUN" "/$name" "$SCRATCH/$name"; done
	for name in glibc musl musl-mimalloc; do
		binary=$SCRATCH/$name
		jq --null-input --arg name "$name" --argjson size "$(stat --format %s "$binary")" \
			--argjson start "$(median_start "$binary")" --argjson load "$(load_service "$binary")" \
			'{$name, $size, start_ms: $start} + $load'
	done | jq --slurp --arg compiler "$(<"$SCRATCH/compiler")" '{date: (now | strftime("%F")), compiler: $compiler, rows: .}'
}
