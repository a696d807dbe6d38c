#!/usr/bin/env bash
# Removes build/ and what an interrupted run left: everything that carries the label plimsoll.run. Images of the
# ladder, the bases and the build cache stay. Usage: tests/clean.sh
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh

# remove KIND LIST-COMMAND... : removes what the command lists, and says how many there were.
remove() {
	local kind=$1 ids
	shift
	ids=$("$@" --quiet --filter label=plimsoll.run | sort -u)
	if [[ -z $ids ]]; then return; fi
	case $kind in
	container) xargs "${ENGINE:-docker}" rm --force --volumes ;;
	image) xargs "${ENGINE:-docker}" image rm --force ;;
	*) xargs "${ENGINE:-docker}" "$kind" rm ;;
	esac <<<"$ids" >/dev/null
	printf 'removed: %s: %d\n' "$kind" "$(wc -l <<<"$ids")"
}

# What belongs to a run that is still going is its own to remove.
refuse_while_running() {
	local runs
	runs=$(engine ps --filter label=plimsoll.run=tests --format '{{.Names}}')
	if [[ -n $runs ]]; then
		printf 'plimsoll: clean: a run is still going: wait for it, or stop it: docker stop %s\n' "$runs" >&2
		exit 1
	fi
}

require_engine
refuse_while_running
remove container engine ps --all
remove volume engine volume ls
remove network engine network ls
remove image engine image ls
rm -rf build
