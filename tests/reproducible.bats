# 14-reproducible: twice the same bytes, labels that say what it is, and a list of the crates in it.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

RUNG=examples/14-reproducible

# It compiles everything, with link-time optimisation.
setup_file() {
	export BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
	# shellcheck source=examples/14-reproducible/pins.env
	. "$RUNG/pins.env"
}

teardown() {
	remove_container
}

build_again() {
	local log=$BATS_TEST_TMPDIR/log
	build_image plimsoll/14-reproducible --tag "$UNIQUE" "$@" --label "plimsoll.run=$PLIMSOLL_RUN" >"$log" || fail "$(tail -n 20 "$log")"
}

# All of an image that is not the moment of its build.
content() {
	engine image inspect "$1" | jq '.[0] | .RootFS.Layers, (.Config | del(.Labels["plimsoll.run"], .Image))'
}

# Without cache, or the builder would take the first build's layer for that of the same content.
@test "14-reproducible: built again, later, from another folder and in another one, it has the same layers and configuration" {
	local tree=$BATS_TEST_TMPDIR/tree
	mkdir "$tree"
	tar --create --exclude=target .dockerignore examples | tar --extract --directory "$tree"
	find "$tree" -exec touch --date '3 years ago' '{}' +
	sed -i 's,/build/,/elsewhere/,g; s,^WORKDIR /elsewhere/src,ENV CARGO_HOME=/elsewhere/cargo\n&,' "$tree/$RUNG/Containerfile"
	build_again --context "$tree" --no-cache
	assert_equal "$(content "$UNIQUE")" "$(content plimsoll/14-reproducible)"
}

@test "14-reproducible: no path of the builder is in the binary; without --remap-path-prefix, as in 12, there is" {
	run -0 paths_in plimsoll/12-static-scratch
	run -1 paths_in plimsoll/14-reproducible
	run -0 binary_has plimsoll/14-reproducible '/cargo/registry/src/'
}

paths_in() {
	binary_has "$1" '/(build|usr/local)/(src|cargo|rustup)'
}

binary_has() {
	run_once --entrypoint /probe/busybox "$1" grep -qE "$2" /usr/local/bin/app
}

@test "14-reproducible: every file bears the date that the pins give, and with another date the layer is another" {
	build_again --build-arg SOURCE_DATE_EPOCH=1000000000
	assert_not_equal "$(engine image inspect --format '{{.RootFS.Layers}}' "$UNIQUE")" \
		"$(engine image inspect --format '{{.RootFS.Layers}}' plimsoll/14-reproducible)"
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE" >/dev/null
	run -0 dates_of "$UNIQUE"
	assert_output 2001-09-09
	remove_container
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" plimsoll/14-reproducible >/dev/null
	run -0 dates_of "$UNIQUE"
	assert_output "$(date --utc --date "@$SOURCE_DATE_EPOCH" +%F)"
}

# The engine itself adds some files, and dates /etc anew.
dates_of() {
	engine export "$1" | TZ=UTC tar --list --verbose usr/local/bin/app etc/ssl/certs/ca-certificates.crt etc/passwd etc/group var/lib/app tmp |
		awk '{print $4}' | sort -u
}

@test "14-reproducible: without a date the build stops, and says where it stands" {
	run ! build_image plimsoll/14-reproducible --tag "$UNIQUE" --build-arg SOURCE_DATE_EPOCH=
	assert_output --partial 'SOURCE_DATE_EPOCH: is not set: pass the build arguments of examples/14-reproducible/pins.env'
}

@test "14-reproducible: its labels say what it is, by the names that OCI gives them" {
	run -0 engine image inspect --format '{{json .Config.Labels}}' plimsoll/14-reproducible
	local labels=$output
	run -0 jq -r 'to_entries[] | "\(.key | ltrimstr("org.opencontainers.image."))=\(.value)"' <<<"$labels"
	assert_line title=app
	assert_line licenses=MIT
	assert_line "version=$(sed -n 's/^version = "\(.*\)"/\1/p' examples/app/Cargo.toml)"
	assert_line "created=$(date --utc --date "@$SOURCE_DATE_EPOCH" +%FT%TZ)"
	assert_line revision=unknown
	build_again --build-arg REVISION=0123abc
	run -0 engine image inspect --format '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$UNIQUE"
	assert_output 0123abc
}

@test "syft finds every crate that is compiled into 14 and app:release, and no other; in 12 it finds none" {
	local expected
	expected=$(CARGO_HOME=$PWD/build/cargo cargo tree --locked --manifest-path examples/app/Cargo.toml --package app \
		--edges normal,no-proc-macro --prefix none --format '{p}' | sed 's/ v\([^ ]*\).*/ \1/' | sort -u)
	run -0 crates_in app:release
	assert_equal "$output" "$expected"
	run -0 crates_in 14
	assert_equal "$output" "$expected"
	assert_line --regexp '^tokio '
	run -0 crates_in 12
	assert_output ''
}

crates_in() {
	examples/sbom.sh "$1" | jq -r '.components[]? | select(.purl // "" | startswith("pkg:cargo/")) | "\(.name) \(.version)"' | sort -u
}

@test "sbom without a name, or of an image that is not built: one line, and what to do" {
	run -2 examples/sbom.sh
	assert_output 'plimsoll: sbom: no name: name a rung or an image: make sbom NAME=14'
	run -2 examples/sbom.sh 99-none
	assert_output --regexp '^plimsoll: 99-none: no such image'
	# An engine that answers and has no images.
	# shellcheck disable=SC2016  # the stub's own variable
	printf '#!/bin/sh\n[ "$1" != image ]\n' >"$BATS_TEST_TMPDIR/engine"
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine run -1 examples/sbom.sh 14
	assert_output 'plimsoll: plimsoll/14-reproducible: not built: make images NAME=14'
}

# A copy of the rung, on an engine that a stub stands for. DIGEST: that of every image; another repository has another.
# REGISTRY: where the bases come from; the engine leaves its name out.
pin() {
	local tree=$BATS_TEST_TMPDIR/pin
	rm -rf "$tree"
	mkdir -p "$tree/examples"
	cp -r bases .env "$tree"
	cp -r examples/pin.sh "$RUNG" "$tree/examples"
	if [[ -n ${REGISTRY:-} ]]; then sed -i "s#localhost/plimsoll/#$REGISTRY#" "$tree/.env"; fi
	cat >"$BATS_TEST_TMPDIR/engine" <<-'END'
		#!/bin/sh
		if [ "$1 $2" != "image inspect" ]; then exit; fi
		name=${5%:*}
		printf '%s\n' elsewhere/copy@sha256:9999 ${DIGEST:+"${name#"$REGISTRY"}@$DIGEST"}
	END
	chmod +x "$BATS_TEST_TMPDIR/engine"
	ENGINE=$BATS_TEST_TMPDIR/engine "$tree/examples/pin.sh" "$@"
}

@test "pin writes the digest of each base that has one" {
	DIGEST=sha256:0123 run -0 pin
	assert_line "RUST_IMAGE=$RUST_IMAGE@sha256:0123"
	assert_line "STATIC_IMAGE=$STATIC_IMAGE@sha256:0123"
	refute_line --partial TOOLS_IMAGE
	run -0 cat "$BATS_TEST_TMPDIR/pin/$RUNG/pins.env"
	assert_line "DEBIAN_IMAGE=$DEBIAN_IMAGE@sha256:0123"
	assert_line "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH"
}

@test "pin knows an image of Docker's own registry, whose name the engine leaves out" {
	DIGEST=sha256:0123 REGISTRY=docker.io/library/ run -0 pin
	assert_line --regexp '^RUST_IMAGE=docker\.io/library/rust:[^@]*@sha256:0123$'
}

@test "pin refuses stand-ins in one line, and changes nothing" {
	DIGEST='' run -1 pin
	assert_output "plimsoll: $RUST_IMAGE: has no digest: only an official image can be pinned: make bases BASES=official"
	run -0 diff "$RUNG/pins.env" "$BATS_TEST_TMPDIR/pin/$RUNG/pins.env"
	run -2 pin all
	assert_output 'plimsoll: pin: all: unknown argument: it takes none'
}

@test "a base pinned by digest goes over the one of .env, if it is that very image" {
	printf 'VERSION=1\nRUST_IMAGE=%s@sha256:0123\n' "$RUST_IMAGE" >"$BATS_TEST_TMPDIR/pins.env"
	run -0 pinned_arguments "$BATS_TEST_TMPDIR/pins.env"
	assert_output $'--build-arg\nVERSION=1\n--build-arg\n'"RUST_IMAGE=$RUST_IMAGE@sha256:0123"
	RUST_IMAGE=another:tag run -0 pinned_arguments "$BATS_TEST_TMPDIR/pins.env"
	assert_output $'--build-arg\nVERSION=1'
}
