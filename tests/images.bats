# Every image of the ladder and the production images: what plimsoll, by tests/ladder.bats, doesn't judge.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

teardown() {
	remove_container
}

for_each_image -- 'CMD can be overridden; arguments with spaces and the exit code come through' overridden_command
overridden_command() {
	# shellcheck disable=SC2016  # the inner shell's own "$@"
	run -7 run_once "$1" /probe/busybox sh -c 'printf "<%s>\n" "$@"; exit 7' sh 'a b' '' '$HOME *' c
	assert_output $'<a b>\n<>\n<$HOME *>\n<c>'
}

for_each_image -- 'INT on a terminal ends it gracefully' interrupt_on_terminal
interrupt_on_terminal() {
	local typed=$BATS_TEST_TMPDIR/typed log=$BATS_TEST_TMPDIR/terminal
	mkfifo "$typed"
	script --quiet --return --flush --command "${ENGINE:-docker} run --interactive --tty --volumes-from $PROBE:ro \
		--label plimsoll.run=$PLIMSOLL_RUN --name $UNIQUE $1" "$log" <"$typed" >/dev/null 3>&- &
	exec 4>"$typed"
	local terminal=$! deadline=$((SECONDS + 20))
	until [[ $(engine inspect --format '{{.State.Running}}' "$UNIQUE" 2>&1) == true ]]; do
		if ((SECONDS > deadline)); then fail "expected that it runs within 20 s: $(cat "$log")"; fi
		sleep 0.1
	done
	await_health "$UNIQUE"
	printf '\003' >&4
	run -0 timeout 5 tail --pid="$terminal" --follow /dev/null
	exec 4>&-
	wait "$terminal" || fail "exit: expected 0, found $?: $(cat "$log")"
	assert_file_contains "$log" 'stopping on SIGINT'
}

for_each_image -- 'a restart keeps the data and changes nothing else' restart_keeps_data
restart_keeps_data() {
	start "$1"
	fetch /visits && fetch /visits
	local before after
	before=$(engine diff "$CONTAINER" | sort)
	stop_service "$CONTAINER"
	engine start "$CONTAINER"
	await_health "$CONTAINER"
	locate
	after=$(engine diff "$CONTAINER" | sort)
	assert_equal "$after" "$before"
	run -0 fetch /visits
	assert_output 3
}

for_each_image -- 'its own programs are for root alone to write' programs
programs() {
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$1" none
	run -0 programs_of "$UNIQUE"
	assert_line --regexp '/app$'
	refute_line --regexp '^.{5}w|^.{8}w'
	refute_line --regexp ' ([1-9][0-9]*/|0/[1-9])'
}

# Of usr/local/bin, or where 01 leaves its one: mode, owner, name.
programs_of() {
	engine export "$1" | tar --list --verbose --numeric-owner |
		awk '$6 ~ /^(usr\/local\/bin|build\/src\/target\/release)\/[^\/.]+$/ && $1 ~ /^-/ {print $1, $2, $6}'
}

files_of() {
	engine export "$1" | tar --list
}

for_each_image '.base == "RUST_IMAGE"' -- 'still carries the compiler' has_toolchain
has_toolchain() {
	run -0 run_once --entrypoint cargo "$1" --version
	assert_output --regexp '^cargo 1\.'
}

for_each_image '.base != "RUST_IMAGE"' -- 'carries no compiler and no source' no_toolchain
no_toolchain() {
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$1"
	run -0 files_of "$UNIQUE"
	assert_line --regexp '^usr/local/bin/app$'
	refute_line --regexp '(/(cargo|rustc|cc|gcc)|\.rs|/Cargo\.toml)$'
}

for_each_image '.base != "RUST_IMAGE"' -- 'holds no private certificate of the host' no_private_certificate
no_private_certificate() {
	local marks
	marks=$(private_marks)
	if [[ -z $marks ]]; then skip 'not on this host: the builder base holds no private certificate that could leak'; fi
	engine create --name "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" "$1"
	engine export "$UNIQUE" >"$BATS_TEST_TMPDIR/files.tar"
	run -0 tar --list --file "$BATS_TEST_TMPDIR/files.tar" usr/local/bin/app
	run -1 grep --text --fixed-strings --file <(printf '%s\n' "$marks") "$BATS_TEST_TMPDIR/files.tar"
}

# A line of each private certificate's base64: enough to know it again, in a file of its own or in a bundle.
private_marks() {
	engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" "$RUST_SLIM_IMAGE" \
		find /usr/local/share/ca-certificates -type f -exec sed -n '/BEGIN CERT/{n;n;p}' '{}' +
}

for_each_image -- 'a taken port is one clear error' taken_port
taken_port() {
	start "$1"
	run -1 engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" --network "container:$CONTAINER" "$1"
	assert_output --regexp '^app: 0\.0\.0\.0:3000: .*in use'
	assert_equal "${#lines[@]}" 1
}

for_each_image 'all(.waive[]?; .check != "healthcheck")' -- 'turns unhealthy when the service hangs, and healthy again' hangs
hangs() {
	start "$1" --health-interval 1s --health-retries 1 --health-timeout 3s
	await_state healthy
	# From outside: PID 1 can't be stopped from within.
	engine kill --signal STOP "$CONTAINER"
	await_state unhealthy
	engine kill --signal CONT "$CONTAINER"
	await_state healthy
}

# What a careful host allows: a volume for the data, where the image declares none, and a place for temporary files in memory.
CAGE=(--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp)

for_each_image .user -- 'in the cage it counts, can write nowhere else, and has no capability' caged
caged() {
	local -a cage=("${CAGE[@]}")
	if [[ -n $(promised "$1" 'waive[]? | select(.check == "runs-read-only")') ]]; then cage+=(--volume /var/lib/app); fi
	start "$1" "${cage[@]}"
	run -0 fetch /visits
	assert_output 1
	run -0 probe "$CONTAINER" grep -E '^(CapPrm|CapEff|CapBnd|NoNewPrivs)' /proc/1/status
	assert_output "$(printf 'Cap%s:\t0000000000000000\n' Prm Eff Bnd)"$'\nNoNewPrivs:\t1'
	run -1 probe "$CONTAINER" touch /usr/new
	assert_output --partial 'Read-only file system'
	run -0 stop_service "$CONTAINER"
	assert_output --regexp '^[0-9]{1,3} 0$'
}

for_each_image '.stop == "1 s"' -- 'stops within 1 s with a request under way on an open connection' stops_busy
stops_busy() {
	start "$1"
	exec 4<>"/dev/tcp/$ADDRESS/3000"
	printf 'GET / HTTP/1.1\r\nHost: test\r\n' >&4 # never ended
	run -0 stop_service "$CONTAINER"
	exec 4>&-
	assert_output --regexp '^[0-9]+ 0$'
	# The service gives requests 800 ms; what is above that is the engine's, and more on a busy host.
	((${output% *} < 1500)) || fail "expected an end within 1000 ms, and 500 for the engine; found ${output% *} ms"
}
