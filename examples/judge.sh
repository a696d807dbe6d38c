# shellcheck shell=bash
# What plimsoll says of images. Sourced, after bases/engine.sh and promises.sh, by the table, the measurement and the tests.
#
# look_at IMAGE...    what each shows and which checks it passes, as a JSON array; progress goes to standard error
# judge LOOKS         prints a line for each broken promise in what look_at printed; returns 1 when there is one
#
# One image is {image, base, size, files, layers: its own, user, pid1, processes, entrypoint, stop_ms, exit, results and
# idle_waivers: as in plimsoll/report/schema.json}.

# Its facts are collected once, two images at a time, and judged afterwards: the table needs both.
look_at() {
	local image facts pid failed=0
	local -a configs pids=()
	make --no-print-directory --jobs 2 -f plimsoll/build.mk build/plimsoll >&2 || return
	mapfile -t configs < <(printf -- '--config\n%s\n' examples/[0-9]*/plimsoll.yaml plimsoll.yaml)
	facts=$(mktemp -d)
	for image; do
		if (($(jobs -rp | wc -l) > 1)); then wait -n || failed=$?; fi
		printf '%s: running\n' "${image#plimsoll/}" >&2
		build/plimsoll facts --timeout 300 "${configs[@]}" "$image" >"$facts/${image//\//,}" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid" || failed=$?; done
	set -- "${@//\//,}"
	if ((failed == 0)); then
		build/plimsoll judge "${configs[@]}" --format "json=$facts/verdict" "${@/#/$facts/}" || [[ $? == 1 ]] || failed=2
	fi
	if ((failed == 0)); then describe "$facts/verdict" "${@/#/$facts/}" || failed=$?; fi
	rm -r "$facts"
	return "$failed"
}

# describe VERDICT FACTS...
describe() {
	jq --slurp --argjson bases "$(base_layers)" '
		def base: [.layers.list[].digest] as $own
			| [{key: "SCRATCH", value: []}, ($bases | to_entries[] | select($own[:(.value | length)] == .value))] | max_by(.value | length);
		.[0].images as $verdicts | [.[1:], $verdicts] | transpose | map(.[0] as $facts | .[1] as $verdict
		| ($facts | base) as $base | ($facts.runs.baseline.processes // []) as $processes
		| ($processes | map(select(.pid == 1))[0]) as $first
		| {image: $facts.image.reference, base: $base.key, size: $facts.image.size, files: $facts.files.count,
		   layers: ($facts.image.layer_count - ($base.value | length)),
		   user: ($first | if . then "\(.uids[1]):\(.gids[1])" else null end), pid1: $first.path,
		   processes: ($processes | map({name, uids: (.uids | unique), gids: (.gids | unique), other_groups: (.groups - .gids)})),
		   entrypoint: (if ($facts.image.config.entrypoint // []) != [] then $facts.files.programs[] | select(.role == "entrypoint").format else null end),
		   stop_ms: ($facts.runs.stop.after | if . then . * 1000 | round else null end), exit: $facts.runs.stop.exit}
		+ ($verdict | {results, idle_waivers}))' "$@"
}

# {"DEBIAN_IMAGE": its layers, …}, of the bases that are there.
base_layers() {
	local base
	for base in DEBIAN_IMAGE RUST_IMAGE RUST_SLIM_IMAGE CC_IMAGE CC_DEBUG_IMAGE STATIC_IMAGE; do
		engine image inspect --format "{\"$base\": {{json .RootFS.Layers}}}" "${!base}" 2>/dev/null || [[ $? == 1 ]]
	done | jq --slurp add
}

judge() {
	local misses
	misses=$(jq -r --slurpfile promises "$PROMISES" '
		def miss(what; expected; found): "\(.image | ltrimstr("plimsoll/")): \(what): expected \(expected), found \(found)";
		if length == 0 then error("nothing was looked at") else .[] end
		| . as $look | ([$promises[0][] | select(.image == $look.image)][0] // error("\(.image): nothing is promised")) as $promise
		| (.results[] | select(IN(.outcome; "fail", "error") and .severity != "info" and .waived == null) as $result
		   | $look | miss($result.id; $result.expected // "a decision"; $result.found)),
		  (.idle_waivers[] as $line | ($line | capture(" waiver of (?<id>[^ ]+)").id) as $id
		   | ([.results[] | select(.id == $id) | "\(.outcome): \(.found)"][0] // "not asked for") as $found
		   | miss($id; "a failure (\($line))"; $found)),
		  ($promise | {base, layers: .own_layers, pid1, user: .runs_as, entrypoint, exit: 0} | to_entries[]
		   | .key as $key | .value as $expected | $look | if .[$key] != $expected then miss($key; $expected; .[$key]) else empty end),
		  (if .size < ($promise.at_least // 0) * 1e6 then miss("size"; "at least \($promise.at_least) MB"; "\(.size / 1e6) MB") else empty end)' <<<"$1") || return
	if [[ -n $misses ]]; then
		printf '%s\n' "$misses" >&2
		return 1
	fi
}
