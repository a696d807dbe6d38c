#!/usr/bin/env bash
# Runs a command of this tree inside the image plimsoll/tests, with the engine's socket.
#
# Usage: tests/inside.sh COMMAND [ARG]...
# Chooses the bases and builds the image first; both take about a second when nothing changed.
# Exit: the command's own, or 3 when the engine can't be used.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

if [[ -n ${PLIMSOLL_INSIDE:-} ]]; then exec "$@"; fi

# shellcheck source=bases/engine.sh
. bases/engine.sh

# The socket as the engine's client sees it; only a local one can be mounted.
find_socket() {
	local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
	if [[ $host != unix://* ]]; then
		printf 'plimsoll: DOCKER_HOST: %s is not a local socket: set it to unix:///path, or unset it\n' "$host" >&2
		exit 3
	fi
	printf '%s' "${host#unix://}"
}

build_tests_image() {
	load_bases
	LOG=$(mktemp)
	trap 'rm -f "$LOG"; drop_old_images' EXIT
	printf 'plimsoll/tests: building on %s\n' "$TESTS_BASE_IMAGE" >&2
	if ! engine build --force-rm --file tests/Containerfile --tag plimsoll/tests \
		--build-arg TESTS_BASE_IMAGE="$TESTS_BASE_IMAGE" tests 2>&1 | tee "$LOG" | show_steps; then
		tail -n 20 "$LOG" >&2
		printf 'plimsoll/tests: the build failed: see the lines above, and run make again when it is mended\n' >&2
		exit 1
	fi
	rm "$LOG"
	drop_old_images
	trap - EXIT
}

# What the classic builder leaves untagged: the image before this one, or a half one when it was interrupted.
# One that a running container uses stays until the next time.
drop_old_images() {
	local image
	for image in $(engine image ls --quiet --filter dangling=true --filter label=plimsoll.image=tests); do
		engine image rm "$image" >/dev/null 2>&1 || printf 'plimsoll/tests: %s: the old image is in use, and stays\n' "$image" >&2
	done
}

# A line per step that the cache doesn't have, and a package now and then: nothing is silent for long.
show_steps() {
	awk 'function say(line) { print "plimsoll/tests: " line; fflush() }
	     /^Step |^#[0-9]+ \[/ { held = $0; next }
	     /^ ---> Running in|^#[0-9]+ [0-9]/ { if (held != "") say(held); held = "" }
	     /^(#[0-9]+ [0-9.]+ )?(Get:|Setting up|Collecting)/ { if (++n % 20 == 0) say("  " $0) }' >&2
}

run_inside() {
	# The variable tells the init to signal the whole process group: the builds too, not only the script above them.
	local -a options=(--rm --init --env TINI_KILL_PROCESS_GROUP=1 --interactive --label plimsoll.run=tests
		--volume "$SOCKET:/var/run/docker.sock" --volume "$PWD:/plimsoll"
		--env "CI=${CI:-}" --env "NO_COLOR=${NO_COLOR:-}")
	if [[ -t 0 && -t 1 ]]; then options+=(--tty); fi
	exec "${ENGINE:-docker}" run "${options[@]}" plimsoll/tests "$@"
}

require_engine
SOCKET=$(find_socket)
bases/make.sh
build_tests_image
run_inside "$@"
