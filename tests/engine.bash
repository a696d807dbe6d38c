# shellcheck shell=bash
# The engine as every suite calls it: with a limit. bats' own time-out can't end a `run`, since the engine's client
# outlives its shell and holds the pipe.

# shellcheck source=bases/engine.sh
. bases/engine.sh

engine() {
	local limit=60
	if [[ $1 == build ]]; then limit=900; fi
	timeout --kill-after=5 "$limit" "${ENGINE:-docker}" "$@"
}
