# What goes wrong around the project: one clear line, a non-zero exit, nothing left behind.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

one_line() {
	assert_output --regexp "$1"
	assert_equal "${#lines[@]} line(s): $output" "1 line(s): $output"
}

@test "no engine at the socket: exit 3, and how to start it" {
	DOCKER_HOST=unix:///nowhere.sock run -3 examples/build.sh
	one_line '^plimsoll: docker: not running: start it'
}

@test "no permission on the socket: exit 3, and who may use it" {
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups examples/show.sh
	one_line '^plimsoll: docker: no permission on its socket'
}

@test "no client: exit 3, and how to install it" {
	ENGINE=no-such-engine run -3 examples/measure.sh
	one_line '^plimsoll: no-such-engine: not installed'
}

@test "an unknown name: exit 2, and the names there are" {
	run -2 examples/build.sh 99-none
	one_line '^plimsoll: 99-none: no such image: there are 01-basic, '
	run -2 examples/build.sh '07 09'
	one_line '^plimsoll: 07 09: no such image'
	run -2 tests/run.sh 99-none
	assert_line --regexp '^plimsoll: 99-none: no such image: '
	assert_line --regexp '^plimsoll: 99-none: no such suite either: there are unit, bases, '
}

# A copy of the tree, to break.
copy_tree() {
	TREE=$BATS_TEST_TMPDIR/copy
	mkdir "$TREE"
	tar --create --exclude=./build --exclude=./.git . | tar --extract --directory "$TREE"
}

@test "an unknown key in a plimsoll.yaml: exit 2, and the keys there are" {
	copy_tree
	printf 'colour: blue\n' >>"$TREE/examples/07-user/plimsoll.yaml"
	run -2 "$TREE/examples/build.sh"
	one_line '^plimsoll: examples/07-user/plimsoll.yaml: colour: unknown key: allowed are base, '
}

@test "a wrong value in a plimsoll.yaml: exit 2, and what is allowed" {
	copy_tree
	sed -i 's/^user: .*/user: nobody/' "$TREE/examples/07-user/plimsoll.yaml"
	run -2 "$TREE/examples/build.sh"
	one_line '^plimsoll: examples/07-user/plimsoll.yaml: user: "nobody" is not allowed'
}

# promise_refused SED-SCRIPT MESSAGE: what stands in 07's file after the change is refused with one line.
promise_refused() {
	rm -rf "${TREE:-}"
	copy_tree
	sed -i "$1" "$TREE/examples/07-user/plimsoll.yaml"
	run -2 "$TREE/examples/build.sh" 07
	one_line "$2"
}

@test "a promise that is missing, doubled, empty or a path out of the tree is refused" {
	promise_refused '/^layers/d' 'plimsoll.yaml: layers: missing'
	promise_refused '1,99d' 'plimsoll.yaml: must hold a mapping for each image'
	promise_refused 's/^image: .*/image: plimsoll\/01-basic/' 'promised twice: plimsoll/01-basic'
	promise_refused 's/^image: .*/image: ..\/..\/x/' 'plimsoll.yaml: image: "../../x" is not allowed'
	promise_refused 's/at_most: 85/at_most: "85"/' 'plimsoll.yaml: size: .* is not allowed'
	promise_refused 's/at_most: 85/at_most: -85/' 'plimsoll.yaml: size: .* is not allowed'
	promise_refused 's/within: [0-9]*/within: "1"/' 'plimsoll.yaml: stop: .* is not allowed'
	promise_refused 's/^image: .*/image: "plimsoll\/02-multi-stage\\n"/' 'plimsoll.yaml: image: .* is not allowed'
}

@test "a rebuild keeps the image before, where it has another name" {
	local old
	copy_tree
	sed -i 's/^image: .*/image: plimsoll\/renamed/' "$TREE/examples/02-multi-stage/plimsoll.yaml"
	printf 'LABEL plimsoll.run=%s\n' "$PLIMSOLL_RUN" >>"$TREE/examples/02-multi-stage/Containerfile"
	run -0 "$TREE/examples/build.sh" renamed
	old=$(engine image inspect --format '{{.Id}}' plimsoll/renamed)
	engine tag plimsoll/renamed "$UNIQUE"
	printf 'LABEL changed=once\n' >>"$TREE/examples/02-multi-stage/Containerfile"
	run -0 "$TREE/examples/build.sh" renamed
	run -0 engine image inspect --format '{{.Id}}' "$UNIQUE"
	assert_output "$old"
	engine rmi "$UNIQUE" >/dev/null
	old=$(engine image inspect --format '{{.Id}}' plimsoll/renamed)
	printf 'LABEL changed=twice\n' >>"$TREE/examples/02-multi-stage/Containerfile"
	run -0 "$TREE/examples/build.sh" renamed
	run ! engine image inspect "$old"
	engine rmi plimsoll/renamed
}

@test "a rung that doesn't build is named, with its log, and gets no image" {
	copy_tree
	sed -i 's/^image: .*/image: plimsoll\/broken/' "$TREE/examples/02-multi-stage/plimsoll.yaml"
	printf 'RUN ["/no/such/program"]\n' >>"$TREE/examples/02-multi-stage/Containerfile"
	run -1 "$TREE/examples/build.sh" broken
	assert_line --regexp '^plimsoll: broken: the build failed: mend what the lines above name; the whole log is build/logs/broken'
	run ! engine image inspect plimsoll/broken
}

@test "a broken promise: make examples fails, with what was expected and what was found" {
	copy_tree
	sed -i 's/^size: .*/size: {at_most: 1}/; s/^user: .*/user: "1:1"/' "$TREE/examples/02-multi-stage/plimsoll.yaml"
	PLIMSOLL_RUN=$UNIQUE run -1 "$TREE/examples/show.sh" 02
	assert_line --regexp '^02-multi-stage: size: expected at most 1 MB, found [0-9.]+ MB$'
	assert_line '02-multi-stage: user: expected 1:1, found 0:0'
}

@test "a full disk: the line says so" {
	copy_tree
	# shellcheck disable=SC2016  # the stub's own arguments
	printf '#!/bin/sh\ncase $1 in build) echo "write /layer: no space left on device" >&2; exit 1 ;; *) exec docker "$@" ;; esac\n' >"$BATS_TEST_TMPDIR/engine"
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine run -1 "$TREE/examples/build.sh" 02
	assert_line --regexp '^plimsoll: 02-multi-stage: the disk is full: free some space'
}

# leaves_nothing SIGNAL EXIT COMMAND...: the signal arrives when the command's first service runs.
leaves_nothing() {
	local signal=$1 expected=$2 pid status=0 deadline=$((SECONDS + 60))
	shift 2
	PLIMSOLL_RUN=$UNIQUE "$@" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	pid=$!
	until [[ $(engine ps --quiet --filter "label=plimsoll.run=$UNIQUE") ]]; do
		if ((SECONDS > deadline)) || ! kill -0 "$pid"; then fail "no container within 60 s: $(cat "$BATS_TEST_TMPDIR/out")"; fi
		sleep 0.1
	done
	kill "-$signal" "$pid"
	wait "$pid" || status=$?
	assert_equal "exit $status: $(cat "$BATS_TEST_TMPDIR/out")" "exit $expected: $(cat "$BATS_TEST_TMPDIR/out")"
	run -0 engine ps --all --quiet --filter "label=plimsoll.run=$UNIQUE"
	assert_output ''
	run -0 engine image ls --quiet --filter "label=plimsoll.run=$UNIQUE"
	assert_output ''
}

@test "TERM in the middle of make examples leaves nothing behind" {
	copy_tree
	leaves_nothing TERM 143 "$TREE/examples/show.sh" 02
}

@test "a taken port of compose: the engine's own line, and nothing left" {
	local port
	engine run --detach --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" --publish 127.0.0.1::3000 plimsoll/02-multi-stage
	port=$(engine port "$UNIQUE" 3000 | sed 's/.*://')
	export COMPOSE_PROJECT_NAME=$UNIQUE-compose
	APP_PORT=$port run ! engine compose up --detach --no-build app
	assert_output --partial 'port is already allocated'
	engine compose down --volumes
	engine rm --force "$UNIQUE"
}

@test "what runs in an image's container is given ten seconds, and is neither there nor missing when it takes longer" {
	printf '#!/bin/sh\nexec sleep 60\n' >"$BATS_TEST_TMPDIR/engine"
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine run -1 can_run container sh
	assert_output 'plimsoll: container: sh: neither run nor missing: exit 124'
}
