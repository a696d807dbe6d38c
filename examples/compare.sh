#!/usr/bin/env bash
# Two images side by side: size, files, layers, user, checks. Builds them first.
#
# Usage: examples/compare.sh A B      A, B: a rung ("02", "02-multi-stage") or an image ("app:release")
# Exit: 0 shown, 1 a build failed or an image doesn't run, 2 usage, 3 engine trouble.
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
	local name image
	local -a facts=()
	if (($# != 2)) || [[ -z $1 || -z $2 ]]; then
		printf 'plimsoll: compare: two images are needed: make compare A=02 B=12\n' >&2
		exit 2
	fi
	require_engine
	load_promises
	for name; do one_image "$name" >/dev/null; done
	load_bases
	trap remove_run EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	for name; do examples/build.sh "$name"; done
	make_probe
	for name; do
		image=$(one_image "$name")
		printf '%s: running\n' "${image#plimsoll/}" >&2
		facts+=("$(observe "$image" | jq --compact-output --argjson files "$(count_files "$image")" '. + {files: $files}')")
	done
	print_comparison "${facts[@]}"
}

# Files and links, without directories and without what the engine puts into every container.
count_files() {
	local container
	container=$(engine create --label "plimsoll.run=$PLIMSOLL_RUN" "$1")
	engine export "$container" | tar --list |
		grep -cvE '/$|^(\.dockerenv|dev/console|etc/(hostname|hosts|mtab|resolv\.conf))$'
	engine rm "$container" >/dev/null
}

# One line a fact; a star where they differ.
print_comparison() {
	jq --null-input --raw-output -L examples/tables --argjson a "$1" --argjson b "$2" '
		include "judged";
		def row(name; f): [name, ($a | f | tostring), ($b | f | tostring)] | . + [if .[1] == .[2] then "" else "*" end];
		row("image"; .image | ltrimstr("plimsoll/")),
		row("base"; if .base == "SCRATCH" then "scratch" else $ENV[.base] end),
		row("size"; "\(.size / 1e5 | round / 10) MB"),
		row("files"; .files),
		row("own layers"; .layers),
		row("user"; .user),
		row("PID 1"; .pid1),
		row("entry point"; .entrypoint),
		row("stop on TERM"; "\(.stop_ms) ms, exit \(.exit)"),
		(($a | checks | keys[]) as $n | row("check: \($a | checks[$n].name)"; checks[$n] | if .passed then "yes" else "no" end))
		| join("\t")' | column -t -s $'\t'
}

main "$@"
