#!/usr/bin/env bash
# Two images side by side: size, files, layers, user, and the checks that one of them fails. Builds them first.
#
# Usage: examples/compare.sh A B      A, B: a rung ("02", "02-multi-stage") or an image ("app:release")
# Exit: 0 shown, 1 a build failed, 2 usage or a plimsoll.yaml, 3 engine trouble.
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

main() {
	local name
	local -a images=()
	if (($# != 2)) || [[ -z $1 || -z $2 ]]; then
		printf 'plimsoll: compare: two images are needed: make compare A=02 B=12\n' >&2
		exit 2
	fi
	require_engine
	load_promises
	for name; do images+=("$(one_image "$name")"); done
	load_bases
	LOOKS=$(mktemp)
	trap 'remove_run; rm "$LOOKS"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	for name; do examples/build.sh "$name"; done
	look_at "${images[@]}" >"$LOOKS"
	print_comparison
}

# One line a fact, and one for each check that one of them fails; a star where they differ.
print_comparison() {
	jq --raw-output '
		. as [$a, $b]
		| def row(name; f): [name, ($a | f | tostring), ($b | f | tostring)] | . + [if .[1] == .[2] then "" else "*" end];
		def outcome($id): [.results[] | select(.id == $id).outcome][0];
		row("image"; .image | ltrimstr("plimsoll/")),
		row("base"; if .base == "SCRATCH" then "scratch" else $ENV[.base] end),
		row("size"; "\(.size / 1e5 | round / 10) MB"),
		row("files"; .files),
		row("own layers"; .layers),
		row("user"; .user),
		row("PID 1"; .pid1),
		row("entry point"; .entrypoint // "none"),
		row("stop on TERM"; "\(.stop_ms) ms, exit \(.exit)"),
		(($a.results[].id | select(. as $id | any($a, $b; outcome($id) == ("fail", "error")))) as $id | row($id; outcome($id)))
		| join("\t")' "$LOOKS" | column -t -s $'\t'
}

main "$@"
