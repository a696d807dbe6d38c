# Each row of the table in entrypoint(8): what entrypoint.sh does otherwise, beside what entrypoint.c does.
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

# differs ROW FUNCTION [KIND]: a row of the table, asserted for each of the two; FUNCTION gets "c" or "sh".
differs() {
	ROWS+=("$1")
	both "$1" "$2"
}

differs '--init' init_refused
init_refused() {
	if [[ $1 == c ]]; then
		run_entrypoint 0 c --env ENTRYPOINT_INIT=1 -- sh -c 'cat /proc/1/comm'
		assert_output entrypoint
		return
	fi
	refused sh '--init: only entrypoint.c has it: use "docker run --init"' -- --init true
	refused sh 'ENTRYPOINT_INIT: only entrypoint.c has it: use "docker run --init"' --env ENTRYPOINT_INIT=1 -- true
}

FEW=(--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN --security-opt no-new-privileges)

# A volume whose content is closed to all but its owner, the command's user, and a part of it to all but another.
closed_volume() {
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'mkdir -p /data/own/x /data/other/y && touch /data/own/f && echo seed >/data/own/template &&
		chown -R 1000:1000 /data/own && chown -R 4242:4242 /data/other && chmod 700 /data /data/own /data/other'
}

SHOW_CLOSED='find /data ! -user 1000 -o ! -group 1000; stat -c "%u:%g" /data/other/y; cat /data/seeded; id -un'

differs 'A volume that is closed to root' closed_to_root
closed_to_root() {
	local -a data=(--volume "$NAME:/data" --env ENTRYPOINT_OWN=/data:/data/sub/new --env ENTRYPOINT_SEED=/data/own/template:/data/seeded)
	run_entrypoint 0 "$1" "${FEW[@]}" --env ENTRYPOINT_OWN=/srv/data -- stat -c %u:%g /srv/data
	assert_output 1000:1000
	remove_container
	closed_volume "$1"
	if [[ $1 == sh ]]; then
		run_entrypoint 125 sh "${FEW[@]}" "${data[@]::4}" -- true
		assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: /data'
		remove_container
		FEW+=(--cap-add DAC_OVERRIDE)
	fi
	run_entrypoint 0 "$1" "${FEW[@]}" "${data[@]}" -- sh -c "$SHOW_CLOSED"
	assert_output $'1000:1000\nseed\napp'
	run -0 engine start --attach "$NAME"
	assert_output $'1000:1000\nseed\napp'
}

differs 'A directory that is closed to its own owner' closed_to_owner
closed_to_owner() {
	local expected=125
	if [[ $1 == sh ]]; then expected=0; fi
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'mkdir /data/closed && touch /data/closed/f && chown 1000:1000 /data/closed && chmod 000 /data/closed'
	run_entrypoint "$expected" "$1" --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data -- true
	if [[ $1 == c ]]; then assert_equal "$stderr" 'entrypoint: ENTRYPOINT_OWN: /data/closed: Permission denied'; fi
	run -0 run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'stat -c %u /data/closed/f'
	if [[ $1 == c ]]; then assert_output 0; else assert_output 1000; fi
}

differs 'A file that goes away meanwhile' goes_away
goes_away() {
	if [[ $1 == c ]]; then
		run -0 run_shell --env ENTRYPOINT_OWN=/tree "$PREFIX-c" -c '
			strace -qq -o /dev/null -e inject=newfstatat:error=ENOENT:when=2+ entrypoint true || exit
			stat -c "%n %u" /tree /tree/root-file'
		assert_output $'/tree 1000\n/tree/root-file 0'
		return
	fi
	run -0 run_shell --env ENTRYPOINT_OWN=/tree "$PREFIX-sh" -c '
		strace -f -qq -o /dev/shm/calls -e inject=lchown:error=ENOENT:when=1 entrypoint true 2>&1; echo "exit $?"'
	assert_line --index 0 'entrypoint: ENTRYPOINT_OWN: /tree: cannot be owned by uid 1000, gid 1000: No such file or directory'
	assert_line --index 1 'exit 125'
}

differs 'A mount point with a blank or a wildcard in its name' odd_mount
odd_mount() {
	run -0 run_shell --cap-add SYS_ADMIN --security-opt apparmor=unconfined --env ENTRYPOINT_OWN=/data "$PREFIX-$1" -c '
		mkdir -p "/data/a b" /data/axb && mount --bind /elsewhere "/data/a b" && entrypoint stat -c %u "/data/a b" /data/axb'
	if [[ $1 == c ]]; then assert_output $'0\n1000'; else assert_output $'0\n0'; fi
}

differs 'A path of more than 4095 bytes' long_path
long_path() {
	local expected=0
	if [[ $1 == sh ]]; then expected=125; fi
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c '
		name=$(seq -s . 100 | cut -c 1-250)
		for number in $(seq 20); do mkdir "/data/next" && { [ ! -e /data/tree ] || mv /data/tree "/data/next/$name"; } && mv /data/next /data/tree || exit; done'
	run_entrypoint "$expected" "$1" --ulimit nofile=20000:20000 --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data -- true
	if [[ $1 == sh ]]; then assert_equal "$stderr" 'entrypoint: ENTRYPOINT_OWN: /data: cannot be owned by uid 1000, gid 1000: File name too long'; fi
}

differs 'A name of more than 255 bytes, or a line of more than 1 MiB, in passwd or group' long_lines
long_lines() {
	local expected=$'125\n125'
	if [[ $1 == sh ]]; then expected=$'0\n0'; fi
	run -0 run_shell "$PREFIX-$1" -c '
		cp /etc/group /etc/original
		echo "$(head -c 300 /dev/zero | tr "\\0" a):x:1000:" >>/etc/group; entrypoint true 2>/dev/null; echo "$?"
		cp /etc/original /etc/group; echo "app:x:1000:$(head -c 1100000 /dev/zero | tr "\\0" a)" >>/etc/group; entrypoint true 2>/dev/null; echo "$?"'
	assert_output "$expected"
}

differs 'A NUL byte in group' nul_byte
nul_byte() {
	run -0 run_shell "$PREFIX-$1" -c '
		cp /etc/passwd /etc/original
		printf "nul\0l:x:1000:1000::/home/nul:\n" >>/etc/passwd; entrypoint true 2>&1; echo "exit $?"
		cp /etc/original /etc/passwd; printf "nul\0l:x:1000:\n" >>/etc/group; entrypoint true 2>&1; echo "exit $?"'
	assert_line --index 0 --regexp '^entrypoint: /etc/passwd: line 5 is malformed: '
	assert_line --index 1 'exit 125'
	if [[ $1 == c ]]; then
		assert_line --index 2 --regexp '^entrypoint: /etc/group: line [0-9]+ is malformed: '
		assert_line --index 3 'exit 125'
	else
		assert_line --index 2 'exit 0'
	fi
}

differs 'A variable whose name no shell allows, such as my.var' odd_variable
odd_variable() {
	run_entrypoint 0 "$1" --env my.var=1 --env SHLVL=7 --env PPID=8 -- env
	if [[ $1 == c ]]; then
		assert_line my.var=1
		assert_line SHLVL=7
		assert_line PPID=8
	else
		refute_line --partial my.var
		refute_line SHLVL=7
		refute_line PPID=8
		assert_line --regexp '^PWD='
	fi
}

differs 'Bytes in a message that cannot be printed' odd_bytes
odd_bytes() {
	run_entrypoint 125 "$1" --env USER_ID=$'1\n\x01' -- true
	if [[ $1 == c ]]; then
		assert_equal "${stderr##*, not }" '"1\x0a\x01"'
	else
		assert_equal "${stderr##*, not }" '"1??"'
	fi
}

differs 'A program that cannot be executed' not_executed
not_executed() {
	local name=entrypoint
	if [[ $1 == sh ]]; then name=su-exec; fi
	run_entrypoint 127 "$1" -- /no/such/program
	assert_equal "$stderr" "$name: /no/such/program: No such file or directory"
	remove_container
	run_entrypoint 127 "$1" --user 12345 -- /no/such/program
	if [[ $1 == sh ]]; then name='.*entrypoint: exec: line [0-9]+'; fi
	assert_regex "$stderr" "^$name: /no/such/program: (No such file or directory|not found)"
}

differs 'Capabilities of a start as another user than root' other_capabilities
other_capabilities() {
	run -0 run_shell "$PREFIX-$1" -c '/usr/local/bin/setpriv --reuid 12345 --regid 12345 --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw \
		entrypoint sh -c "grep CapAmb /proc/\$\$/status"'
	if [[ $1 == c ]]; then assert_output $'CapAmb:\t0000000000000000'; else assert_output $'CapAmb:\t0000000000002000'; fi
}

differs 'A setuid copy' setuid_copy
setuid_copy() {
	run -0 run_shell "$PREFIX-$1" -c 'chmod 6755 /usr/local/bin/entrypoint; snapshot >/dev/shm/before
		su-exec 12345:12345 entrypoint id -u 2>&1; echo "exit $?"
		snapshot >/dev/shm/after; diff -U 0 /dev/shm/before /dev/shm/after'
	if [[ $1 == c ]]; then
		assert_output 'entrypoint: setuid or setgid file: refused, as it would make anyone root: mend it with chmod u-s,g-s
exit 125'
	else
		assert_output $'12345\nexit 0'
	fi
}

@test "the table in entrypoint(8) has these rows and no others" {
	run -0 sed -n '/^\.Sh DIFFERENCES/,/^\.Sh CAVEATS/s/^\.It //p' entrypoint/entrypoint.8
	assert_output "$(printf '%s\n' "${ROWS[@]}")"
}
