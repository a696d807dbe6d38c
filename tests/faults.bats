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

# A copy of the tree, to break, with the program that judges its images.
copy_tree() {
	TREE=$BATS_TEST_TMPDIR/copy
	mkdir "$TREE"
	tar --create --exclude=./build --exclude=./.git . | tar --extract --directory "$TREE"
	mkdir "$TREE/build"
	cp --recursive --preserve build/plimsoll build/plimsoll.d "$TREE/build"
}

# A copy where the second rung has another name, and so an image of its own.
rename_rung() {
	copy_tree
	mv "$TREE/examples/02-multi-stage" "$TREE/examples/$1"
	sed -i "s/02-multi-stage/$1/" "$TREE/examples/$1/plimsoll.yaml" "$TREE/examples/ladder.yaml"
}

# refused SED-SCRIPT MESSAGE: what stands in ladder.yaml after the change is refused with one line.
refused() {
	rm -rf "${TREE:-}"
	copy_tree
	sed -i "$1" "$TREE/examples/ladder.yaml"
	run -2 "$TREE/examples/build.sh" 07
	one_line "^plimsoll: examples/ladder.yaml: $2"
}

@test "what is wrong in ladder.yaml: exit 2, the image, the key and what is allowed" {
	refused '/07-user/s/own_layers: 2, //' 'plimsoll/07-user: own_layers: missing'
	refused '/07-user/s/pid1/colour: blue, pid1/' 'plimsoll/07-user: colour: unknown key: allowed are at_least, base, '
	refused '/07-user/s/base: [A-Z_]*/base: debian/' 'plimsoll/07-user: base: "debian" is not allowed: it must be a variable of .env'
	refused '/07-user/s/target: numeric/target: ..\/x/' 'plimsoll/07-user: target: "../x" is not allowed'
	refused '/07-user/s/at_most: 0.3/at_most: "0.3"/' 'plimsoll/07-user: rebuild: .* is not allowed'
	refused '/^plimsoll.07-user/d' 'plimsoll/07-user: missing: its plimsoll.yaml names it'
	refused '1,99d' 'must hold a mapping for each image'
}

@test "what is wrong in a plimsoll.yaml: exit 2, with plimsoll's own line" {
	copy_tree
	sed -i 's/^size: .*/sise: 3 MB/' "$TREE/examples/07-user/plimsoll.yaml"
	PLIMSOLL_RUN=$UNIQUE run -2 "$TREE/examples/show.sh" 02
	assert_line --regexp '^plimsoll: examples/07-user/plimsoll.yaml:3:1: sise: no such key: did you mean size\?$'
	sed -i 's/^sise: .*/size: 3 MB/; s/^image: .*/image: plimsoll\/02-multi-stage/' "$TREE/examples/07-user/plimsoll.yaml"
	run -2 "$TREE/examples/build.sh" 02
	one_line '^plimsoll: examples/ladder.yaml: plimsoll/07-user: no plimsoll.yaml names this image$'
	printf 'waive: [\n' >>"$TREE/plimsoll.yaml"
	run -2 "$TREE/examples/build.sh" 02
	assert_line 'plimsoll: examples: not valid YAML: mend the line named above'
}

@test "a rebuild keeps the image before, where it has another name" {
	local old
	rename_rung 98-renamed
	printf 'LABEL plimsoll.run=%s\n' "$PLIMSOLL_RUN" >>"$TREE/examples/98-renamed/Containerfile"
	run -0 "$TREE/examples/build.sh" 98
	old=$(engine image inspect --format '{{.Id}}' plimsoll/98-renamed)
	engine tag plimsoll/98-renamed "$UNIQUE"
	printf 'LABEL changed=once\n' >>"$TREE/examples/98-renamed/Containerfile"
	run -0 "$TREE/examples/build.sh" 98
	run -0 engine image inspect --format '{{.Id}}' "$UNIQUE"
	assert_output "$old"
	engine rmi "$UNIQUE" >/dev/null
	old=$(engine image inspect --format '{{.Id}}' plimsoll/98-renamed)
	printf 'LABEL changed=twice\n' >>"$TREE/examples/98-renamed/Containerfile"
	run -0 "$TREE/examples/build.sh" 98
	run ! engine image inspect "$old"
	engine rmi plimsoll/98-renamed
}

@test "a rung that doesn't build is named, with its log, and gets no image" {
	rename_rung 99-broken
	printf 'RUN ["/no/such/program"]\n' >>"$TREE/examples/99-broken/Containerfile"
	run -1 "$TREE/examples/build.sh" 99
	assert_line --regexp '^plimsoll: 99-broken: the build failed: mend what the lines above name; the whole log is build/logs/99-broken'
	run ! engine image inspect plimsoll/99-broken
}

@test "a broken promise: make examples fails, and names the image, the check, what was expected and what was found" {
	local file=examples/02-multi-stage/plimsoll.yaml
	copy_tree
	# A waiver too few, one too many, a budget that is too small, and a fact of ladder.yaml.
	sed -i '/check: healthcheck/,+1d; s/^size: .*/size: 1 MB/' "$TREE/$file"
	printf '  - check: no-sudo\n    reason: none\n' >>"$TREE/$file"
	sed -i '/02-multi-stage/s/own_layers: 1/own_layers: 7/' "$TREE/examples/ladder.yaml"
	PLIMSOLL_RUN=$UNIQUE run -1 "$TREE/examples/show.sh" 02
	assert_line '02-multi-stage: healthcheck: expected a HEALTHCHECK, found none'
	assert_line --regexp "^02-multi-stage: no-sudo: expected a failure \($file:[0-9]+: the waiver of no-sudo covers nothing: remove it\), found pass: "
	assert_line --regexp '^02-multi-stage: size-budget: expected at most 1.00 MB, found [0-9.]+ MB'
	assert_line '02-multi-stage: layers: expected 7, found 1'
	assert_line 'A promise was broken: see the lines above.'
}

@test "a full disk: the line says so" {
	copy_tree
	# shellcheck disable=SC2016  # the stub's own arguments
	printf '#!/bin/sh\ncase $1 in build) echo "write /layer: no space left on device" >&2; exit 1 ;; *) exec docker "$@" ;; esac\n' >"$BATS_TEST_TMPDIR/engine"
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine run -1 "$TREE/examples/build.sh" 02
	assert_line --regexp '^plimsoll: 02-multi-stage: the disk is full: free some space'
}

@test "TERM in the middle of make examples leaves nothing behind" {
	local pid status=0 deadline=$((SECONDS + 60))
	rename_rung 97-stopped
	printf 'LABEL plimsoll.run=%s\n' "$UNIQUE" >>"$TREE/examples/97-stopped/Containerfile"
	PLIMSOLL_RUN=$UNIQUE "$TREE/examples/show.sh" 97 >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	pid=$!
	until [[ $(engine ps --quiet --filter ancestor=plimsoll/97-stopped 2>/dev/null) ]]; do
		if ((SECONDS > deadline)) || ! kill -0 "$pid"; then fail "no container within 60 s: $(cat "$BATS_TEST_TMPDIR/out")"; fi
		sleep 0.1
	done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	assert_equal "exit $status: $(cat "$BATS_TEST_TMPDIR/out")" "exit 143: $(cat "$BATS_TEST_TMPDIR/out")"
	run -0 engine ps --all --quiet --filter ancestor=plimsoll/97-stopped
	assert_output ''
	run ! engine image inspect plimsoll/97-stopped
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

@test "what runs in an image's container is given ten seconds" {
	printf '#!/bin/sh\nexec sleep 60\n' >"$BATS_TEST_TMPDIR/engine"
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine run -124 run_in container sh
}
