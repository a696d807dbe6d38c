#!/usr/bin/env bash
# Writes the measured table into the READMEs, between their marks; the figures come from examples/measured.json alone.
#
# Usage: examples/tables.sh [--check]      --check changes nothing and exits 1 where a README differs
# A README's marks: <!-- measured: all --> or <!-- measured: IMAGE -->, and <!-- end -->.
set -Eeuo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

MEASURED=examples/measured.json

table() {
	jq -r --arg which "$1" '
		def mb: . / 1e5 | round / 10;
		. as $all
		| "| name | base | size | layers | user | PID 1 | stop | cold build | rebuild |",
		  "|---|---|--:|--:|---|---|--:|--:|--:|",
		  (.images | to_entries | sort_by(.key | if startswith("plimsoll/app") then "z" + . else . end)[]
		   | select($which == "all" or .key == $which) | .value as $i
		   | "| \(.key | ltrimstr("plimsoll/")) | `\($all.bases[$i.base].name)` | \($i.size | mb) MB | \($i.layers) | \($i.user) | `\($i.pid1)` | \($i.stop_ms) ms | \($i.cold) s | \($i.rebuild) s |"),
		  "",
		  "Measured by `make measure` on \([.images[].date] | unique | join(", ")), once each: \(.host); \(.engine), \(.builder); Debian \(.suite)."
		  + (if any(.bases[]; .stand_in) then " The bases are stand-ins made by `make bases`, not the official images." else "" end)
		' "$MEASURED"
}

rewrite() {
	local line which=''
	while IFS= read -r line; do
		if [[ -z $which || $line == '<!-- end -->' ]]; then printf '%s\n' "$line"; fi
		if [[ $line =~ ^'<!-- measured: '(.*)' -->'$ ]]; then
			which=${BASH_REMATCH[1]}
			table "$which"
		elif [[ $line == '<!-- end -->' ]]; then
			which=''
		fi
	done
}

main() {
	local file stale=0 fresh
	for file in README.md examples/*/README.md; do
		fresh=$(rewrite <"$file")
		if [[ $fresh == "$(<"$file")" ]]; then continue; fi
		if [[ ${1:-} == --check ]]; then
			printf 'plimsoll: %s: its table differs from %s: run examples/tables.sh\n' "$file" "$MEASURED" >&2
			stale=1
		else
			printf '%s\n' "$fresh" >"$file"
		fi
	done
	return "$stale"
}

main "$@"
