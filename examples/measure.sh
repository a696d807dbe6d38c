#!/usr/bin/env bash
# Measures every image: a cold build (no cache; bases and tools are there), a rebuild after one changed line (the median
# of three), the size; then the parts: strategies, profiles, …
# Writes examples/measured.json and the tables made from it.
#
# Usage: examples/measure.sh [NAME]
#   NAME  a rung ("07", "07-user"), an image ("app:release"), or a part, a file of examples/measure/: strategies, checks, …
# Exit: 0 measured, 1 a build failed or a rebuild took a larger part of the cold build than promised, 2, 3 as build.sh.
set -Eeuo pipefail
shopt -s inherit_errexit # a step that failed must not leave a figure
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/promises.sh
. examples/promises.sh
# shellcheck source=examples/builder.sh
. examples/builder.sh
# shellcheck source=examples/observe.sh
. examples/observe.sh
# shellcheck source=examples/judge.sh
. examples/judge.sh
# shellcheck source=examples/change.sh
. examples/change.sh
# shellcheck source=examples/surroundings.sh
. examples/surroundings.sh

for part in examples/measure/*.sh; do
	# shellcheck source=/dev/null  # each is checked on its own
	. "$part"
done

main() {
	local image images='' part parts='' missed=0
	require_engine
	load_promises
	choose "${1:-}"
	load_bases
	# What a check says depends on no host: it keeps the figures of another one.
	SURROUNDINGS='{}'
	if [[ ${1:-} != checks ]]; then SURROUNDINGS=$(surroundings); fi
	if [[ -n ${1:-} ]]; then require_same_surroundings; fi
	SCRATCH=$(mktemp -d)
	trap 'remove_run; rm -rf "$SCRATCH"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -p build/logs
	for image in $images; do
		measure "$image" >"$SCRATCH/figures"
		record '{images: {(.image): del(.image)}}'
	done
	for part in $parts; do
		"measure_$part" >"$SCRATCH/figures"
		record "{$part: .}"
	done
	examples/charts.py
	examples/pages.sh
	for image in $images; do judge_rebuild "$image" || missed=1; done
	return "$missed"
}

# Sets its caller's images and parts.
choose() {
	local name=$1 all
	all=$(basename --suffix .sh --multiple examples/measure/*.sh)
	if [[ -z $name ]]; then
		images=$(promised_images)
		parts=$all
	elif grep --quiet --line-regexp --fixed-strings "$name" <<<"$all"; then
		parts=$name
	else
		images=$(promised_images "$name") || {
			printf 'plimsoll: %s: no such part either: there are %s\n' "$name" "${all//$'\n'/, }" >&2
			exit 2
		}
	fi
}

# One image's figures, as a JSON line. Times in seconds, sizes in bytes.
measure() {
	local image=$1 cold rebuild
	cold=$(time_build "$image" --no-cache)
	rebuild=$(for _ in 1 2 3; do time_rebuild "$image"; done | sort --numeric-sort | sed -n 2p)
	look_at "$image" >"$SCRATCH/look"
	jq --compact-output --argjson cold "$cold" --argjson rebuild "$rebuild" '.[0] | {image, size, layers, base, user, pid1, stop_ms, exit}
		+ {date: (now | strftime("%F")), cold: $cold, rebuild: $rebuild}' "$SCRATCH/look"
}

time_rebuild() {
	changed_tree "$SCRATCH/tree" "Changed at $EPOCHREALTIME" || exit
	time_build "$1" --context "$SCRATCH/tree" --tag "plimsoll-rebuild:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN"
	rm -r "$SCRATCH/tree"
}

# Prints seconds, with one decimal, in a line.
time_build() {
	local image=$1 from to log=build/logs/measure.log
	shift
	printf '%s: building %s\n' "${image#plimsoll/}" "$*" >&2
	sync # what the build before still has to write must not slow this one
	from=$(date +%s%3N)
	if ! build_image "$image" "$@" | tee "$log" | show_progress "${image#plimsoll/}"; then
		report_failure "${image#plimsoll/}" "$log"
		exit 1
	fi
	to=$(date +%s%3N)
	printf '%d.%d\n' $(((to - from) / 1000)) $(((to - from) % 1000 / 100))
}

# build_fixture NAME CONTAINERFILE CONTEXT: as plimsoll-NAME:$PLIMSOLL_RUN, which goes with the run.
build_fixture() {
	local log=build/logs/measure.log
	local -a bases
	mapfile -t bases < <(base_arguments "$2")
	if ! DOCKER_BUILDKIT=1 engine build --tag "plimsoll-$1:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN" \
		"${bases[@]}" --file "$2" "$3" 2>&1 | tee "$log" | show_progress "$1"; then
		report_failure "$1" "$log"
		exit 1
	fi
}

# copy_out IMAGE FILE TARGET
copy_out() {
	local container
	container=$(engine create --label "plimsoll.run=$PLIMSOLL_RUN" "$1") || exit
	engine cp --quiet "$container:$2" "$3" || exit
	engine rm --volumes "$container" >/dev/null
}

# One image measured here must not stand beside others measured elsewhere.
require_same_surroundings() {
	if [[ -e $MEASURED ]] && ! measured_here; then
		printf 'plimsoll: %s: measured on another host, engine or bases: run make measure without NAME\n' "$MEASURED" >&2
		exit 1
	fi
}

# record JQ: what the expression makes of the new figures goes over the old ones of the same surroundings, at once, so
# that an interrupted run loses one figure, not all.
record() {
	local old='{}'
	if [[ -e $MEASURED ]] && measured_here; then old=$(<"$MEASURED"); fi
	jq --argjson old "$old" --argjson here "$SURROUNDINGS" "\$old * \$here * $1" "$SCRATCH/figures" >"$MEASURED.new"
	mv "$MEASURED.new" "$MEASURED"
}

judge_rebuild() {
	local image=$1 most
	most=$(promised "$image" rebuild.at_most)
	if [[ -z $most ]]; then return; fi
	jq -r --arg image "$image" --argjson most "$most" '.images[$image]
		| select(.rebuild > .cold * $most)
		| "\($image): rebuild: expected at most \($most) of the cold build\u0027s \(.cold) s, found \(.rebuild) s"' "$MEASURED" |
		(! grep . >&2)
}

main "$@"
