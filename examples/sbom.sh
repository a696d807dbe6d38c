#!/usr/bin/env bash
# Prints what an image is made of, as CycloneDX JSON: syft reads it from the image itself.
#
# Usage: examples/sbom.sh NAME      NAME: a rung ("14", "14-reproducible") or an image ("app:release"); it must be built
# Exit: 0 printed, 1 not built or not readable, 2 usage, 3 engine trouble.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh
# shellcheck source=examples/promises.sh
. examples/promises.sh

main() {
	local image
	if [[ -z ${1:-} ]]; then
		printf 'plimsoll: sbom: no name: name a rung or an image: make sbom NAME=14\n' >&2
		exit 2
	fi
	require_engine
	load_promises
	image=$(one_image "$1")
	if ! engine image inspect "$image" >/dev/null 2>&1; then
		printf 'plimsoll: %s: not built: make images NAME=%s\n' "$image" "$1" >&2
		exit 1
	fi
	SYFT_CHECK_FOR_APP_UPDATE=false syft --quiet "docker:$image" --output cyclonedx-json
}

main "$@"
