# 12-static-scratch: exactly what is in it, and that it needs nothing else.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

# A build from nothing takes longer than other tests may.
setup_file() {
	export BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
}

teardown() {
	remove_container
}

# Of the image's one layer: a container would show the engine's own files too.
layer() {
	engine save "$1" >"$BATS_TEST_TMPDIR/image.tar"
	tar --extract --directory "$BATS_TEST_TMPDIR" --file "$BATS_TEST_TMPDIR/image.tar"
	tar "${@:2}" --file "$BATS_TEST_TMPDIR/$(jq -r '.[0].Layers[0]' "$BATS_TEST_TMPDIR/manifest.json")"
}

for_each_image '.base == "SCRATCH"' -- 'holds the binary, three small files and their directories alone, with owners and modes' holds
holds() {
	run -0 layer "$1" --list --verbose --numeric-owner
	# shellcheck disable=SC2016  # awk's own fields
	run -0 awk '{print $1, $2, $6}' <<<"$output"
	assert_output - <<-'END'
		drwxr-xr-x 0/0 etc/
		-rw-r--r-- 0/0 etc/group
		-rw-r--r-- 0/0 etc/passwd
		drwxr-xr-x 0/0 etc/ssl/
		drwxr-xr-x 0/0 etc/ssl/certs/
		-rw-r--r-- 0/0 etc/ssl/certs/ca-certificates.crt
		drwxrwxrwt 0/0 tmp/
		drwxr-xr-x 0/0 usr/
		drwxr-xr-x 0/0 usr/local/
		drwxr-xr-x 0/0 usr/local/bin/
		-r-xr-xr-x 0/0 usr/local/bin/app
		drwxr-xr-x 0/0 var/
		drwxr-xr-x 0/0 var/lib/
		drwxr-x--- 65532/65532 var/lib/app/
	END
}

for_each_image '.base == "SCRATCH"' -- 'its binary asks for no loader and no library' static_binary
static_binary() {
	layer "$1" --extract --directory "$BATS_TEST_TMPDIR" usr/local/bin/app
	run -0 readelf --wide --program-headers --dynamic "$BATS_TEST_TMPDIR/usr/local/bin/app"
	assert_line --regexp '^ +LOAD '
	refute_line --regexp '^ +INTERP |NEEDED'
}

for_each_image '.base == "SCRATCH"' -- 'its certificates are those of the static base, more than a hundred' bundle
bundle() {
	local own base
	own=$(layer "$1" --extract --to-stdout etc/ssl/certs/ca-certificates.crt)
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$STATIC_IMAGE" none >/dev/null
	base=$(engine cp "$UNIQUE:/etc/ssl/certs/ca-certificates.crt" - | tar --extract --to-stdout)
	assert_equal "$(sha256sum <<<"$own")" "$(sha256sum <<<"$base")"
	run -0 grep --count 'BEGIN CERTIFICATE' <<<"$own"
	assert [ "$output" -gt 100 ]
}

for_each_image '.base == "SCRATCH"' -- '65532 has a name there' named
named() {
	run -0 run_once --entrypoint /probe/busybox "$1" id
	assert_output 'uid=65532(app) gid=65532(app) groups=65532(app)'
}

@test "12-static-scratch: a target that the toolchain lacks is refused by its name" {
	run ! build_image plimsoll/12-static-scratch --tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" --build-arg TARGET=riscv64gc-unknown-linux-gnu
	assert_output --partial 'riscv64gc-unknown-linux-gnu'
	assert_output --partial "can't find crate for"
}

@test "12-static-scratch: the service builds for musl where std is compiled too, and allocates with mimalloc there" {
	if [[ $SUITE == bookworm ]]; then skip "not on this host: $SUITE's own Rust is older than the app allows"; fi
	local -a bases
	mapfile -t bases < <(base_arguments tests/fixtures/musl/Containerfile)
	DOCKER_BUILDKIT=1 run -0 engine build --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$UNIQUE" "${bases[@]}" \
		--file tests/fixtures/musl/Containerfile .
	run -0 --separate-stderr run_once --env MIMALLOC_VERBOSE=1 "$UNIQUE" /musl-mimalloc --version
	assert_output --regexp '^app [0-9]'
	assert_regex "$stderr" '^mimalloc: '
	run -0 --separate-stderr run_once --env MIMALLOC_VERBOSE=1 "$UNIQUE" /musl --version
	assert_output --regexp '^app [0-9]'
	assert_equal "$stderr" ''
}

@test "12-static-scratch: the last row of the measured profiles is the rung itself" {
	# shellcheck source=examples/measure/profiles.sh
	. examples/measure/profiles.sh
	run -0 sed -n -E 's/^ARG (OPT_LEVEL|LTO|CODEGEN_UNITS|PANIC|STRIP|DEBUG)=//p' examples/12-static-scratch/Containerfile
	assert_equal "$(tail -n 1 <<<"$PROFILES" | tr --squeeze-repeats ' ')" "all ${output//$'\n'/ }"
}

@test "12-static-scratch: the row of the app's own profile is what its Cargo.toml says" {
	# shellcheck source=examples/measure/profiles.sh
	. examples/measure/profiles.sh
	# shellcheck disable=SC2016  # a sed program
	run -0 sed -n '/^\[profile.release\]/,$p' examples/app/Cargo.toml
	assert_output $'[profile.release]\ncodegen-units = 4\nlto = "off"\nstrip = true'
	run -0 grep '^own Cargo.toml' <<<"$PROFILES"
	assert_output --regexp "^own Cargo.toml +3 +off +4 +unwind +symbols +false\$"
}

# Of the stage that cargo runs in: what it is told there is what the row's binary becomes.
@test "12-static-scratch: the profile debug is measured with what cargo's own dev profile sets, but for incremental, which is nothing in the binary" {
	# shellcheck source=examples/measure/profiles.sh
	. examples/measure/profiles.sh
	time_build() { build_image "$@" --target chef; }
	# shellcheck disable=SC2046  # a setting a word
	run -0 build_profile debug $(sed -n 's/^debug  *//p' <<<"$PROFILES")
	run -0 engine image inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "plimsoll-profile:$PLIMSOLL_RUN"
	engine image rm "plimsoll-profile:$PLIMSOLL_RUN" >/dev/null
	run -0 grep ^CARGO_PROFILE_RELEASE_ <<<"$output"
	assert_output - <<-'END'
		CARGO_PROFILE_RELEASE_OPT_LEVEL=0
		CARGO_PROFILE_RELEASE_LTO=false
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256
		CARGO_PROFILE_RELEASE_PANIC=unwind
		CARGO_PROFILE_RELEASE_STRIP=none
		CARGO_PROFILE_RELEASE_DEBUG=true
		CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true
		CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true
	END
}
