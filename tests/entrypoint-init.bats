# entrypoint --init, as PID 1 above the command.
# shellcheck disable=SC2153,SC2154  # NAME is set by prepare_test; output, lines, stderr and status by bats
# shellcheck disable=SC2016  # what is in single quotes is for the shell in the container
# shellcheck disable=SC2030,SC2031  # each test is a subshell, as it should be

load entrypoint

setup_file() {
	build_fixtures
}

teardown_file() {
	remove_fixtures
}

setup() {
	prepare_test
}

teardown() {
	clean_up_test
}

only c '--init stays above the command as the same user, and the command has its own process group' init_stays
init_stays() {
	run_entrypoint 7 "$1" -- --init sh -c '
		echo $PPID $(cat /proc/1/comm) $(stat -c %u /proc/1)
		grep SigBlk /proc/self/status
		read -r pid _ _ _ group session _ </proc/$$/stat
		echo "own group: $((group == pid)), session: $session"
		exit 7'
	assert_output $'1 entrypoint 1000\nSigBlk:\t0000000000000000\nown group: 1, session: 1'
	remove_container
	run_entrypoint 143 "$1" --env ENTRYPOINT_INIT=1 -- sh -c 'kill -TERM $$'
	remove_container
	run_entrypoint 127 "$1" -- --init nosuchprogram
	remove_container
	run_entrypoint 126 "$1" -- --init /usr/local/bin/not-executable
	remove_container
	run_entrypoint 0 "$1" --env ENTRYPOINT_INIT=0 -- sh -c 'echo $$'
	assert_output 1
}

# Each in a pid namespace of its own: PID 1, as in a container, but many in one.
only c 'each of the 256 exit statuses comes through --init, and 128 + n of each signal that ends' init_exits
init_exits() {
	run -0 run_shell --cap-add SYS_ADMIN --ulimit core=0 "$PREFIX-$1" -c '
		try() {
			pid1 0 entrypoint --init sh -c "$2"
			found=$?
			[ "$found" -eq "$1" ] || echo "$2: expected $1, found $found"
		}
		for number in $(seq 0 255); do try "$number" "exit $number"; done
		for number in $(seq 1 16) 24 25 26 27 29 30 31 $(seq 32 64); do try $((128 + number)) "exec signals $number"; done
		echo all tried'
	assert_output 'all tried'
}

only c '--init forwards the signals 1 to 64 but KILL and STOP' init_forwards
init_forwards() {
	run_entrypoint 0 "$1" -- --init signals
	assert_output "$(seq 1 64 | grep -vxE '9|19')"
}

only c 'the TERM of docker stop reaches the command under --init' init_stop
init_stop() {
	engine run --detach --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" "$PREFIX-$1" --init \
		sh -c 'trap "exit 7" TERM; echo ready; while :; do sleep 0.1; done' >/dev/null
	await_line ready engine logs "$NAME"
	engine stop --time 20 "$NAME" >/dev/null
	run -0 engine inspect --format '{{.State.ExitCode}}' "$NAME"
	assert_output 7
}

# await_line PATTERN COMMAND...: until what COMMAND prints has such a line, 20 seconds at most.
await_line() {
	local pattern=$1 tries=200
	shift
	until "$@" 2>&1 | grep -qE "$pattern"; do
		if ((--tries == 0)); then
			printf 'expected a line like %s, found:\n' "$pattern"
			"$@"
			return 1
		fi
		sleep 0.1
	done
}

only c '--init reaps 10,000 orphans: none is left, and its memory stays as it was' init_reaps
init_reaps() {
	run_entrypoint 0 "$1" -- --init sh -c '
		memory() { grep -E "^(VmRSS|VmData|VmSize):" /proc/1/status; }
		children() { grep -l "^PPid:.1$" /proc/[0-9]*/status 2>/dev/null | wc -l; }
		settle() {
			end=$(($(date +%s) + 20))
			while [ "$(children)" -gt 1 ]; do [ "$(date +%s)" -lt "$end" ] || { echo "$(children) children"; exit 9; }; done
		}
		orphans 100 && settle
		before=$(memory)
		orphans 9900 && settle
		[ "$(memory)" = "$before" ] || { echo "expected $before, found $(memory)"; exit 8; }
		echo "the command alone: $(children)"'
	assert_output 'the command alone: 1'
}

only c '--init as another process than PID 1 forwards, reaps and exits the same' init_below
init_below() {
	run -0 run_shell "$PREFIX-$1" -c '
		entrypoint --init sh -c "exit 5"; echo "exit $?"
		entrypoint --init signals | wc -l
		entrypoint --init sh -c "
			orphan=\$(sh -c \"sleep 5 >/dev/null & echo \\\$!\")
			read -r _ _ _ parent _ </proc/\$orphan/stat
			echo \"its parent: \$((parent == PPID)), PID 1: \$((parent == 1))\""
		ignoring 17 entrypoint --init sh -c "exit 6"; echo "SIGCHLD ignored: exit $?"'
	assert_output 'exit 5
62
its parent: 1, PID 1: 0
SIGCHLD ignored: exit 6'
}

# The tracer is a grandchild (-D), so that the entry point is PID 1; it sends the signal while passwd is written.
only c '--init waits for the end alone where a filter forbids to wait for signals' init_deaf
init_deaf() {
	run -7 run_shell "$PREFIX-c" -c '/usr/local/bin/strace -f -o /dev/null -e inject=rt_sigtimedwait:error=EPERM entrypoint --init sh -c "exit 7"'
}

only c 'a TERM that comes before the command is there ends it under --init' init_early
init_early() {
	early() { run_entrypoint "$2" "$1" --entrypoint /usr/local/bin/strace -- -D -qq -o /dev/null -e inject=fsync:signal="$3":when=1 entrypoint "${@:4}"; }
	early "$1" 143 TERM --init sleep 30
	remove_container
	early "$1" 130 INT --init sleep 30
	remove_container
	early "$1" 162 34 --init sleep 30
	remove_container
	# Without it, it is lost: the kernel hands PID 1 no signal that it has no handler for.
	early "$1" 5 TERM sh -c 'exit 5'
}

## On a terminal

# open_terminal [OPTION]... KIND [ARG]...: a container on a terminal that `type_in` writes to and `shows` reads.
open_terminal() {
	local -a options=()
	local command
	while [[ $1 == -* ]]; do
		options+=("$1")
		shift
	done
	LOG=$BATS_TEST_TMPDIR/log
	rm -f "$BATS_TEST_TMPDIR/typed"
	mkfifo "$BATS_TEST_TMPDIR/typed"
	printf -v command '%q ' "${ENGINE:-docker}" run --interactive --tty --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" \
		"${options[@]}" "$PREFIX-$1" "${@:2}"
	script --quiet --return --flush --command "$command" "$LOG" <"$BATS_TEST_TMPDIR/typed" >/dev/null 3>&- &
	TERMINAL=$!
	exec 4>"$BATS_TEST_TMPDIR/typed"
}

type_in() {
	printf '%b' "$1" >&4
}

shows() {
	await_line "$1" cat "$LOG"
}

# close_terminal STATUS: what the container must exit with.
close_terminal() {
	local ended=0
	wait "$TERMINAL" || ended=$?
	exec 4>&-
	assert_equal "exit $ended" "exit $1"
}

only c 'the command has the terminal: Ctrl-C ends it with 130, Ctrl-\ with 131' init_terminal
init_terminal() {
	open_terminal "$1" --init sh -c 'read -r _ _ _ _ group session tty foreground _ </proc/self/stat; echo "ready: group $group, session $session, terminal $((tty != 0)), foreground $foreground."; sleep 20'
	shows ready:
	type_in '\003'
	close_terminal 130
	run -0 sed -n 's/^ready: //p' "$LOG"
	assert_output --regexp '^group ([0-9]+), session 1, terminal 1, foreground \1\.'
	refute_output --partial 'group 1,'
	remove_container
	open_terminal --ulimit=core=0 "$1" --init sleep 20
	await_line '[0-9] +sleep 20$' engine top "$NAME"
	type_in '\034'
	close_terminal 131
}

READER='while read -r line; do echo "got $line"; done'

only c 'in a shell Ctrl-Z stops the job, fg brings it back with the terminal, and Ctrl-C ends it' init_job
init_job() {
	open_terminal --entrypoint=/busybox/sh "$1" -i
	type_in "entrypoint --init sh -c '$READER'\\n"
	type_in 'one\n'
	shows '^got one'
	type_in '\032'
	shows 'Stopped.*entrypoint'
	type_in 'echo shell $((40 + 2))\n'
	shows '^shell 42'
	type_in 'fg\n'
	type_in 'two\n'
	shows '^got two'
	type_in '\003'
	shows '\^C.*# '
	type_in 'echo job $?\n'
	shows '^job 130'
	type_in 'exit 3\n'
	close_terminal 3
}

only c 'a script that started --init has the terminal back when it ends' init_terminal_back
init_terminal_back() {
	open_terminal --entrypoint=/busybox/sh "$1" -c 'entrypoint --init true; echo ready; read -r line; echo "got $line"'
	shows '^ready'
	type_in 'one\n'
	shows '^got one'
	close_terminal 0
}

only c 'a command of PID 1 that Ctrl-Z stopped goes on at SIGCONT, with the terminal' init_stopped
init_stopped() {
	open_terminal "$1" --init sh -c "$READER"
	type_in 'one\n'
	shows '^got one'
	type_in '\032'
	await_line '^State:.T' engine exec "$NAME" sh -c 'cat /proc/[0-9]*/status'
	engine kill --signal CONT "$NAME" >/dev/null
	type_in 'two\n'
	shows '^got two'
	type_in '\004'
	close_terminal 0
}
