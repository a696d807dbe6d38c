# shellcheck shell=bash
# Building one promised image. Sourced, after bases/engine.sh and examples/promises.sh.
#
# build_image IMAGE [--context DIR] [ENGINE-BUILD-OPTION]...
#     builds IMAGE, from the tree or from a copy of it; the tag is IMAGE unless an option names one
# show_progress NAME
#     standard input is a build's plain log: prints its steps, and what runs at most every 3 seconds
# report_failure NAME LOG
#     the log's end, and one line that says what failed and what to do
#
# BUILDER=buildkit (default) or classic, the engine's old builder.

export BUILDKIT_PROGRESS=plain

build_image() {
	local image=$1 context=. folder target
	shift
	if [[ ${1:-} == --context ]]; then
		context=$2
		shift 2
	fi
	folder=$(source_of "$image")
	target=$(promised "$image" target)
	local -a options=(--file "$context/$folder/Containerfile" --force-rm)
	if [[ " $* " != *" --tag "* ]]; then options+=(--tag "$image"); fi
	if [[ -n $target && " $* " != *" --target "* ]]; then options+=(--target "$target"); fi
	mapfile -t -O "${#options[@]}" options < <(base_arguments "$context/$folder/Containerfile")
	DOCKER_BUILDKIT=$([[ ${BUILDER:-buildkit} == classic ]] && echo 0 || echo 1) \
		engine build "${options[@]}" "$@" "$context" 2>&1
}

# The bases that .env chose, for those ARGs that the file has: the classic builder warns of others.
base_arguments() {
	local key
	while read -r key; do
		printf '%s\n' --build-arg "$key=${!key}"
	done < <(sed -n 's/^ARG \([A-Z_]*_IMAGE\)=.*/\1/p' "$1")
}

show_progress() {
	local name=$1 line id shown=$SECONDS
	local -A held=() # BuildKit's step headers, until it is known that the cache doesn't have them
	while IFS= read -r line; do
		id=${line%% *}
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
