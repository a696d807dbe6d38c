# Containers that go wrong when they run: each pitfall is kept as a fixture that fails here, and what mends it works.
# A fixture's first lines say symptom, cause and fix. Where a rung and an option are enough, there is none.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

PITFALLS=tests/fixtures/pitfalls

# A build from nothing takes longer than other tests may.
setup_file() {
	export BATS_TEST_TIMEOUT=1800
}

setup() {
	use_libraries
}

teardown() {
	remove_container
	engine ps --all --quiet --filter "name=^/$UNIQUE-" | xargs -r "${ENGINE:-docker}" rm --force --volumes >/dev/null
	engine volume rm --force "$UNIQUE" >/dev/null
	# By name: two tests may have made the very same image, and the other one still runs it.
	engine image ls --format '{{.Repository}}:{{.Tag}}' --filter "reference=$UNIQUE" | xargs -r "${ENGINE:-docker}" image rm --force >/dev/null
}

# build_fixture FOLDER TAG [OPTION]... : builds it as $UNIQUE:TAG; prints the log. CONTEXT is the folder, if not set.
build_fixture() {
	local folder=$PITFALLS/$1 tag=$2
	local -a bases
	mapfile -t bases < <(base_arguments "$folder/Containerfile")
	DOCKER_BUILDKIT=1 engine build --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$UNIQUE:$tag" "${bases[@]}" "${@:3}" \
		--file "$folder/Containerfile" "${CONTEXT:-$folder}" 2>&1
}

build_or_fail() {
	local log=$BATS_TEST_TMPDIR/log
	build_fixture "$@" >"$log" || fail "$(tail -n 20 "$log")"
}

@test "glibc-newer: what a newer Debian built does not start on an older one; on the same release it does" {
	build_or_fail glibc-newer older --target older-runtime
	run -1 run_once "$UNIQUE:older" 42
	assert_output --regexp "version \`GLIBC_2\.[0-9]+' not found \(required by /usr/local/bin/number\)"
	build_or_fail glibc-newer same --target same-runtime
	run -0 run_once "$UNIQUE:same" 42
	assert_output 42
}

@test "tls-openssl: a client with OpenSSL does not build on the slim base; with rustls it does" {
	run -1 build_fixture tls-client openssl --target openssl
	# shellcheck disable=SC2016  # its own quotes
	assert_output --partial 'the `pkg-config` utility to find OpenSSL'
	build_or_fail tls-client rustls --target without-bundle
}

@test "no-ca-bundle: on scratch nobody is trusted; with a bundle its authorities are, and no other" {
	build_or_fail tls-client without --target without-bundle
	build_or_fail tls-client with --target with-bundle
	start_tls_server
	run -1 tls_client without
	assert_output --partial 'no CA certificates'
	run -1 tls_client with
	assert_output --partial UnknownIssuer
	run -0 tls_client with --env SSL_CERT_FILE=/tls/authority.pem
	assert_output 'server.test is trusted'
	# By name: a static glibc looks it up without a library beside it.
	run -0 tls_client with --env SSL_CERT_FILE=/tls/authority.pem --add-host "server.test:$ADDRESS"
	assert_output 'server.test is trusted'
}

# A server whose certificate an authority of this test's own has signed; both stand in /tls.
start_tls_server() {
	local folder=$BATS_TEST_TMPDIR/tls
	mkdir "$folder"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj '/CN=Test authority' \
		-keyout "$folder/authority.key" -out "$folder/authority.pem"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=server.test \
		-CA "$folder/authority.pem" -CAkey "$folder/authority.key" -addext basicConstraints=critical,CA:FALSE \
		-addext subjectAltName=DNS:server.test -keyout "$folder/server.key" -out "$folder/server.pem"
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" --entrypoint openssl plimsoll/tests \
		s_server -accept 3000 -cert /tls/server.pem -key /tls/server.key -www
	engine cp "$folder" "$UNIQUE:/tls"
	engine start "$UNIQUE"
	CONTAINER=$UNIQUE
	locate
	curl --silent --insecure --output /dev/null --max-time 10 --retry 10 --retry-connrefused --retry-delay 1 "https://$ADDRESS:3000/"
}

tls_client() {
	local host=$ADDRESS
	if [[ $* == *--add-host* ]]; then host=server.test; fi
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE-client" "${@:2}" "$UNIQUE:$1" "$host:3000" server.test >/dev/null || return
	engine cp "$BATS_TEST_TMPDIR/tls" "$UNIQUE-client:/tls" || return
	local status=0
	engine start --attach "$UNIQUE-client" || status=$?
	engine rm "$UNIQUE-client" >/dev/null
	return "$status"
}

@test "term-ignored: a PID 1 without a handler is killed after the whole grace period; a rung's service ends at once" {
	engine run --detach --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" --volumes-from "$PROBE:ro" \
		--entrypoint /probe/busybox plimsoll/07-user sleep 60
	assert_killed_after_grace
	engine rm "$UNIQUE"
	start plimsoll/07-user
	assert_ends_at_once
}

@test "shell-is-pid1: in the shell form the service never hears of TERM; in the exec form it ends at once" {
	build_or_fail shell-is-pid1 bad
	engine run --detach --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" "$UNIQUE:bad"
	local deadline=$((SECONDS + 10))
	until engine logs "$UNIQUE" | grep --quiet 'listening on'; do
		if ((SECONDS > deadline)); then fail 'expected that the service listens within 10 s'; fi
		sleep 0.1
	done
	assert_killed_after_grace
	run -0 engine logs "$UNIQUE"
	refute_output --partial 'stopping on SIGTERM'
	engine rm "$UNIQUE"
	start plimsoll/07-user
	assert_ends_at_once
	run -0 engine logs "$UNIQUE"
	assert_output --partial 'stopping on SIGTERM'
}

# Stops $UNIQUE with two seconds of grace; sets TOOK, in milliseconds, and EXIT.
stop_with_grace() {
	local from
	from=$(date +%s%3N)
	engine stop --time 2 "$UNIQUE"
	TOOK=$(($(date +%s%3N) - from))
	EXIT=$(engine inspect --format '{{.State.ExitCode}}' "$UNIQUE")
}

assert_killed_after_grace() {
	stop_with_grace
	assert_equal "exit $EXIT" 'exit 137'
	((TOOK >= 2000)) || fail "expected that it took the whole 2000 ms, found $TOOK ms"
}

assert_ends_at_once() {
	stop_with_grace
	assert_equal "exit $EXIT" 'exit 0'
	((TOOK < 1000)) || fail "expected an end within 1000 ms, found $TOOK ms"
}

@test "loopback-only: on 127.0.0.1 the service is healthy inside and out of reach outside; by default it is reached" {
	start plimsoll/07-user --env APP_LISTEN=127.0.0.1:3000
	run -7 fetch /health
	remove_container
	start plimsoll/07-user
	run -0 fetch /health
	assert_output ok
}

@test "shell-health-check: the shell form fails on distroless, by HEALTHCHECK and by --health-cmd; the exec form is healthy" {
	build_or_fail shell-health-check bad
	assert_health unhealthy "$UNIQUE:bad"
	run -0 health_log
	assert_output --partial 'stat /bin/sh: no such file or directory'
	remove_container
	assert_health unhealthy plimsoll/11-health-check --health-cmd '/usr/local/bin/app health' --health-interval 1s --health-retries 1
	run -0 health_log
	assert_output --partial 'stat /bin/sh: no such file or directory'
	remove_container
	assert_health healthy plimsoll/11-health-check --health-interval 1s --health-retries 1
}

# assert_health EXPECTED IMAGE [OPTION]...
assert_health() {
	start "${@:2}" --health-start-period 0s
	await_state "$1"
}

health_log() {
	engine inspect --format '{{(index .State.Health.Log 0).Output}}' "$UNIQUE"
}

@test "healthcheck-vanishes: Buildah drops HEALTHCHECK in its own format; --format docker keeps it, compose says it again" {
	build_or_fail buildah tool
	start_buildah
	run -0 buildah_health
	assert_line --partial 'HEALTHCHECK is not supported for OCI image format'
	assert_line null
	run -0 buildah_health --format docker
	assert_line '["CMD","/usr/local/bin/app","health"]'
	run -0 engine compose config --format json
	run -0 jq --compact-output .services.app.healthcheck.test <<<"$output"
	assert_output '["CMD","/usr/local/bin/app","health"]'
}

# Buildah mounts what it builds: that is all the privilege it needs.
start_buildah() {
	engine run --detach --init --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" --cap-add SYS_ADMIN "$UNIQUE:tool" sleep 300
}

# Without a mount of its own, whatever the engine's file system is.
buildah() {
	engine exec "$UNIQUE" buildah --storage-driver vfs "$@"
}

buildah_health() {
	buildah build --isolation chroot "$@" --tag built /healthcheck 2>&1 || return
	buildah inspect --type image --format '{{.Config}}' built | jq --compact-output .config.Healthcheck.Test
}

@test "containerignore: BuildKit reads .dockerignore alone; Buildah reads either" {
	local context=$BATS_TEST_TMPDIR/context
	cp --recursive "$PITFALLS/buildah/containerignore" "$context"
	run -0 buildkit_files "$context"
	assert_line secret.txt
	build_or_fail buildah tool
	start_buildah
	run -0 buildah_files
	assert_line Containerfile
	refute_line secret.txt

	mv "$context/.containerignore" "$context/.dockerignore"
	run -0 buildkit_files "$context"
	assert_line Containerfile
	refute_line secret.txt
	engine exec "$UNIQUE" mv /containerignore/.containerignore /containerignore/.dockerignore
	run -0 buildah_files
	assert_line Containerfile
	refute_line secret.txt
}

buildkit_files() {
	DOCKER_BUILDKIT=1 engine build --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$UNIQUE:files" --file "$1/Containerfile" "$1" >/dev/null 2>&1 || return
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE-files" "$UNIQUE:files" none >/dev/null || return
	engine export "$UNIQUE-files" | tar --list || return
	engine rm "$UNIQUE-files" >/dev/null
}

buildah_files() {
	local container folder
	buildah build --isolation chroot --quiet --tag built /containerignore >/dev/null || return
	container=$(buildah from built) || return
	folder=$(buildah mount "$container") || return
	engine exec "$UNIQUE" ls -A "$folder"
}

@test "root-owned-volume: a new volume is root's where the image lacks the directory; 07, 08 and 11 have it" {
	build_or_fail root-owned-volume bad
	run -1 run_once --volume "$UNIQUE:/var/lib/app" "$UNIQUE:bad"
	assert_output --regexp '^app: /var/lib/app: Permission denied .*uid 65532 must be able to write there'
	assert_equal "${#lines[@]}" 1
	local image
	for image in plimsoll/07-user plimsoll/08-any-user plimsoll/11-health-check; do
		engine volume rm --force "$UNIQUE"
		start "$image" --volume "$UNIQUE:/var/lib/app"
		run -0 fetch /visits
		assert_equal "$image: $output" "$image: 1"
		remove_container
	done
}

@test "copy-chown: COPY --chown of a directory loses its mode, and BuildKit gives the parents away; a whole tree keeps both" {
	build_or_fail copy-chown chown --target chown
	run -0 owners_in chown
	assert_output $'drwxr-xr-x 65532/65532 var/\ndrwxr-xr-x 65532/65532 var/lib/\ndrwxr-xr-x 65532/65532 var/lib/app/'
	build_or_fail copy-chown tree --target tree
	run -0 owners_in tree
	assert_output $'drwxr-xr-x 0/0 var/\ndrwxr-xr-x 0/0 var/lib/\ndrwxr-x--- 65532/65532 var/lib/app/'
}

owners_in() {
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE-$1" "$UNIQUE:$1" none >/dev/null || return
	engine export "$UNIQUE-$1" | tar --list --verbose --numeric-owner | awk '$6 ~ /^var/ {print $1, $2, $6}'
}

@test "root-owned-volume: a bind mount keeps its owner on the host: another's is refused in one line, the user's own works" {
	local folder
	engine volume create --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE"
	folder=$(engine volume inspect --format '{{.Mountpoint}}' "$UNIQUE")
	run -1 run_once --volume "$folder:/var/lib/app" plimsoll/07-user
	assert_output --regexp '^app: /var/lib/app: Permission denied .*uid 65532 must be able to write there'
	assert_equal "${#lines[@]}" 1
	run -0 run_once --user 0 --volume "$folder:/data" --entrypoint /probe/busybox plimsoll/07-user chown 65532:65532 /data
	start plimsoll/07-user --volume "$folder:/var/lib/app"
	run -0 fetch /visits
	assert_output 1
}

@test "cap-drop-all: without capabilities an entry point says what it lacks; three are enough, and with --user none" {
	local image
	for image in plimsoll/09-runtime-user plimsoll/10-runtime-user-c plimsoll/app:release plimsoll/app:debug; do
		run -125 run_once --cap-drop ALL "$image"
		assert_output --regexp '^entrypoint: .*(SETUID|CHOWN)'
		assert_equal "${#lines[@]}" 1
	done
	start plimsoll/10-runtime-user-c --cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN
	run -0 pid1_user "$CONTAINER"
	assert_output 1000:1000
	remove_container
	start plimsoll/10-runtime-user-c --cap-drop ALL --user 4321:4321 --tmpfs /var/lib/app:uid=4321,gid=4321,mode=0700
	run -0 pid1_user "$CONTAINER"
	assert_output 4321:4321
	run -0 fetch /visits
	assert_output 1
}

@test "read-only-root: an entry point that insists on /etc/passwd fails; those of 09 and 10 go on with the number" {
	build_or_fail read-only-root bad
	local -a number=(--env USER_ID=4321)
	run -0 run_once "${number[@]}" "$UNIQUE:bad" id -u
	assert_output 4321
	run ! run_once --read-only "${number[@]}" "$UNIQUE:bad" id -u
	assert_output --partial 'Read-only file system'
	local image
	for image in plimsoll/09-runtime-user plimsoll/10-runtime-user-c; do
		run -0 run_once --read-only --tmpfs /var/lib/app "${number[@]}" "$image" /probe/busybox id -u
		assert_equal "$image: $output" "$image: 4321"
	done
}

@test "user-id-range: busybox's adduser takes no id above 60000; 09 and 10 take any" {
	local id image
	build_or_fail user-id-range adduser
	run -0 run_once "$UNIQUE:adduser" -u 60000 app
	for id in 60001 65532; do
		run -1 run_once "$UNIQUE:adduser" -u "$id" app
		assert_output --partial "number $id is not in 0..60000 range"
	done
	for image in plimsoll/09-runtime-user plimsoll/10-runtime-user-c; do
		for id in 0 999 60001 65532; do
			run -0 run_once --env "USER_ID=$id" "$image" /probe/busybox id -u
			assert_equal "$image: $output" "$image: $id"
		done
		for id in '' abc; do
			run -125 run_once --env "USER_ID=$id" "$image" /probe/busybox id -u
			assert_output --partial "not \"$id\""
		done
	done
}

@test "user-is-a-name: every image that names a user names a number, which an orchestrator can judge" {
	local image user count=0
	while read -r image; do
		user=$(engine image inspect --format '{{.Config.User}}' "$image")
		if [[ -z $user ]]; then continue; fi
		[[ $user =~ ^[1-9][0-9]*(:[0-9]+)?$ ]] || fail "$image: USER: expected a number, found $user"
		count=$((count + 1))
	done < <(jq -r '.[].image' "$PROMISES")
	((count > 0)) || fail 'expected images with USER, found none'
}

@test "arg-without-env: the container sees nothing of an ARG, whatever the build was given; an ENV hands it on" {
	build_or_fail arg-without-env arg --target arg --build-arg USER_ID=2000
	run -0 run_once "$UNIQUE:arg"
	assert_output "USER_ID is ''"
	build_or_fail arg-without-env env --target env --build-arg USER_ID=2000
	run -0 run_once "$UNIQUE:env"
	assert_output "USER_ID is '2000'"
}

@test "arm64: the app is compiled for it without an emulator, which only tries the result" {
	if [[ $SUITE == bookworm ]]; then skip "not on this host: $SUITE's own Rust is older than the app allows"; fi
	CONTEXT=. build_or_fail arm64 app
	run -0 run_once "$UNIQUE:app" --version
	assert_output --regexp '^app [0-9]+\.[0-9]+\.[0-9]+$'
	# The emulator takes programs of that architecture alone.
	run ! run_once --entrypoint qemu-aarch64 "$UNIQUE:app" /bin/true
	assert_output --partial 'Invalid ELF image for this architecture'
}
