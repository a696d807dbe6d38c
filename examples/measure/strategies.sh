# shellcheck shell=bash
# What four ways to keep compiled dependencies cost after five kinds of change: seconds, and crates compiled, which
# don't depend on the host. Sourced by examples/measure.sh.
#
#   cold        nothing is there
#   source      one line of the library; the median of three
#   dependency  a small crate more in app/Cargo.toml, and in Cargo.lock
#   lock        another version of one crate, in Cargo.lock alone
#   ci          source, on a machine that fetched the layers from a registry: mounts aren't in them
#
# Each change is made to the unchanged tree, not to the change before. What that one left in the builder stays there, as
# it does in life: layers and cargo's artefacts are found by what went into them, so it helps no other change.

STRATEGIES=(plimsoll/02-multi-stage plimsoll/03-dependency-cache plimsoll/04-cargo-chef plimsoll/13-cache-mounts)
NEW_CRATE=hex@=0.4.3
OTHER_VERSION=(httpdate 1.0.2)

# Prints one JSON object.
measure_strategies() {
	local image
	prepare_trees
	for image in "${STRATEGIES[@]}"; do measure_strategy "$image"; done | jq --slurp '
		def part($name): map({image} + (del(.image) | map_values(.[$name])));
		{date: (now | strftime("%F")), rows: part("seconds"), compiled: part("crates")}'
}

# The trees that all strategies are built from. A source change is made anew for each build.
prepare_trees() {
	local kind
	for kind in cold dependency lock; do make_tree "$kind" Unchanged; done
	cargo add --quiet --manifest-path "$SCRATCH/dependency/examples/app/app/Cargo.toml" "$NEW_CRATE"
	cargo update --quiet --manifest-path "$SCRATCH/dependency/examples/app/Cargo.toml" --workspace
	cargo update --quiet --manifest-path "$SCRATCH/lock/examples/app/Cargo.toml" "${OTHER_VERSION[0]}" --precise "${OTHER_VERSION[1]}"
	for kind in dependency lock; do
		if cmp --silent {"$SCRATCH/cold","$SCRATCH/$kind"}/examples/app/Cargo.lock; then
			printf 'plimsoll: examples/app/Cargo.lock: has what the change "%s" brings: name another in examples/measure/strategies.sh\n' "$kind" >&2
			exit 1
		fi
	done
}

# make_tree NAME GREETING: the ENV keeps a build from layers that this same change left when it was measured last time.
make_tree() {
	local image tree=$SCRATCH/$1
	changed_tree "$tree" "$2"
	for image in "${STRATEGIES[@]}"; do
		sed -i "/^FROM \${RUST_IMAGE}/a ENV MEASURED=$PLIMSOLL_RUN" "$tree/$(source_of "$image")/Containerfile"
	done
}

# {"image", "cold": {"seconds", "crates"}, …}. Where there are no mounts, ci is source.
measure_strategy() {
	local image=$1 cold source dependency lock ci
	empty_mounts "$image"
	cold=$(time_change "$image" cold)
	source=$(for _ in 1 2 3; do time_source "$image" || exit; done | jq --slurp 'sort_by(.seconds)[1]')
	dependency=$(time_change "$image" dependency)
	lock=$(time_change "$image" lock)
	ci=$source
	if [[ -n $(mount_ids "$image") ]]; then
		empty_mounts "$image"
		ci=$(time_source "$image")
	fi
	jq --null-input --arg image "$image" --argjson cold "$cold" --argjson source "$source" \
		--argjson dependency "$dependency" --argjson lock "$lock" --argjson ci "$ci" \
		'{$image, $cold, $source, $dependency, $lock, $ci}'
}

time_source() {
	make_tree source "Changed at $EPOCHREALTIME" || exit
	time_change "$1" source || exit
	rm -r "$SCRATCH/source"
}

# time_change IMAGE TREE
time_change() {
	local seconds crates
	printf '%s: %s\n' "${1#plimsoll/}" "$2" >&2
	seconds=$(time_build "$1" --context "$SCRATCH/$2" --tag "plimsoll-strategy:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN") || exit
	crates=$(grep --count ' Compiling ' build/logs/measure.log)
	jq --null-input --argjson seconds "$seconds" --argjson crates "$crates" '{$seconds, $crates}'
}

mount_ids() {
	sed -n 's/.*--mount=type=cache,id=\([^,]*\),.*/\1/p' "$(source_of "$1")/Containerfile"
}

# BuildKit 0.8 starts a --no-cache build with new, empty mounts under the same ids, and later builds get those. No
# builder promises that, so they are emptied here.
empty_mounts() {
	local id mounts=''
	for id in $(mount_ids "$1"); do mounts+=" --mount=type=cache,id=$id,target=/mounts/$id,sharing=locked"; done
	if [[ -z $mounts ]]; then return; fi
	printf '%s: emptying its mounts\n' "${1#plimsoll/}" >&2
	printf 'FROM %s\nRUN%s find /mounts -mindepth 2 -delete\n' "$DEBIAN_IMAGE" "$mounts" |
		DOCKER_BUILDKIT=1 engine build --quiet --no-cache --tag "plimsoll-empty:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN" - >/dev/null
}
