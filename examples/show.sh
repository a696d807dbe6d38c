#!/usr/bin/env bash
# The main job: builds the images, has plimsoll judge each, prints what it shows, and fails where one breaks its promise.
#
# Usage: examples/show.sh [NAME]      NAME: a rung ("07", "07-user") or an image ("app:release")
#        examples/show.sh --one NAME  exactly one image
# Exit: 0 every promise kept, 1 one broken or a build failed, 2 usage or a plimsoll.yaml, 3 engine trouble.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/promises.sh
. examples/promises.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh
# shellcheck source=examples/judge.sh
. examples/judge.sh

MEASURED=examples/measured.json

main() {
	local images
	require_engine
	load_promises
	if [[ ${1:-} == --one ]]; then
		shift
		require_one "${1:-}"
	fi
	examples/build.sh "$@"
	mapfile -t images < <(promised_images "${1:-}")
	load_bases
	LOOKS=$(mktemp)
	trap 'remove_run; rm "$LOOKS"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	look_at "${images[@]}" >"$LOOKS"
	print_table
	if judge "$(<"$LOOKS")"; then
		printf '\n%d image(s): every promise kept.\n' "${#images[@]}"
	else
		printf '\nA promise was broken: see the lines above.\n'
		return 1
	fi
}

require_one() {
	if [[ -z $1 ]]; then
		printf 'plimsoll: example: no name: name a rung or an image: make example NAME=04\n' >&2
		exit 2
	fi
	one_image "$1" >/dev/null
}

print_table() {
	{
		printf 'name\tbase\tsize\town layers\tuser\tPID 1\tstop\tcold\trebuild\tchecks\n'
		jq -r --slurpfile measured <(cat "$MEASURED" 2>/dev/null || echo '{}') '
			def seconds: if . == null then "-" else "\(.) s" end;
			.[] | .image as $image | ($measured[0].images[$image] // {}) as $times
			| [(.image | ltrimstr("plimsoll/")), (if .base == "SCRATCH" then "scratch" else $ENV[.base] end), "\(.size / 1e5 | round / 10) MB", .layers, .user, .pid1,
			   "\(.stop_ms) ms", ($times.cold | seconds), ($times.rebuild | seconds),
			   "\([.results[] | select(.outcome == "pass")] | length)/\(.results | length)"] | map(tostring) | join("\t")' "$LOOKS"
	} | column -t -s $'\t'
	printf '\nBases: %s (%s).\n' "$BASES" "$SUITE"
	if [[ -e $MEASURED ]]; then
		jq -r '"Build times: measured \([.images[].date] | unique | join(", ")) on \(.host), Debian \(.suite); make measure does it again."' "$MEASURED"
	else
		printf 'Build times: not measured yet: make measure.\n'
	fi
}

main "$@"
