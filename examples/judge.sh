# shellcheck shell=bash
# Facts against promises. Sourced, after promises.sh and observe.sh, by the table, the measurement and the tests.
#
# observe IMAGE          looks at IMAGE and runs it; prints its facts as one JSON line
# judge FACTS      prints a line for each broken promise; returns 1 when there is one

observe() {
	local image=$1 container user exe shell toolchain kind cage stop facts
	container=$(run_service "$image") || return
	user=$(pid1_user "$container") || return
	exe=$(pid1_exe "$container") || return
	shell=$(can_run "$container" sh -c :)
	toolchain=$(can_run "$container" cargo --version)
	kind=$(entrypoint_kind "$container") || return
	cage=$(can_be_caged "$image") || return
	stop=$(stop_service "$container") || return
	facts=$(jq --null-input --compact-output --arg image "$image" --argjson size "$(image_size "$image")" \
		--argjson layers "$(image_layers "$image")" --arg base "$(image_base "$image")" \
		--arg user "$user" --arg pid1 "$exe" --argjson shell "$shell" --argjson toolchain "$toolchain" \
		--arg entrypoint "$kind" --argjson healthcheck "$(has_healthcheck "$image")" --argjson cage "$cage" --argjson stop_ms "${stop% *}" --argjson exit "${stop#* }" \
		'$ARGS.named') || return
	engine rm --force --volumes "$container" >/dev/null
	printf '%s\n' "$facts"
}

judge() {
	local facts=$1 misses
	if ! jq -e --slurpfile promises "$PROMISES" '.image as $image | any($promises[0][]; .image == $image)' <<<"$facts" >/dev/null; then
		printf 'plimsoll: nothing was observed, or an image without promises: "%s"\n' "$facts" >&2
		return 1
	fi
	misses=$(jq -r --slurpfile promises "$PROMISES" '
		def miss(key; expected; found): "\(.image | ltrimstr("plimsoll/")): \(key): expected \(expected), found \(found)";
		. as $facts | ($promises[0][] | select(.image == $facts.image)) as $p
		| (("base", "layers", "user", "pid1", "shell", "toolchain", "healthcheck", "cage", "entrypoint") as $key
		   | if .[$key] != $p[$key] then miss($key; $p[$key]; .[$key]) else empty end),
		  (if .size > ($p.size.at_most * 1e6) then miss("size"; "at most \($p.size.at_most) MB"; "\(.size / 1e6) MB") else empty end),
		  (if .size < (($p.size.at_least // 0) * 1e6) then miss("size"; "at least \($p.size.at_least) MB"; "\(.size / 1e6) MB") else empty end),
		  (if .stop_ms > ($p.stop.within * 1000) then miss("stop on TERM"; "within \($p.stop.within) s"; "\(.stop_ms) ms") else empty end),
		  (if .exit != $p.stop.exit then miss("exit code on TERM"; $p.stop.exit; .exit) else empty end)' <<<"$facts")
	if [[ -n $misses ]]; then
		printf '%s\n' "$misses" >&2
		return 1
	fi
}
