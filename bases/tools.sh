# shellcheck shell=bash
# The tools image: programs of the Rust builds, to be copied from. Sourced, not run.

# Each tool comes the cheapest way that works, and only if it runs in the builder image that will use it.
make_tools() {
	local tool tree=$WORK/TOOLS
	local -a labels=("LABEL plimsoll.pins=\"$(pins)\"")
	start_box TOOLS "${IMAGES[RUST_SLIM]}"
	engine exec "$BOX" mkdir -p /tools/bin
	mkdir -p "$tree/usr/local/bin"
	for tool in "${!TOOL_VERSIONS[@]}"; do
		get_tool "$tool"
		labels+=("LABEL plimsoll.$tool=\"${TOOL_VERSIONS[$tool]}, $HOW\"")
		engine cp "$BOX:/tools/bin/$tool" "$tree/usr/local/bin/$tool"
	done
	engine rm --force "$BOX"
	chown -R 0:0 "$tree"
	import_tree TOOLS "$TOOLS_NAME" "$tree" "${labels[@]}"
}

# Whether the tools image, which is there, was made with today's pins.
has_pinned_tools() {
	[[ $(engine image inspect --format '{{index .Config.Labels "plimsoll.pins"}}' "$TOOLS_NAME") == "$(pins)" ]]
}

# Every tool and its pinned version, in one line.
pins() {
	local tool all=''
	for tool in $(printf '%s\n' "${!TOOL_VERSIONS[@]}" | sort); do all+=", $tool ${TOOL_VERSIONS[$tool]}"; done
	printf '%s' "${all#, }"
}

# Puts TOOL into BOX's /tools/bin; sets HOW, the way it came.
get_tool() {
	local tool=$1
	for HOW in prebuilt host compiled; do
		printf '%s: trying: %s\n' "$tool" "$HOW"
		if "get_$HOW" "$tool" && said_in_box "$tool"; then return; fi
	done
	printf '%s: no way worked\n' "$tool"
	return 1
}

# Not --version: cargo-binstall takes that for a package's version. (cargo-auditable tells cargo's, not its own.)
said_in_box() {
	engine exec "$BOX" "/tools/bin/$1" "${1#cargo-}" -V
}

get_prebuilt() {
	local tool=$1 path=${TOOL_ARCHIVES[$1]} archive=$WORK/$1.archive
	if [[ $(uname -m) != x86_64 ]]; then return 1; fi
	wget --quiet --spider --tries 1 --timeout 5 "$RELEASES" || return 1
	wget --quiet --tries 3 --timeout 20 --output-document "$archive" "$RELEASES/$path" || return 1
	require_checksum "$archive" "${TOOL_CHECKSUMS[$tool]}" "$RELEASES/$path"
	# In some archives the program lies in a folder.
	tar --extract --to-stdout --wildcards --file "$archive" "*$tool" >"$WORK/$tool" &&
		chmod 0755 "$WORK/$tool" &&
		engine cp "$WORK/$tool" "$BOX:/tools/bin/$tool"
}

# Another archive than the pinned one is no reason to try another way: someone must look at it.
require_checksum() {
	local archive=$1 expected=$2 url=$3 found
	found=$(sha256sum <"$archive")
	if [[ ${found%% *} == "$expected" ]]; then return; fi
	printf '%s: its sha256 is %s: bases/names.sh pins %s: find out why before you pin another\n' \
		"$url" "${found%% *}" "$expected"
	exit 1
}

# Of another version it isn't taken.
get_host() {
	local found
	found=$(command -v "$1") &&
		engine cp --follow-link "$found" "$BOX:/tools/bin/$1" &&
		said_in_box "$1" | grep --quiet --word-regexp --fixed-strings "${TOOL_VERSIONS[$1]}"
}

# Quick to compile, not quick to run: they are used here, and not shipped. A tool's lock file may name a crate that asks
# for a newer compiler than it needs.
get_compiled() {
	local -a features=()
	# Half of what it is made of is git, which no one here installs from.
	if [[ $1 == cargo-binstall ]]; then features=(--no-default-features --features "static rustls trust-dns fancy-no-backtrace"); fi
	engine exec --env CARGO_PROFILE_RELEASE_LTO=off --env CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		--env CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 "$BOX" \
		cargo install --locked --ignore-rust-version --force --root /tools "${features[@]}" --version "${TOOL_VERSIONS[$1]}" "$1"
}
