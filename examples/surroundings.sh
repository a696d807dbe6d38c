# shellcheck shell=bash
# Where and on what figures are taken: they are compared only with others of the same. Sourced, after bases/engine.sh.
#
# surroundings       prints host class, engine, builder, toolchain, suite and bases, as JSON
# measured_here      whether the figures in $MEASURED were taken in $SURROUNDINGS

MEASURED=examples/measured.json

surroundings() {
	jq --null-input --arg engine "$(engine version --format 'Docker Engine {{.Server.Version}}')" \
		--arg builder "$(builder_name)" --arg host "$(host_class)" --arg suite "$SUITE" --argjson bases "$(bases_json)" \
		--arg rustc "$(engine run --rm --entrypoint rustc "$RUST_SLIM_IMAGE" --version | cut -d ' ' -f 1-2)" \
		'{host: $host, engine: $engine, builder: $builder, rustc: $rustc, suite: $suite, bases: $bases}'
}

measured_here() {
	jq -e --argjson here "$SURROUNDINGS" '. as $all | $here | to_entries | all(. as $part | $all[$part.key] == $part.value)' \
		"$MEASURED" >/dev/null
}

builder_name() {
	printf 'BuildKit, by buildx %s' "$(engine buildx version | awk '{print $2}')"
}

host_class() {
	printf '%d cores (%s), %d GiB' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		"$(awk '/^MemTotal:/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)"
}

bases_json() {
	local key json='{}'
	for key in DEBIAN_IMAGE RUST_IMAGE RUST_SLIM_IMAGE CC_IMAGE CC_DEBUG_IMAGE STATIC_IMAGE; do
		json=$(jq --arg key "$key" --arg name "${!key}" --argjson size "$(engine image inspect --format '{{.Size}}' "${!key}")" \
			'. + {($key): {name: $name, stand_in: ($name | startswith("localhost/")), size: $size}}' <<<"$json")
	done
	printf '%s' "$json"
}
