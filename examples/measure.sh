#!/usr/bin/env bash
# Measures every image: a cold build (no cache; bases and tools are there), a rebuild after one changed line, the size.
# Writes examples/measured.json and the tables made from it.
#
# Usage: examples/measure.sh [NAME]      NAME: a rung ("07", "07-user") or an image ("app:release")
# Exit: 0 measured, 1 a build failed or a rebuild took a larger part of the cold build than promised, 2, 3 as build.sh.
set -Eeuo pipefail
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

MEASURED=examples/measured.json

main() {
	local image images missed=0
	require_engine
	load_promises
	images=$(promised_images "${1:-}")
	load_bases
	SURROUNDINGS=$(surroundings)
	if [[ -n ${1:-} ]]; then require_same_surroundings; fi
	SCRATCH=$(mktemp -d)
	trap 'remove_run; rm -rf "$SCRATCH"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -p build/logs
	make_probe
	for image in $images; do measure "$image" >>"$SCRATCH/images"; done
	record
	examples/tables.sh
	for image in $images; do judge_rebuild "$image" || missed=1; done
	return "$missed"
}

# One image's figures, as a JSON line. Times in seconds, sizes in bytes.
measure() {
	local image=$1 cold rebuild
	cold=$(time_build "$image" --no-cache)
	changed_tree "$SCRATCH/tree" "Changed at $EPOCHREALTIME"
	rebuild=$(time_build "$image" --context "$SCRATCH/tree" --tag "plimsoll-rebuild:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN")
	rm -r "$SCRATCH/tree"
	observe "$image" | jq --compact-output --argjson cold "$cold" --argjson rebuild "$rebuild" \
		'. + {date: (now | strftime("%F")), cold: $cold, rebuild: $rebuild}'
}

# Seconds, with one decimal.
time_build() {
	local image=$1 from to log=build/logs/measure.log
	shift
	printf '%s: building %s\n' "${image#plimsoll/}" "$*" >&2
	from=$(date +%s%3N)
	if ! build_image "$image" "$@" | tee "$log" | show_progress "${image#plimsoll/}"; then
		report_failure "${image#plimsoll/}" "$log"
		exit 1
	fi
	to=$(date +%s%3N)
	printf '%d.%d' $(((to - from) / 1000)) $(((to - from) % 1000 / 100))
}

# Where and on what the figures are taken.
surroundings() {
	jq --null-input --arg engine "$(engine version --format 'Docker Engine {{.Server.Version}}')" \
		--arg builder "$(builder_name)" --arg host "$(host_class)" --arg suite "$SUITE" --argjson bases "$(bases_json)" \
		'{host: $host, engine: $engine, builder: $builder, suite: $suite, bases: $bases}'
}

# One image measured here must not stand beside others measured elsewhere.
require_same_surroundings() {
	if [[ -e $MEASURED ]] && ! jq -e --argjson here "$SURROUNDINGS" 'del(.images) == $here' "$MEASURED" >/dev/null; then
		printf 'plimsoll: %s: measured on another host, engine or bases: run make measure without NAME\n' "$MEASURED" >&2
		exit 1
	fi
}

# Takes the new figures over the old ones of the same surroundings.
record() {
	local old='{}'
	if [[ -e $MEASURED ]]; then old=$(jq --argjson here "$SURROUNDINGS" 'if del(.images) == $here then .images else {} end' "$MEASURED"); fi
	jq --slurp --argjson old "$old" --argjson here "$SURROUNDINGS" \
		'$here + {images: ($old + (map({(.image): del(.image)}) | add))}' "$SCRATCH/images" >"$MEASURED.new"
	mv "$MEASURED.new" "$MEASURED"
}

builder_name() {
	printf 'BuildKit, by buildx %s' "$(engine buildx version | awk '{print $2}')"
}

host_class() {
	printf '%d cores (%s), %d GiB' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		"$(awk '/^MemTotal:/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)"
}

bases_json() {
	local key json='{}' stand_in
	for key in DEBIAN_IMAGE RUST_IMAGE RUST_SLIM_IMAGE CC_IMAGE CC_DEBUG_IMAGE; do
		stand_in=$([[ ${!key} == localhost/* ]] && echo true || echo false)
		json=$(jq --arg key "$key" --arg name "${!key}" --argjson stand_in "$stand_in" \
			'. + {($key): {name: $name, stand_in: $stand_in}}' <<<"$json")
	done
	printf '%s' "$json"
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
