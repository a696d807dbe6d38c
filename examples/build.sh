#!/usr/bin/env bash
# Builds the promised images side by side; the builder shares the stages that they have in common.
#
# Usage: examples/build.sh [NAME]      NAME: a rung ("07", "07-user") or an image ("app:release")
# BUILDER=classic: one after the other, with the engine's old builder, as NAME:classic.
# Exit: 0 all built, 1 one failed (its log is named), 2 usage, 3 engine trouble.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/promises.sh
. examples/promises.sh
# shellcheck source=examples/builder.sh
. examples/builder.sh

LOGS=build/logs

build_one() {
	local image=$1 name=${1#plimsoll/} tag=$1 log
	if [[ ${BUILDER:-buildkit} == classic ]]; then tag=$(classic_tag "$image"); fi
	log=$LOGS/${name/:/-}.${BUILDER:-buildkit}.log
	if build_image "$image" --tag "$tag" | tee "$log" | show_progress "$name"; then
		printf '%s: built after %d s\n' "$name" "$SECONDS" >&2
	else
		report_failure "$name" "$log"
		return 1
	fi
}

classic_tag() {
	case $1 in
	*:*) printf '%s-classic' "$1" ;;
	*) printf '%s:classic' "$1" ;;
	esac
}

# Leaves out of its caller's images those that only BuildKit can build; refuses one that is named.
require_classic() {
	local image own=$images
	images=''
	for image in $own; do
		if [[ $(promised "$image" builder) != buildkit ]]; then
			images+="$image "
		elif [[ -n $1 ]]; then
			printf 'plimsoll: %s: its Containerfile needs BuildKit: build it without BUILDER=classic\n' "${image#plimsoll/}" >&2
			exit 2
		fi
	done
}

# Waits for every build; says every 5 seconds that it still does. Returns 1 when one failed.
await_builds() {
	local failed=0 pid
	while [[ -n $(jobs -rp) ]]; do
		if ((SECONDS > 0 && SECONDS % 5 == 0)); then printf '%4d s: %d still building\n' "$SECONDS" "$(jobs -rp | wc -l)" >&2; fi
		sleep 1
	done
	for pid in "$@"; do wait "$pid" || failed=1; done
	return "$failed"
}

main() {
	local images image failed=0
	local -a builds=()
	require_engine
	load_bases
	load_promises
	images=$(promised_images "${1:-}")
	if [[ ${BUILDER:-buildkit} == classic ]]; then require_classic "${1:-}"; fi
	mkdir -p "$LOGS"
	trap 'kill $(jobs -rp) 2>/dev/null; exit 130' INT
	trap 'kill $(jobs -rp) 2>/dev/null; exit 143' TERM
	for image in $images; do
		if [[ ${BUILDER:-buildkit} == classic ]]; then
			build_one "$image" || failed=1
		else
			build_one "$image" &
			builds+=($!)
		fi
	done
	await_builds "${builds[@]}" || failed=1
	return "$failed"
}

main "$@"
