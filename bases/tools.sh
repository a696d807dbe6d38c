# shellcheck shell=bash
# The tools image: cargo-chef and cargo-nextest, to be copied from. Sourced, not run.

RELEASES=https://github.com

# Each tool comes the cheapest way that works, and only if it runs in the builder image that will use it.
make_tools() {
	local tool tree=$WORK/TOOLS
	local -a labels=()
	start_box TOOLS "${IMAGES[RUST_SLIM]}"
	mkdir -p "$tree/usr/local/bin"
	for tool in "${!TOOL_VERSIONS[@]}"; do
		get_tool "$tool"
		labels+=("LABEL plimsoll.$tool=\"$(version_in_box "$tool"), $HOW\"")
		engine cp "$BOX:/tools/bin/$tool" "$tree/usr/local/bin/$tool"
	done
	engine rm --force "$BOX"
	chown -R 0:0 "$tree"
	import_tree TOOLS "$TOOLS_NAME" "$tree" "${labels[@]}"
}

# Puts TOOL into BOX's /tools/bin; sets HOW, the way it came.
get_tool() {
	local tool=$1
	for HOW in prebuilt host compiled; do
		printf '%s: trying: %s\n' "$tool" "$HOW"
		if "get_$HOW" "$tool" && version_in_box "$tool"; then return; fi
	done
	printf '%s: no way worked\n' "$tool"
	return 1
}

version_in_box() {
	engine exec "$BOX" "/tools/bin/$1" "${1#cargo-}" --version | awk 'NR == 1 { print $2 }'
}

# By cargo-binstall, itself a prebuilt static binary. Trusts the release host's TLS certificate.
get_prebuilt() {
	local tool=$1 archive
	archive=cargo-binstall-$(uname -m)-unknown-linux-musl.tgz
	wget --quiet --spider --tries 1 --timeout 5 "$RELEASES" || return 1
	wget --quiet --tries 3 --timeout 20 --output-document "$WORK/$archive" \
		"$RELEASES/cargo-bins/cargo-binstall/releases/download/v$CARGO_BINSTALL_VERSION/$archive" &&
		tar --extract --gzip --directory "$WORK" --file "$WORK/$archive" cargo-binstall &&
		engine cp "$WORK/cargo-binstall" "$BOX:/usr/local/bin/cargo-binstall" &&
		engine exec "$BOX" cargo binstall --no-confirm --disable-telemetry --disable-strategies compile \
			--root /tools "$tool@${TOOL_VERSIONS[$tool]}"
}

get_host() {
	local found
	found=$(command -v "$1") &&
		engine exec "$BOX" mkdir -p /tools/bin &&
		engine cp --follow-link "$found" "$BOX:/tools/bin/$1"
}

get_compiled() {
	engine exec "$BOX" cargo install --locked --force --root /tools --version "${TOOL_VERSIONS[$1]}" "$1"
}
