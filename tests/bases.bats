# bases/: which images the FROM lines take. A stub stands for the engine where a choice is tested,
# the real engine where the stand-ins themselves are.
# shellcheck disable=SC2154  # output, lines and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for a stub's shell, or for the engine
# shellcheck disable=SC2030,SC2031  # each test is a subshell, as it should be

bats_load_library bats-support
load helpers
# shellcheck source=bases/names.sh
. bases/names.sh
# shellcheck source=bases/tools.sh
. bases/tools.sh

# A copy of bases/ with a stub engine, and stubs of the tools that bootstrapping needs. Nothing is on the engine.
setup() {
	use_libraries
	TREE=$BATS_TEST_TMPDIR/tree
	STUBS=$BATS_TEST_TMPDIR/stubs
	export CALLS=$BATS_TEST_TMPDIR/calls HAVE=$BATS_TEST_TMPDIR/have TMPDIR=$BATS_TEST_TMPDIR/work
	mkdir "$TREE" "$STUBS" "$TMPDIR"
	cp -r bases "$TREE"
	touch "$CALLS" "$HAVE"
	pins >"$HAVE.pins"
	stub engine <<-'END'
		echo "$*" >>"$CALLS"
		case "$1 ${2-}" in
		version*) if [ -n "${TROUBLE-}" ]; then echo "$TROUBLE" >&2; exit 1; fi ;;
		"image inspect") for image; do :; done; grep -qxF "$image" "$HAVE" && case $* in *plimsoll.pins*) cat "$HAVE.pins" ;; *) echo 1000000 ;; esac ;;
		pull*) if [ -z "${REGISTRY-}" ]; then echo 'dial tcp: no such host' >&2; exit 1; fi; echo "$2" >>"$HAVE" ;;
		rmi*) grep -vxF "$2" "$HAVE" >"$HAVE.new"; mv "$HAVE.new" "$HAVE" ;;
		esac
	END
	local tool
	for tool in debuerreotype-init debootstrap gpgv wget unshare; do stub "$tool" <<<'exit 1'; done
	unset BASES SUITE REGISTRY TROUBLE
}

teardown() {
	remove_container
}

# stub NAME: an executable that comes before all others of that name; its text is on standard input.
stub() {
	{ printf '#!/bin/sh\n'; cat; } >"$STUBS/$1"
	chmod +x "$STUBS/$1"
}

# What the engine has: every stand-in of the suite trixie but those named.
have_stand_ins_but() {
	local image
	for image in debian:trixie-slim rust:1-trixie rust:1-slim-trixie cc-debian13:latest cc-debian13:debug \
		static-debian13:latest tools:trixie; do
		if [[ " $* " != *" $image "* ]]; then printf 'localhost/plimsoll/%s\n' "$image"; fi
	done >>"$HAVE"
}

bases() {
	PATH=$STUBS:$PATH ENGINE=${ENGINE_STUB:-engine} "$TREE/bases/make.sh" "$@"
}

assert_nothing_made() {
	run -0 cat "$CALLS"
	refute_line --regexp '^(import|commit|run|create|build) '
}

@test "bases: official images are chosen where a registry answers, and nothing is bootstrapped" {
	echo localhost/plimsoll/tools:trixie >>"$HAVE"
	REGISTRY=yes run -0 bases
	refute_output --partial 'stand-ins'
	assert_nothing_made
	run -0 cat "$TREE/.env"
	assert_output - <<-'END'
		BASES=official
		SUITE=trixie
		DEBIAN_IMAGE=docker.io/library/debian:trixie-slim
		RUST_IMAGE=docker.io/library/rust:1-trixie
		RUST_SLIM_IMAGE=docker.io/library/rust:1-slim-trixie
		CC_IMAGE=gcr.io/distroless/cc-debian13:latest
		CC_DEBUG_IMAGE=gcr.io/distroless/cc-debian13:debug
		STATIC_IMAGE=gcr.io/distroless/static-debian13:latest
		TOOLS_IMAGE=localhost/plimsoll/tools:trixie
		TESTS_BASE_IMAGE=docker.io/library/rust:1-slim-trixie
	END
}

@test "bases: without a registry auto asks once, says so in one line and takes the stand-ins that are there" {
	have_stand_ins_but
	run -0 bases
	assert_equal "${#lines[@]}" 1
	assert_output "bases: gcr.io/distroless/static-debian13:latest: can't be pulled: using stand-ins made from Debian's packages (BASES=official tells why)"
	assert_nothing_made
	run -0 grep --count '^pull ' "$CALLS"
	assert_output 1
	run -0 cat "$TREE/.env"
	assert_line 'BASES=local'
	assert_line 'DEBIAN_IMAGE=localhost/plimsoll/debian:trixie-slim'
}

@test "bases: BASES=local asks no registry and has nothing to say when all is there" {
	have_stand_ins_but
	REGISTRY=yes BASES=local run -0 bases
	assert_output ''
	run -1 grep '^pull ' "$CALLS"
}

@test "bases: a tools image of other pins than today's is made anew" {
	have_stand_ins_but
	echo 'cargo-chef 0.0.1' >"$HAVE.pins"
	BASES=local run -0 bases
	assert_output --partial 'bases: localhost/plimsoll/tools:trixie: 1.0 MB'
	run -0 cat "$CALLS"
	assert_line --regexp '^import .*plimsoll.pins="cargo-auditable [0-9].* localhost/plimsoll/tools:trixie$'
}

@test "bases: BASES=official without a registry is one clear error, and .env stays as it was" {
	echo old >"$TREE/.env"
	BASES=official run -1 bases
	assert_output "bases: gcr.io/distroless/static-debian13:latest: can't be pulled: dial tcp: no such host: try again, or use BASES=local"
	assert_equal "$(<"$TREE/.env")" old
}

@test "bases: a bad BASES, SUITE or argument is refused with what is allowed, and nothing is asked" {
	BASES=remote run -2 bases
	assert_output 'bases: BASES=remote: not a choice: auto, official or local'
	SUITE=sid run -2 bases
	assert_output 'bases: SUITE=sid: not a suite: trixie or bookworm'
	run -2 bases everything
	assert_output 'bases: everything: unknown argument: none or remove; --help says more'
	run -2 bases remove now
	assert_output 'bases: remove now: unknown argument: none or remove; --help says more'
	assert_equal "$(<"$CALLS")" ''
}

@test "bases: --help names the variables and the exit codes" {
	run -0 bases --help
	assert_line --partial 'BASES=official'
	assert_line --partial 'SUITE=trixie'
	assert_line --partial 'Exit: 0 '
}

@test "bases: SUITE=bookworm takes no image of trixie but the tests' base" {
	have_stand_ins_but
	sed --in-place 's/trixie/bookworm/; s/debian13/debian12/' "$HAVE"
	echo localhost/plimsoll/rust:1-slim-trixie >>"$HAVE"
	SUITE=bookworm BASES=local run -0 bases
	assert_nothing_made
	run -0 grep -E 'trixie|debian13' "$TREE/.env"
	assert_output 'TESTS_BASE_IMAGE=localhost/plimsoll/rust:1-slim-trixie'
}

@test "bases: every missing host tool is named at once, with the command that installs them" {
	local tool path=$BATS_TEST_TMPDIR/path
	have_stand_ins_but debian:trixie-slim
	mkdir "$path"
	# All of the system's programs but three.
	for tool in /usr/bin/* "$STUBS"/*; do
		case ${tool##*/} in
		debootstrap | debuerreotype-init | wget) ;;
		*) ln --symbolic --force "$tool" "$path/" ;;
		esac
	done
	BASES=local ENGINE=engine PATH=$path run -1 "$TREE/bases/make.sh"
	assert_output 'bases: missing on this host: debuerreotype debootstrap wget: apt-get install --yes debuerreotype debootstrap wget'
	assert_file_not_exist "$TREE/.env"
}

@test "bases: a bootstrap that fails shows the end of its log, names the image and leaves nothing" {
	have_stand_ins_but debian:trixie-slim
	stub unshare <<<'echo "the mirror is gone"; exit 7'
	echo old >"$TREE/.env"
	BASES=local run -1 bases
	assert_line 'the mirror is gone'
	assert_line --index -1 'bases: localhost/plimsoll/debian:trixie-slim: not made: see the lines above'
	assert_nothing_made
	assert_equal "$(<"$TREE/.env")" old
	assert_equal "$(ls -A "$TMPDIR")" ''
}

@test "bases: a full disk is called by its name" {
	have_stand_ins_but debian:trixie-slim
	stub unshare <<<'echo "tar: write error: No space left on device"; exit 2'
	BASES=local run -1 bases
	assert_line --index -1 "bases: localhost/plimsoll/debian:trixie-slim: not made: disk full: free some space in $TMPDIR and where the engine keeps its images"
}

@test "bases: TERM in the middle of a bootstrap kills it and leaves nothing" {
	have_stand_ins_but debian:trixie-slim
	stub unshare <<<'echo $$ >"$TMPDIR/../bootstrap.pid"; exec sleep 300'
	BASES=local PATH=$STUBS:$PATH ENGINE=engine "$TREE/bases/make.sh" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
	local pid=$! tries bootstrap=''
	for ((tries = 0; tries < 100; tries++)); do
		if bootstrap=$(cat "$BATS_TEST_TMPDIR/bootstrap.pid" 2>/dev/null) && [[ -n $bootstrap ]]; then break; fi
		sleep 0.1
	done
	kill -TERM "$pid"
	local code=0
	wait "$pid" || code=$?
	assert_equal "$code" 143
	run -0 cat "$BATS_TEST_TMPDIR/said"
	assert_line --index -1 'bases: interrupted: removing what is half made'
	run -1 kill -0 "$bootstrap"
	assert_nothing_made
	assert_file_not_exist "$TREE/.env"
	assert_equal "$(ls -A "$TMPDIR")" ''
}

@test "bases: remove takes the suite's stand-ins and .env, and nothing else" {
	have_stand_ins_but
	printf '%s\n' docker.io/library/debian:trixie-slim localhost/plimsoll/debian:bookworm-slim plimsoll/tests >>"$HAVE"
	printf 'SUITE=trixie\n' >"$TREE/.env"
	run -0 bases remove
	run -0 cat "$HAVE"
	assert_output - <<-'END'
		docker.io/library/debian:trixie-slim
		localhost/plimsoll/debian:bookworm-slim
		plimsoll/tests
	END
	assert_file_not_exist "$TREE/.env"
}

@test "bases: remove leaves the .env of another suite" {
	printf 'SUITE=bookworm\n' >"$TREE/.env"
	run -0 bases remove
	assert_file_exist "$TREE/.env"
}

@test "engine: not installed, not running and no permission are told apart, each with what to do" {
	ENGINE_STUB=no-such-engine run -3 bases
	assert_output 'plimsoll: no-such-engine: not installed: install it (apt-get install docker.io), or name another with ENGINE='
	TROUBLE='Cannot connect to the Docker daemon at unix:///run/x. Is the docker daemon running?' run -3 bases
	assert_output 'plimsoll: engine: not running: start it (systemctl start docker)'
	TROUBLE='permission denied while trying to connect to the Docker daemon socket' run -3 bases
	assert_output 'plimsoll: engine: no permission on its socket: run as root, or as a member of the group that owns it'
	TROUBLE='something else' run -3 bases
	assert_output 'plimsoll: engine: does not answer: something else'
}

# find_mirrors with apt sources of its own; prints what it found.
mirrors_of() {
	local etc=$BATS_TEST_TMPDIR/etc
	mkdir -p "$etc"/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d}
	cat >"$etc/$1"
	printf 'Dir::Etc "%s";\n' "$etc" >"$BATS_TEST_TMPDIR/apt.conf"
	# shellcheck source=bases/mirror.sh
	. bases/mirror.sh
	APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf find_mirrors && printf '%s\n' "$MIRROR" "$SECURITY_MIRROR"
}

@test "mirror: read from a one-line source list" {
	run -0 mirrors_of sources.list <<-'END'
		deb http://vendor.example/apt anything main
		deb [arch=amd64] http://mirror.example/debian/ bookworm main contrib
		deb http://mirror.example/debian-security bookworm-security main
	END
	assert_line --index 0 http://mirror.example/debian
	assert_line --index 1 http://mirror.example/debian-security
}

@test "mirror: read from a deb822 source list" {
	run -0 mirrors_of sources.list.d/debian.sources <<-'END'
		Types: deb
		URIs: https://mirror.example/debian
		Suites: trixie trixie-updates
		Components: main
	END
	assert_output https://mirror.example/debian
}

@test "mirror: sources without Debian's are refused" {
	run -1 mirrors_of sources.list <<<'deb http://vendor.example/apt stable-ish main'
}

# get_tool for cargo-chef with the stub engine; prints how it came, then the engine's calls.
get_chef() {
	# shellcheck source=bases/names.sh
	. bases/names.sh
	# shellcheck source=bases/image.sh
	. bases/image.sh
	# shellcheck source=bases/tools.sh
	. bases/tools.sh
	set -o pipefail
	local -x ENGINE=engine
	local BOX=box WORK=$TMPDIR PATH=$STUBS:$PATH
	if [[ -n ${PINNED-} ]]; then TOOL_CHECKSUMS[cargo-chef]=$PINNED; fi
	if ! get_tool cargo-chef >"$TMPDIR/log"; then cat "$TMPDIR/log"; return 1; fi
	printf '%s\n' "$HOW"
	cat "$CALLS"
}

# A release host that has one archive, with cargo-chef in a folder; sets CHECKSUM, the archive's.
stub_release_host() {
	mkdir "$BATS_TEST_TMPDIR/cargo-chef-x86_64"
	echo binary >"$BATS_TEST_TMPDIR/cargo-chef-x86_64/cargo-chef"
	tar --create --gzip --directory "$BATS_TEST_TMPDIR" --file "$BATS_TEST_TMPDIR/archive" cargo-chef-x86_64
	CHECKSUM=$(sha256sum <"$BATS_TEST_TMPDIR/archive")
	CHECKSUM=${CHECKSUM%% *}
	stub wget <<-'END'
		while [ $# -gt 0 ]; do
			if [ "$1" = --output-document ]; then cp "$TMPDIR/../archive" "$2"; fi
			shift
		done
	END
}

# On another machine's architecture there is no pinned archive.
require_x86_64() {
	if [[ $(uname -m) != x86_64 ]]; then skip 'not on this host: the pinned archives are for x86_64'; fi
}

@test "tools: prebuilt, of the pinned checksum, where the releases can be reached" {
	require_x86_64
	stub_release_host
	PINNED=$CHECKSUM run -0 get_chef
	assert_line --index 0 prebuilt
	assert_line "cp $TMPDIR/cargo-chef box:/tools/bin/cargo-chef"
	assert_equal "$(<"$TMPDIR/cargo-chef")" binary
}

@test "tools: an archive of another checksum is refused by its name, and no other way is tried" {
	require_x86_64
	stub_release_host
	stub cargo-chef <<<'exit 0'
	run -1 get_chef
	assert_equal "$(<"$CALLS")" ''
	run -0 cat "$TMPDIR/log"
	assert_output --regexp "/cargo-chef-x86_64-unknown-linux-gnu\.tar\.gz: its sha256 is $CHECKSUM: bases/names\.sh pins [0-9a-f]{64}: find out why"
}

# stub_host_tool VERSION: the host has a cargo-chef of it; what is compiled runs as well.
stub_host_tool() {
	stub cargo-chef <<<'exit 0'
	stub engine <<-END
		echo "\$*" >>"\$CALLS"
		case "\$*" in *' chef -V') echo 'cargo-chef-chef $1' ;; esac
	END
}

@test "tools: the host's own where the releases can't be reached" {
	stub_host_tool "$(pinned_version cargo-chef)"
	run -0 get_chef
	assert_line --index 0 host
	assert_line "cp --follow-link $STUBS/cargo-chef box:/tools/bin/cargo-chef"
}

pinned_version() {
	printf '%s' "${TOOL_VERSIONS[$1]}"
}

@test "tools: compiled where the host's is of another version" {
	stub_host_tool 0.0.1
	run -0 get_chef
	assert_line --index 0 compiled
	assert_line --regexp '^exec .*box cargo install --locked .*--version [0-9.]+ cargo-chef$'
}

@test "tools: compiled where the host's binary doesn't run in the builder" {
	stub cargo-chef <<<'exit 0'
	stub engine <<-'END'
		echo "$*" >>"$CALLS"
		case $* in
		*install*) touch "$CALLS.compiled" ;;
		*-V) test -e "$CALLS.compiled" && echo 'cargo-chef 1.2.3' ;;
		esac
	END
	run -0 get_chef
	assert_line --index 0 compiled
	assert_line --regexp '^exec .*box cargo install --locked .*--version [0-9.]+ cargo-chef$'
}

# From here on: the images that .env names, on the real engine.

require_stand_ins() {
	if [[ $BASES == official ]]; then skip 'not on this host: the images are official ones'; fi
}

# files_of IMAGE [TAR-OPTION]...: prints the paths in an image, without a leading slash.
files_of() {
	local image=$1
	shift
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" "$image" none >/dev/null
	engine export "$UNIQUE" | tar --list "$@"
	engine rm "$UNIQUE" >/dev/null
}

@test "stand-ins say what they are and what they stand for" {
	# setup unset what .env says.
	# shellcheck disable=SC1091
	. ./.env
	require_stand_ins
	# shellcheck source=bases/names.sh
	. bases/names.sh
	name_images "$SUITE"
	local role
	for role in "${!STAND_IN[@]}"; do
		run -0 engine image inspect "${STAND_IN[$role]}" --format '{{range $k, $v := .Config.Labels}}{{$k}}={{println $v}}{{end}}'
		assert_line "plimsoll.stand-in-for=${OFFICIAL[$role]}"
		assert_line --regexp '^plimsoll\.suite=(trixie|bookworm)$'
		assert_line --regexp '^org\.opencontainers\.image\.title=.'
		assert_line "org.opencontainers.image.description=Stand-in for ${OFFICIAL[$role]}, made on this host from Debian's packages"
		assert_line --regexp '^org\.opencontainers\.image\.created=20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'
		assert_line 'org.opencontainers.image.vendor=Plimsoll'
	done
}

@test "tools image holds the pinned versions, and says how each came" {
	# shellcheck source=bases/names.sh
	. bases/names.sh
	run -0 engine image inspect "$TOOLS_IMAGE" --format '{{range $k, $v := .Config.Labels}}{{$k}}={{println $v}}{{end}}'
	local tool
	for tool in "${!TOOL_VERSIONS[@]}"; do
		assert_line --regexp "^plimsoll\.$tool=${TOOL_VERSIONS[$tool]}, (prebuilt|host|compiled)$"
	done
}

@test "runtime bases hold none of the host's certificates; the builder base shows that the search finds them" {
	local image found
	# The second line of each certificate is enough to know it again, in a file of its own or in a bundle.
	find /usr/local/share/ca-certificates -name '*.crt' -exec awk '/BEGIN CERT/ {getline; getline; print}' {} + >"$TMPDIR/private"
	if [[ ! -s $TMPDIR/private ]]; then skip 'not on this host: this host has no certificate of its own'; fi
	for image in "$RUST_SLIM_IMAGE" "$DEBIAN_IMAGE" "$CC_IMAGE" "$CC_DEBUG_IMAGE" "$STATIC_IMAGE"; do
		engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" "$image" none >/dev/null
		found=$(engine export "$UNIQUE" | grep --text --count --fixed-strings --file="$TMPDIR/private" || [[ $? == 1 ]])
		engine rm "$UNIQUE" >/dev/null
		if [[ $image == "$RUST_SLIM_IMAGE" ]]; then
			assert_not_equal "$image: $found" "$image: 0"
		else
			assert_equal "$image: $found" "$image: 0"
		fi
	done
}

@test "distroless bases have certificates, accounts and no shell; :debug has busybox" {
	local image
	for image in "$CC_IMAGE" "$STATIC_IMAGE"; do
		run -0 files_of "$image"
		assert_line etc/ssl/certs/ca-certificates.crt
		assert_line etc/passwd
		refute_line --regexp '(^|/)(a|ba|da|k|z)?sh$'
		refute_line --regexp '(^|/)busybox$'
	done
	run -0 files_of "$CC_DEBUG_IMAGE"
	assert_line busybox/sh
}

@test "distroless bases let 65532 own its home and everyone write to /tmp" {
	local image
	for image in "$CC_IMAGE" "$CC_DEBUG_IMAGE" "$STATIC_IMAGE"; do
		run -0 files_of "$image" --verbose --numeric-owner
		assert_line --regexp '^drwx------ 65532/65532 .* home/nonroot/$'
		assert_line --regexp '^drwxrwxrwt 0/0 .* tmp/$'
	done
}

@test "debian slim is at most 82 MB" {
	run -0 engine image inspect --format '{{.Size}}' "$DEBIAN_IMAGE"
	assert [ "$output" -le 82000000 ]
}
