# shellcheck shell=bash
# A mirror of the tools' releases, for the Containerfiles that fetch them, where the release host can't be reached.
# It packs the tools image's own programs, under the release host's paths. Sourced, after bases/engine.sh.
#
# needs_mirror CONTAINERFILE   whether it fetches releases that make bases could not
# start_mirror                 sets MIRROR, its container, MIRROR_ADDRESS, and MIRROR_ARGUMENTS, the build options that
#                              lead to it, one a line
# stop_mirror                  removes it; it goes as well when the shell that started it ends in whatever way

# shellcheck source=bases/names.sh
. bases/names.sh

# What rung 05 fetches, and what its ARGs for it are called.
declare -gA MIRRORED=([BINSTALL]=cargo-binstall [CHEF]=cargo-chef [NEXTEST]=cargo-nextest)

# The tools image tells whether the release host answered when it was made.
needs_mirror() {
	grep --quiet '^ARG RELEASES=' "$1" &&
		[[ $(engine image inspect --format '{{index .Config.Labels "plimsoll.cargo-binstall"}}' "$TOOLS_IMAGE") != *', prebuilt' ]]
}

# Its first process ends at the end of its input, which ends when no one holds MIRROR_INPUT any more.
start_mirror() {
	local archives
	archives=$(mirror_archives) || return
	# shellcheck disable=SC2016  # for the container's shell
	MIRROR=$(engine create --rm --interactive --label "plimsoll.run=${PLIMSOLL_RUN:-examples}" "$TOOLS_IMAGE" \
		/busybox sh -c '/busybox httpd -h /releases && /busybox cat') || return
	if ! tar --create --directory "$archives" busybox releases | engine cp - "$MIRROR:/"; then
		engine rm "$MIRROR" >/dev/null
		return 1
	fi
	exec {MIRROR_INPUT}> >(exec "${ENGINE:-docker}" start --attach --interactive "$MIRROR" >/dev/null)
	await_mirror || return
	# shellcheck disable=SC2034  # for the caller
	MIRROR_ARGUMENTS=$(mirror_arguments "$archives")
}

await_mirror() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		MIRROR_ADDRESS=$(engine inspect --format '{{.NetworkSettings.IPAddress}}' "$MIRROR")
		if [[ -n $MIRROR_ADDRESS ]] && curl --silent --max-time 1 --output /dev/null "http://$MIRROR_ADDRESS"; then return; fi
		sleep 0.1
	done
	printf 'plimsoll: mirror: no answer within 10 s: see what the engine says of container %s\n' "$MIRROR" >&2
	stop_mirror
	return 1
}

stop_mirror() {
	exec {MIRROR_INPUT}>&-
	engine rm --force "$MIRROR" >/dev/null 2>&1 || return 0 # it may have gone by itself
}

mirror_arguments() {
	local archives=$1 name path sum
	# Plain HTTP, which cargo-binstall refuses unasked: what comes over it is checked.
	printf '%s\n' --build-arg "RELEASES=http://$MIRROR_ADDRESS" --build-arg MIRROR_OPTIONS=--allow-insecure-http
	for name in "${!MIRRORED[@]}"; do
		path=$archives/releases/${TOOL_ARCHIVES[${MIRRORED[$name]}]}
		sum=$(sha256sum <"$path") || return
		printf '%s\n' --build-arg "${name}_SHA256=${sum%% *}"
	done
}

# Prints the folder of the packed archives; packs them once for each tools image.
mirror_archives() {
	local id folder new
	id=$(engine image inspect --format '{{.Id}}' "$TOOLS_IMAGE") || return
	folder=build/mirror/${id#sha256:}
	if [[ ! -d $folder ]]; then
		mkdir -p build/mirror
		new=$(mktemp --directory build/mirror/new.XXXXXX)
		if ! pack_archives "$new"; then
			rm -r "$new"
			return 1
		fi
		# Another build may have been quicker; its archives are the same, byte by byte.
		mv --no-target-directory "$new" "$folder" 2>/dev/null || rm -r "$new"
	fi
	printf '%s' "$folder"
}

pack_archives() {
	local folder=$1 tool path
	take_tools "$folder" || return
	for tool in "${MIRRORED[@]}"; do
		path=$folder/releases/${TOOL_ARCHIVES[$tool]}
		mkdir -p "$(dirname "$path")"
		tar --create --owner 0 --group 0 --numeric-owner --mtime @0 --mode 0755 --directory "$folder" "$tool" |
			gzip --no-name >"$path" || return
		rm "$folder/$tool"
	done
	cp /bin/busybox "$folder/busybox"
}

# Copies them out of the tools image.
take_tools() {
	local folder=$1 tool box missing=''
	box=$(engine create --label "plimsoll.run=${PLIMSOLL_RUN:-examples}" "$TOOLS_IMAGE" none) || return
	for tool in "${MIRRORED[@]}"; do
		if ! engine cp "$box:/usr/local/bin/$tool" - 2>/dev/null >"$folder/tar"; then missing=$tool; break; fi
		tar --extract --directory "$folder" --file "$folder/tar"
		rm "$folder/tar"
	done
	engine rm "$box" >/dev/null
	if [[ -z $missing ]]; then return; fi
	printf 'plimsoll: %s: has no %s: remove this image, and run make bases\n' "$TOOLS_IMAGE" "$missing" >&2
	return 1
}
