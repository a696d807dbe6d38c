# shellcheck shell=bash
# su-exec in containers, for the suites that need them. Sourced at the top of the tree, after bats' libraries.
#
# build_su_exec_image          from setup_file: the image IMAGE, with su-exec, gosu and regain
# remove_su_exec_image         from teardown_file
# in_container [OPTION]... -- COMMAND...   runs it in a new container of IMAGE, without a network
# remove_containers            from teardown: what a test that failed left

# shellcheck source=tests/engine.bash
. tests/engine.bash

build_su_exec_image() {
	local context=$BATS_FILE_TMPDIR/context
	load_bases
	IMAGE=plimsoll-test/$(basename "$BATS_TEST_FILENAME" .bats)-$$
	PLIMSOLL_RUN=${PLIMSOLL_RUN:-su-exec-$$}
	export IMAGE PLIMSOLL_RUN
	mkdir "$context"
	cp tests/fixtures/su-exec/Containerfile tests/fixtures/su-exec-peers/* /usr/sbin/gosu "$context"
	cp "${SU_EXEC:-build/su-exec}" "$context/su-exec"
	gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow -Werror -O2 -static -o "$context/regain" su-exec/unit/regain.c
	engine build --quiet --force-rm --build-arg DEBIAN_IMAGE="$DEBIAN_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" \
		--tag "$IMAGE" --file "$context/Containerfile" "$context" >&2
}

remove_su_exec_image() {
	engine image rm --force "$IMAGE" >/dev/null
}

container_name() {
	printf 'plimsoll-%s-%s-%s' "$PLIMSOLL_RUN" "$(basename "$BATS_TEST_FILENAME" .bats)" "$BATS_TEST_NUMBER"
}

in_container() {
	local -a options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	engine run --rm --network none --label "plimsoll.run=$PLIMSOLL_RUN" --name "$(container_name)" "${options[@]}" "$IMAGE" "$@"
}

remove_containers() {
	engine ps --all --quiet --filter "name=^/$(container_name)\$" | xargs -r "${ENGINE:-docker}" rm --force --volumes >/dev/null
}
