#!/usr/bin/env bash
# Pins the bases of rung 14 by digest: writes a line for each into examples/14-reproducible/pins.env, over the one before.
# An official image has a digest since it was pulled. A stand-in was made on this host and has none.
#
# Usage: examples/pin.sh
# Exit: 0 written, 1 a base has no digest (nothing is changed then), 2 usage, 3 engine trouble.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=bases/engine.sh
. bases/engine.sh

RUNG=examples/14-reproducible

main() {
	local key pins=''
	if (($#)); then
		printf 'plimsoll: pin: %s: unknown argument: it takes none\n' "$1" >&2
		exit 2
	fi
	require_engine
	load_bases
	while read -r key; do
		# The tools are pinned one by one, by checksum, in bases/names.sh.
		if [[ $key != TOOLS_IMAGE ]]; then pins+=$key=$(pinned "${!key}")$'\n'; fi
	done < <(sed -n 's/^ARG \([A-Z_]*_IMAGE\)=.*/\1/p' "$RUNG/Containerfile")
	{ grep --invert-match '_IMAGE=' "$RUNG/pins.env"; printf '%s' "$pins"; } >"$RUNG/pins.env.new"
	mv "$RUNG/pins.env.new" "$RUNG/pins.env"
	printf '%s' "$pins"
}

# The name with the digest that the registry gave; where both stand, the digest decides. The same image may have been
# pulled from other repositories, which know it by other digests; and Docker leaves its own registry's name out.
pinned() {
	local digest repository=${1#docker.io/}
	repository=${repository#library/} repository=${repository%:*}
	digest=$(engine image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$1" |
		sed -nE "s#^(docker\.io/)?(library/)?$repository@#@#p" | head -n 1)
	if [[ -z $digest ]]; then
		printf 'plimsoll: %s: has no digest: only an official image can be pinned: make bases BASES=official\n' "$1" >&2
		exit 1
	fi
	printf '%s%s' "$1" "$digest"
}

main "$@"
