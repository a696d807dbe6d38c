#!/usr/bin/env bash
# Writes what is generated in the READMEs, between their marks. Figures come from examples/measured.json
# and the two benchmarks.json alone, checks from build/plimsoll.
#
# Usage: examples/pages.sh [--check] [FILE]...     all files without one
#   --check  changes nothing and exits 1 where a README differs
# Marks, each up to <!-- end -->:
#   <!-- measured: TABLE [IMAGE] -->   the table that examples/tables/TABLE.jq makes, of one image or of all
#                                      or one of bench/tables/, of su-exec/benchmarks.json,
#                                      or one of bench/check/tables/, of plimsoll/benchmarks.json
#   <!-- diff: IMAGE -->               what its Containerfile changes in that of the rung it follows
#   <!-- checks: NEEDS -->             the checks of plimsoll that need these facts: image, files, layers or runs
set -Eeuo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

# shellcheck source=examples/promises.sh
. examples/promises.sh

MEASURED=examples/measured.json

table() {
	local name=$1 image=${2:-all} before
	if [[ -e bench/tables/$name.jq ]]; then
		jq -r -L bench "$(<"bench/tables/$name.jq")" su-exec/benchmarks.json
		return
	fi
	if [[ -e bench/check/tables/$name.jq ]]; then
		if [[ ! -e plimsoll/benchmarks.json ]]; then
			# shellcheck disable=SC2016  # Markdown's own backquotes
			printf 'Not measured yet: `make bench`.\n'
			return
		fi
		jq -r -L bench/check "$(<"bench/check/tables/$name.jq")" plimsoll/benchmarks.json
		return
	fi
	if [[ -e examples/measure/$name.sh ]] && ! jq -e ".$name" "$MEASURED" >/dev/null; then
		# shellcheck disable=SC2016  # Markdown's own backquotes
		printf 'Not measured yet: `make measure NAME=%s`.\n' "$name"
		return
	fi
	before=$(rung_before "$image")
	jq -r -L examples/tables --arg which "$image" --arg before "${before/#examples/plimsoll}" --slurpfile promises "$PROMISES" --slurpfile published examples/published.json \
		"$(<"examples/tables/$name.jq")" "$MEASURED"
}

difference() {
	local image=$1 before own
	before=$(rung_before "$image") own=$(source_of "$image")
	# shellcheck disable=SC2016  # a fence
	printf '```diff\n'
	diff --unified --label "${before#examples/}" --label "${own#examples/}" "$before/Containerfile" "$own/Containerfile" || [[ $? == 1 ]]
	# shellcheck disable=SC2016
	printf '```\n'
}

# The catalogue as the built program lists it.
checks() {
	if [[ ! -x build/plimsoll ]]; then
		printf 'plimsoll: build/plimsoll: not there, and knows the checks: run make plimsoll\n' >&2
		return 1
	fi
	# shellcheck disable=SC2016  # Markdown's own backquotes
	printf '| check | what it asserts | severity | profiles | who else asks for it | the lesson |\n|---|---|---|---|---|---|\n'
	build/plimsoll list --format json | jq -r --arg needs "$1" '
		def cell: gsub("[|]"; "\\|");
		.[] | select(.needs | split(".")[0] == $needs)
		| "| `\(.id)` | \(.title | cell) | \(.severity) | \(.profiles | gsub(" "; ", ")) | \(.references | cell) | "
			+ (if .rung == "" then "" else "[\(.rung)](../examples/\(.rung)/README.md)" end) + " |"'
}

rewrite() {
	local line made=''
	while IFS= read -r line; do
		if [[ -n $made && $line == '<!-- '* && $line != '<!-- end -->' ]]; then break; fi
		if [[ -z $made || $line == '<!-- end -->' ]]; then printf '%s\n' "$line"; fi
		if [[ $line =~ ^'<!-- measured: '([a-z]+)' '?(.*)' -->'$ ]]; then
			made=1
			table "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]:-all}"
		elif [[ $line =~ ^'<!-- diff: '(.*)' -->'$ ]]; then
			made=1
			difference "${BASH_REMATCH[1]}"
		elif [[ $line =~ ^'<!-- checks: '(image|files|layers|runs)' -->'$ ]]; then
			made=1
			checks "${BASH_REMATCH[1]}"
		elif [[ $line == '<!-- end -->' ]]; then
			made=''
		fi
	done
	if [[ -n $made ]]; then
		printf 'plimsoll: %s: a mark without its <!-- end -->: add it\n' "$file" >&2
		return 1
	fi
}

main() {
	local file stale=0 fresh check=''
	if [[ ${1:-} == --check ]]; then check=1; shift; fi
	if (($# == 0)); then set -- README.md examples/README.md examples/*/README.md plimsoll/checks.md su-exec/BENCHMARKS.md plimsoll/BENCHMARKS.md; fi
	load_promises
	for file; do
		fresh=$(rewrite <"$file")
		if [[ $fresh == "$(<"$file")" ]]; then continue; fi
		if [[ -n $check ]]; then
			printf 'plimsoll: %s: its tables or its diff are not what the tree says: run examples/pages.sh\n' "$file" >&2
			diff "$file" <(printf '%s\n' "$fresh") >&2 || stale=1
		else
			printf '%s\n' "$fresh" >"$file"
		fi
	done
	return "$stale"
}

main "$@"
