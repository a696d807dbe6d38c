# shellcheck shell=bash
# What the suites of the entry point load: an image for each of the two, "c" and "sh", and containers of it.
# shellcheck disable=SC2154  # output, lines, stderr and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for the shell in the container

bats_require_minimum_version 1.11.0
cd "$BATS_TEST_DIRNAME/.." || return
# shellcheck source=tests/engine.bash
. tests/engine.bash

# Each `setup_file` and `teardown_file` call these.
build_fixtures() {
	load_bases
	: "${PLIMSOLL_RUN:=entrypoint-$$}"
	PREFIX=plimsoll-test/$(basename "$BATS_TEST_FILENAME" .bats)-$$
	export CC_DEBUG_IMAGE PLIMSOLL_RUN PREFIX
	build_fixture c build/entrypoint
	build_fixture sh entrypoint/entrypoint.sh
}

remove_fixtures() {
	engine image rm --force "$PREFIX-c" "$PREFIX-sh" >/dev/null
}

# build_fixture KIND FILE: the image that holds FILE as its entry point.
build_fixture() {
	local context=$BATS_FILE_TMPDIR/$1 tool
	mkdir "$context" "$context/tools"
	cp tests/fixtures/entrypoint/* build/su-exec "$context"
	cp "$2" "$context/entrypoint"
	for tool in ignoring orphans pid1 signals swapper; do
		musl-gcc -static -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -o "$context/$tool" "$context/$tool.c"
	done
	copy_tools "$context/tools" setpriv strace
	engine build --quiet --force-rm --build-arg CC_DEBUG_IMAGE="$CC_DEBUG_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" \
		--tag "$PREFIX-$1" --file "$context/Containerfile" "$context" >&2
}

# copy_tools FOLDER NAME...: programs with their libraries and, as "loader", their loader: the image may have others.
copy_tools() {
	local folder=$1 tool library
	for tool in $(command -v "${@:2}"); do
		cp "$tool" "$folder"
		for library in $(ldd "$tool" | grep -oE '/[^ ]+'); do
			if [[ $library == */ld-* ]]; then cp "$library" "$folder/loader"; else cp "$library" "$folder"; fi
		done
	done
}

# Each `setup` and `teardown` call these.
prepare_test() {
	bats_load_library bats-support
	bats_load_library bats-assert
	NAME=plimsoll-$PLIMSOLL_RUN-entrypoint-$BATS_SUITE_TEST_NUMBER
}

clean_up_test() {
	local left
	left=$(engine ps --all --quiet --filter "name=^/$NAME(-shell)?\$")
	if [[ -n $left ]]; then
		if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then xargs -n 1 "${ENGINE:-docker}" logs <<<"$left"; fi
		xargs "${ENGINE:-docker}" rm --force --volumes <<<"$left" >/dev/null
	fi
	engine volume rm --force "$NAME" "$NAME-inner" >/dev/null
}

# both TITLE FUNCTION: a test of each; FUNCTION gets "c" or "sh".
both() {
	only c "$1" "$2"
	only sh "$1" "$2"
}

only() {
	bats_test_function --description "entrypoint ($1): $2" -- "$3" "$1"
}

# run_entrypoint STATUS KIND [OPTION]... -- [ARG]...: runs the image as docker run does, ARGs to its entry point;
# another status than the expected fails the test. Sets output and stderr.
run_entrypoint() {
	local expected=$1 image=$PREFIX-$2
	local -a options=()
	shift 2
	take_options "$@"
	shift $((${#options[@]} + 1))
	run -"$expected" --separate-stderr engine run --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" \
		"${options[@]}" "$image" "$@"
}

# Sets options, the caller's, to the arguments before "--".
take_options() {
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
}

remove_container() {
	engine rm --force --volumes "$NAME" >/dev/null
}

# A shell in the image without the entry point: to prepare, and to look.
run_shell() {
	engine run --rm --name "$NAME-shell" --label "plimsoll.run=$PLIMSOLL_RUN" --entrypoint /busybox/sh "$@"
}

# refused KIND PATTERN [OPTION]... -- [ARG]...: exit 125, one line that matches, and not a byte, an owner, a mode or
# a time of any file changed.
refused() {
	local kind=$1 pattern=$2
	local -a options=()
	shift 2
	take_options "$@"
	shift $((${#options[@]} + 1))
	run -0 run_shell "${options[@]}" "$PREFIX-$kind" -c '
		snapshot >/dev/shm/before
		entrypoint "$@" 2>/dev/shm/said
		echo "exit $?"
		cat /dev/shm/said
		snapshot >/dev/shm/after; diff -U 0 /dev/shm/before /dev/shm/after' sh "$@"
	assert_line --index 0 'exit 125'
	assert_line --index 1 --regexp "^entrypoint: $pattern"
	assert_equal "${#lines[@]} lines: $output" "2 lines: $output"
}
