# shellcheck shell=bash
# Building one promised image. Sourced, after bases/engine.sh and examples/promises.sh.
#
# build_image IMAGE [--context DIR] [--tag TAG] [ENGINE-BUILD-OPTION]...
#     builds IMAGE, from the tree or from a copy of it in DIR, as IMAGE or TAG; the image that had the name before goes
# show_progress NAME
#     standard input is a build's plain log: prints its steps, and what runs at most every 3 seconds
# report_failure NAME LOG
#     the log's end, and one line that says what failed and what to do
#
# BUILDER=buildkit (default) or classic, the engine's old builder.

# shellcheck source=examples/mirror.sh
. examples/mirror.sh

export BUILDKIT_PROGRESS=plain

build_image() {
	local image=$1 tag=$1 context=. folder target old failed=0
	shift
	while [[ ${1:-} == --context || ${1:-} == --tag ]]; do
		if [[ $1 == --tag ]]; then tag=$2; else context=$2; fi
		shift 2
	done
	folder=$(source_of "$image")
	target=$(promised "$image" target)
	local -a options=(--file "$context/$folder/Containerfile" --force-rm --tag "$tag")
	if [[ -n $target && " $* " != *" --target "* ]]; then options+=(--target "$target"); fi
	mapfile -t -O "${#options[@]}" options < <(base_arguments "$context/$folder/Containerfile")
	if [[ -e $context/$folder/pins.env ]]; then mapfile -t -O "${#options[@]}" options < <(pinned_arguments "$context/$folder/pins.env"); fi
	local MIRROR='' MIRROR_ADDRESS MIRROR_INPUT MIRROR_ARGUMENTS
	if needs_mirror "$context/$folder/Containerfile"; then
		start_mirror || return
		mapfile -t -O "${#options[@]}" options <<<"$MIRROR_ARGUMENTS"
	fi
	old=$(image_id "$tag")
	DOCKER_BUILDKIT=$([[ ${BUILDER:-buildkit} == classic ]] && echo 0 || echo 1) \
		engine build "${options[@]}" "$@" "$context" 2>&1 || failed=$?
	if [[ -n $MIRROR ]]; then stop_mirror; fi
	if ((failed)); then return "$failed"; fi
	drop_replaced "$old"
}

image_id() {
	engine image inspect --format '{{.Id}}' "$1" 2>/dev/null || [[ $? == 1 ]]
}

# The image that had the tag before stays without a name: it is removed, unless it has another or a container uses it.
drop_replaced() {
	local old=$1
	if [[ -n $old && $(engine image inspect --format '{{len .RepoTags}}' "$old" 2>/dev/null) == 0 ]]; then
		engine image rm "$old" >/dev/null 2>&1 || printf '%s: this image, replaced now, is in use, and stays\n' "$old"
	fi
}

# The bases that .env chose, for those ARGs that the file has: the classic builder warns of others.
base_arguments() {
	local key
	while read -r key; do
		printf '%s\n' --build-arg "$key=${!key}"
	done < <(sed -n 's/^ARG \([A-Z_]*_IMAGE\)=.*/\1/p' "$1")
}

# Each line of a pins.env as a build argument. A digest is for the very image that .env chose: not for a stand-in, nor for
# another suite.
pinned_arguments() {
	local key value
	while IFS='=' read -r key value; do
		if [[ $key != *_IMAGE || $value == "${!key}@"* ]]; then printf '%s\n' --build-arg "$key=$value"; fi
	done < <(grep '^[A-Z_]*=' "$1")
}

show_progress() {
	local name=$1 line id shown=$SECONDS
	local -A held=() # BuildKit's step headers, until it is known that the cache doesn't have them
	while IFS= read -r line; do
		id=${line%% *}_ # never empty
		case $line in
		'#'*' ['*) held[$id]=$line ;;
		'Step '*) say_step "$name" "$line" ;;
		*CACHED) unset "held[$id]" ;;
		'' | *DONE* | '#'*transferring* | '#'*sha256:*) ;;
		*)
			if [[ -n ${held[$id]:-} ]]; then
				say_step "$name" "${held[$id]}"
				unset "held[$id]"
			elif ((SECONDS - shown >= 3)); then
				say_step "$name" "$line"
			fi
			;;
		esac
	done
}

# Sets its caller's `shown`.
say_step() {
	shown=$SECONDS
	printf '%s: %.140s\n' "$1" "$2" >&2
}

report_failure() {
	local name=$1 log=$2
	tail -n 20 "$log" >&2
	if grep -qi 'no space left on device' "$log"; then
		printf 'plimsoll: %s: the disk is full: free some space (docker system df shows what takes it)\n' "$name" >&2
	else
		printf 'plimsoll: %s: the build failed: mend what the lines above name; the whole log is %s\n' "$name" "$log" >&2
	fi
}
