# shellcheck shell=bash
# What each setting of cargo's profile does to the static binary of rung 12: size, start, speed, memory.
# Sourced by examples/measure.sh. The binary runs here, in the tests image: it needs nothing beside itself.

PROFILED=plimsoll/12-static-scratch

# NAME OPT_LEVEL LTO CODEGEN_UNITS PANIC STRIP DEBUG: the first row is the profile `dev`, the second what cargo does by
# itself for a release, the next ones change one setting of that each; then what the app's Cargo.toml says, and at last
# the rung.
PROFILES='
debug               0 false 256 unwind none      true
release             3 false 16  unwind debuginfo false
strip               3 false 16  unwind symbols   false
lto                 3 fat   16  unwind debuginfo false
codegen-units=1     3 false 1   unwind debuginfo false
opt-level=s         s false 16  unwind debuginfo false
opt-level=z         z false 16  unwind debuginfo false
panic=abort         3 false 16  abort  debuginfo false
own Cargo.toml      3 off   4   unwind symbols   false
all but opt-level   3 fat   1   abort  symbols   false
all                 z fat   1   abort  symbols   false'

# Prints one JSON object.
measure_profiles() {
	local row
	while IFS= read -r row; do
		if [[ $row =~ ^(.{20})(.*)$ ]]; then
			# shellcheck disable=SC2086  # six settings
			measure_profile "${BASH_REMATCH[1]%"${BASH_REMATCH[1]##*[! ]}"}" ${BASH_REMATCH[2]} || exit
		fi
	done <<<"$PROFILES" | jq --slurp '{date: (now | strftime("%F")), rows: .}'
}

measure_profile() {
	local name=$1 seconds binary=$SCRATCH/app start load
	seconds=$(build_profile "$@") || exit
	copy_out "plimsoll-profile:$PLIMSOLL_RUN" /app/bin/app "$binary"
	start=$(median_start "$binary") || exit
	load=$(load_service "$binary") || exit
	engine image rm "plimsoll-profile:$PLIMSOLL_RUN" >/dev/null
	jq --null-input --arg name "$name" --argjson size "$(stat --format %s "$binary")" --argjson build "$seconds" \
		--argjson start "$start" --argjson load "$load" '{$name, $size, $build, start_ms: $start} + $load'
}

build_profile() {
	printf 'profile %s\n' "$1" >&2
	time_build "$PROFILED" --tag "plimsoll-profile:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN" --target test --no-cache \
		--build-arg "OPT_LEVEL=$2" --build-arg "LTO=$3" --build-arg "CODEGEN_UNITS=$4" --build-arg "PANIC=$5" \
		--build-arg "STRIP=$6" --build-arg "DEBUG=$7"
}

# Starts it on a free port, with its data in memory; sets PID, and ADDRESS once it listens.
start_binary() {
	local line output
	exec {output}< <(APP_LISTEN=127.0.0.1:0 APP_DATA=/dev/shm/plimsoll-profile exec "$1")
	PID=$!
	if ! read -r line <&"$output" || [[ $line != 'listening on '* ]]; then
		printf 'plimsoll: %s: does not listen: %s\n' "$1" "${line:-it said nothing}" >&2
		exit 1
	fi
	exec {output}<&-
	ADDRESS=${line#listening on } ADDRESS=${ADDRESS%%,*}
}

stop_binary() {
	kill "$PID"
	wait "$PID"
}

# Milliseconds from the fork to the line that says where it listens: the median of 51 starts.
median_start() {
	local PID ADDRESS from to
	for _ in {1..51}; do
		from=${EPOCHREALTIME/./}
		start_binary "$1"
		to=${EPOCHREALTIME/./}
		stop_binary
		printf '%d.%03d\n' $(((to - from) / 1000)) $(((to - from) % 1000))
	done | sort --numeric-sort | sed -n 26p
}

# {"requests_per_s", "rss_kb": the peak} under wrk on the loopback of this container, bounded to 3 s.
load_service() {
	local PID ADDRESS requests
	start_binary "$1"
	requests=$(wrk --threads 1 --connections 32 --duration 3s "http://$ADDRESS/" | awk '/^Requests\/sec:/ {printf "%d", $2}')
	if [[ -z $requests ]]; then
		printf 'plimsoll: wrk: no figure\n' >&2
		exit 1
	fi
	printf '{"requests_per_s": %d, "rss_kb": %d}\n' "$requests" "$(awk '/^VmHWM:/ {print $2}' "/proc/$PID/status")"
	stop_binary
}
