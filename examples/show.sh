#!/usr/bin/env bash
# The main job: builds the images, runs each, prints what it shows, and fails where one breaks its promise.
#
# Usage: examples/show.sh [NAME]      NAME: a rung ("07", "07-user") or an image ("app:release")
#        examples/show.sh --one NAME  exactly one image
# Exit: 0 every promise kept, 1 one broken or a build failed, 2 usage, 3 engine trouble.
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
	local image images fact facts='' broken=0
	require_engine
	load_promises
	if [[ ${1:-} == --one ]]; then
		shift
		require_one "${1:-}"
	fi
	examples/build.sh "$@"
	images=$(promised_images "${1:-}")
	load_bases
	trap remove_run EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	make_probe
	for image in $images; do
		printf '%s: running\n' "${image#plimsoll/}" >&2
		if fact=$(observe "$image"); then facts+=$fact$'\n'; else broken=1; fi
	done
	print_table "$facts"
	while IFS= read -r fact; do
		judge "$fact" || broken=1
	done <<<"${facts%$'\n'}"
	if ((broken == 0)); then
		printf '\n%d image(s): every promise kept.\n' "$(wc -l <<<"$images")"
	else
		printf '\nA promise was broken: see the lines above.\n'
	fi
	return "$broken"
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
		printf 'name\tbase\tsize\town layers\tuser\tPID 1\tstop\texit\tcold\trebuild\n'
		jq -r --slurpfile measured <(cat "$MEASURED" 2>/dev/null || echo '{}') '
			def seconds: if . == null then "-" else "\(.) s" end;
			.image as $image | ($measured[0].images[$image] // {}) as $times
			| [(.image | ltrimstr("plimsoll/")), (if .base == "SCRATCH" then "scratch" else $ENV[.base] end), "\(.size / 1e5 | round / 10) MB", .layers, .user, .pid1,
			   "\(.stop_ms) ms", .exit, ($times.cold | seconds), ($times.rebuild | seconds)] | map(tostring) | join("\t")' <<<"$1"
	} | column -t -s $'\t'
	printf '\nBases: %s (%s).\n' "$BASES" "$SUITE"
	if [[ -e $MEASURED ]]; then
		jq -r '"Build times: measured \([.images[].date] | unique | join(", ")) on \(.host), Debian \(.suite); make measure does it again."' "$MEASURED"
	else
		printf 'Build times: not measured yet: make measure.\n'
	fi
}

main "$@"
