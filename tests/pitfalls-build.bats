# Builds that go wrong: each pitfall is kept as a fixture that fails here, and the rung beside it does not.
# A patch makes one mistake in a rung's Containerfile; its first lines say symptom, cause and fix. So do the others.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers
. examples/change.sh

PITFALLS=tests/fixtures/pitfalls

# One after the other: some share a cache mount. And a build from nothing takes longer than other tests may.
setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
	TREE=$BATS_TEST_TMPDIR/tree
	old_tree "$GREETING, in a pitfall"
}

teardown() {
	remove_container
}

# Sets up TREE with this greeting, and with files older than whatever a build makes. No fixed date: BuildKit doesn't read
# a file again whose size and time are those that it had last.
old_tree() {
	rm -rf "$TREE"
	changed_tree "$TREE" "$1"
	find "$TREE" -exec touch --date '10 years ago' '{}' +
}

# build FILE CONTEXT [OPTION]...: an image with this test's name. It has a target mount of its own, and spoils no rung's.
build() {
	local file=$BATS_TEST_TMPDIR/Containerfile
	local -a bases
	mapfile -t bases < <(base_arguments "$1")
	sed 's/id=plimsoll-target,/id=plimsoll-pitfalls,/' "$1" >"$file"
	DOCKER_BUILDKIT=$([[ ${BUILDER:-buildkit} == classic ]] && echo 0 || echo 1) engine build --force-rm --file "$file" \
		--tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "${bases[@]}" "${@:3}" "$2" 2>&1
}

build_rung() {
	build "examples/$1/Containerfile" "$TREE" "${@:2}"
}

# build_broken PATCH [OPTION]...: the rung with the mistake that the patch makes; 2 where it no longer applies.
build_broken() {
	local patch=$PITFALLS/$1.patch file=$BATS_TEST_TMPDIR/broken
	patch --reject-file=- --output "$file" "$(sed -n 's,^--- a/,,p' "$patch")" "$patch" || {
		printf '%s: does not apply any more: make the same mistake in the rung as it is now\n' "$patch"
		return 2
	}
	build "$file" "$TREE" "${@:2}"
}

build_folder() {
	build "$PITFALLS/$1/Containerfile" "$PITFALLS/$1" "${@:2}"
}

@test "03-dependency-cache: without the touch, the dummy ships" {
	run -0 build_broken dummy-shipped
	run -0 run_once "$UNIQUE" /usr/local/bin/app --version
	assert_output 'the dummy'
	run -0 build_rung 03-dependency-cache
	run -0 run_once "$UNIQUE" /usr/local/bin/app --version
	assert_output --regexp '^app [0-9]'
}

@test "03-dependency-cache: with a touch for the binary alone, the library's stub is taken for the library" {
	run -1 build_broken one-touch
	assert_output --partial 'error[E0432]: unresolved import'
	run -0 build_rung 03-dependency-cache
}

@test "04-cargo-chef: a build with other flags than cook's compiles every dependency again" {
	old_tree "Changed at $EPOCHREALTIME"
	run -0 build_broken flags-differ --target build
	run -0 compiled_after_cook <<<"$output"
	assert_line tokio
	run -0 build_rung 04-cargo-chef --target build
	run -0 compiled_after_cook <<<"$output"
	assert_line app
	refute_line tokio
}

# The crates that the stage `build` compiled, by BuildKit's log, where cook's steps may stand among its own.
compiled_after_cook() {
	awk '/ \[build [0-9]/ {ids[$1]} $1 in ids' | sed -n 's/.*Compiling \([^ ]*\) v.*/\1/p'
}

@test "04-cargo-chef: a cache mount over target hides what cook made" {
	old_tree "Changed at $EPOCHREALTIME"
	empty_mount plimsoll-pitfalls-hides
	run -0 build_broken mount-over-cook --target build
	run -0 compiled_after_cook <<<"$output"
	assert_line tokio
	run -0 build_rung 04-cargo-chef --target build
	run -0 compiled_after_cook <<<"$output"
	assert_line app
	refute_line tokio
}

# As it is on a new machine. (The option --no-cache would do that too, and cook again.)
empty_mount() {
	printf 'FROM %s\nRUN --mount=type=cache,id=%s,target=/mount find /mount -mindepth 1 -delete # %s\n' \
		"$DEBIAN_IMAGE" "$1" "$EPOCHREALTIME" >"$BATS_TEST_TMPDIR/empty"
	run -0 build "$BATS_TEST_TMPDIR/empty" "$PITFALLS"
}

@test "04-cargo-chef: prepare stops at manifests without their sources" {
	run -1 build_broken bare-manifests --target recipe
	assert_output --partial "can't find library"
	run -0 build_rung 04-cargo-chef --target recipe
}

@test "04-cargo-chef: prepare without --bin has cook compile the dependencies of every binary" {
	run -0 build_folder cook-whole-workspace --target all
	run -0 cooked
	assert_output $'itoa\nryu'
	run ! build_folder cook-whole-workspace --target one --build-arg COOK_OPTIONS=--locked
	assert_output --partial 'cannot update the lock file'
	run -0 build_folder cook-whole-workspace --target one
	run -0 cooked
	assert_output itoa
}

# The libraries that cook compiled.
cooked() {
	run_once "$UNIQUE" find target/release/deps -name '*.rlib' | sed 's,.*/lib\(.*\)-.*,\1,' | sort
}

@test "06-nextest-archive: without an integration test beside it, the archive lacks the binary" {
	local app=$TREE/examples/app
	run -0 build_rung 06-nextest-archive
	rm -r "$app/app/tests"
	# A test of another crate, so that nextest has one to run.
	mkdir "$app/service/tests"
	printf '#[test]\nfn passes() {}\n' >"$app/service/tests/passes.rs"
	run -1 build_rung 06-nextest-archive
	assert_output --partial "cannot stat 'target/release/app'"
}

@test "13-cache-mounts: without the touch, a source older than the mount's artefacts is not compiled" {
	local first="First at $EPOCHREALTIME" second="Second at $EPOCHREALTIME"
	old_tree "$first"
	run -0 build_rung 13-cache-mounts
	old_tree "$second"
	run -0 build_broken stale-target
	run -0 greeting
	assert_output --partial "$first"
	run -0 build_rung 13-cache-mounts
	run -0 greeting
	assert_output --partial "$second"
}

greeting() {
	start "$UNIQUE"
	fetch /
	remove_container
}

@test "13-cache-mounts: a binary that stays in the mount is not there for the next step" {
	run -1 build_broken binary-in-mount
	assert_output --partial "cannot stat 'target/x86_64-unknown-linux-gnu/release/app'"
	run -0 build_rung 13-cache-mounts
}

@test "curl | sh: an image is built though curl failed; pipefail or a checksum stops it" {
	run -0 build_folder curl-pipe-sh --target piped --no-cache
	assert_output --partial 'curl: (7)'
	run -1 build_folder curl-pipe-sh --target pipefail
	assert_output --partial 'curl: (7)'
	run -1 build_folder curl-pipe-sh --target checksum
	assert_output --partial '/tmp/install.sh: FAILED'
	refute_output --partial 'not the installer'
	run -0 sha256sum "$PITFALLS/curl-pipe-sh/other.sh"
	run -0 build_folder curl-pipe-sh --target checksum --no-cache --build-arg "INSTALLER_SHA256=${output%% *}"
	assert_output --partial 'not the installer'
}

@test "04-cargo-chef: COPY . before prepare doesn't invalidate cook (BuildKit)" {
	source_change_keeps_cook
}

@test "04-cargo-chef: COPY . before prepare doesn't invalidate cook (classic builder)" {
	BUILDER=classic source_change_keeps_cook
	# What the changed source left goes; what cook made stays, for the next time.
	run -0 engine image rm "$(layer_of 'RUN cargo chef prepare' <<<"$LOG")"
	run -0 engine image rm --no-prune "$UNIQUE"
}

source_change_keeps_cook() {
	run -0 build_rung 04-cargo-chef --target dependencies
	old_tree "Changed at $EPOCHREALTIME"
	run -0 build_rung 04-cargo-chef --target dependencies
	LOG=$output
	assert_equal "prepare: $(step 'RUN cargo chef prepare' <<<"$LOG")" 'prepare: run'
	assert_equal "cook: $(step 'RUN cargo chef cook' <<<"$LOG")" 'cook: cached'
}

# Whether a step was run or cached, by either builder's log.
step() {
	awk -v words="$1" '
		index($0, words) {id = $1; next}
		id && (id == "Step" || id == $1) {print (/CACHED|Using cache/ ? "cached" : "run"); exit}'
}

# The layer that a step made, by the classic builder's log.
layer_of() {
	awk -v words="$1" 'index($0, words) {found = 1} found && $1 == "--->" && NF == 2 {print $2; exit}'
}

# settle keeps|changes WHAT FUNCTION: registers a test of what the recipe says after a change.
settle() {
	bats_test_function --description "04-cargo-chef: $2 $1 the recipe" -- recipe_after "$1" "$3"
}

recipe_after() {
	local before
	run -0 build_rung 04-cargo-chef --target chef
	before=$(recipe)
	cp --recursive "$TREE/examples/app" "$BATS_TEST_TMPDIR/before"
	(cd "$TREE/examples/app" && "$2")
	run -1 diff --recursive --brief "$BATS_TEST_TMPDIR/before" "$TREE/examples/app"
	run -0 recipe
	if [[ $1 == keeps ]]; then assert_equal "$output" "$before"; else refute [ "$output" == "$before" ]; fi
}

recipe() {
	tar --create --directory "$TREE/examples/app" . | run_once --interactive "$UNIQUE" \
		sh -c 'tar --extract && cargo chef prepare --recipe-path /build/recipe.json && sha256sum /build/recipe.json'
}

settle keeps 'a changed line of source' changed_line
changed_line() {
	sed -i "s/$GREETING/Another/" service/src/lib.rs
}

settle keeps 'a new module' new_module
new_module() {
	printf '//! New.\n' >service/src/new.rs
}

settle keeps 'a new version of the own crates' own_version
own_version() {
	sed -i 's/^version = "0\.1\.0"/version = "0.2.0"/' Cargo.toml Cargo.lock
}

settle changes 'a new binary' new_binary
new_binary() {
	mkdir app/src/bin
	printf 'fn main() {}\n' >app/src/bin/new.rs
}

settle changes 'a feature of a dependency' new_feature
new_feature() {
	sed -i 's/"time"\]/"time", "fs"]/' app/Cargo.toml
}

settle changes 'another version in Cargo.lock' locked_version
locked_version() {
	sed -i '/^name = "itoa"/{n; s/version = ".*"/version = "1.0.1"/}' Cargo.lock
}
