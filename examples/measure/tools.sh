# shellcheck shell=bash
# What prebuilt tools save: rung 05's stage that fetches and checks them, against compiling the same versions in the
# same image. Sourced by examples/measure.sh.

TOOLS_RUNG=plimsoll/05-cargo-binstall

# Prints one JSON object. The compiler takes ten minutes and more.
measure_tools() {
	local prebuilt compiled
	prebuilt=$(time_tools Containerfile)
	compiled=$(time_tools Containerfile.compiled)
	engine image rm "plimsoll-tools:$PLIMSOLL_RUN" >/dev/null
	jq --null-input --compact-output --argjson prebuilt "$prebuilt" --argjson compiled "$compiled" --arg from "$(tools_source)" \
		--arg chef "${TOOL_VERSIONS[cargo-chef]}" --arg nextest "${TOOL_VERSIONS[cargo-nextest]}" \
		'{date: (now | strftime("%F")), prebuilt: $prebuilt, compiled: $compiled,
		  versions: {"cargo-chef": $chef, "cargo-nextest": $nextest}, from: $from}'
}

time_tools() {
	time_build "$TOOLS_RUNG" --tag "plimsoll-tools:$PLIMSOLL_RUN" --label "plimsoll.run=$PLIMSOLL_RUN" \
		--file "$(source_of "$TOOLS_RUNG")/$1" --target tools --no-cache
}

tools_source() {
	if needs_mirror "$(source_of "$TOOLS_RUNG")/Containerfile"; then echo mirror; else echo 'release host'; fi
}
