# The entry point's contract: who the command runs as, and what it gets. One suite for both of them, entrypoint.c ("c")
# and entrypoint.sh ("sh"); what busybox forces to differ is in entrypoint-differences.bats, and a row in entrypoint(8).
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

STATUS='cd /proc/self && /busybox/awk "/^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapAmb):/ {\$1 = \$1; sub(/ +\$/, \"\"); print}" status'
NO_CAPABILITIES='CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000'

## Who the command runs as

both 'without any setting, the command runs as the image'\''s DEFAULT_USER_ID, with no group but its own and no capability' runs_as_default
runs_as_default() {
	run_entrypoint 0 "$1" -- sh -c "$STATUS"
	assert_output "Uid: 1000 1000 1000 1000
Gid: 1000 1000 1000 1000
Groups:
$NO_CAPABILITIES"
}

both 'the user is in passwd and group as app, and HOME, USER and LOGNAME are its own' makes_the_user
makes_the_user() {
	run_entrypoint 0 "$1" -- sh -c 'tail -n 1 /etc/passwd; tail -n 1 /etc/group; echo "$HOME $USER $LOGNAME"; stat -c "%a %u:%g" /etc/passwd /etc/group; ls /etc | grep entrypoint || echo "no more"'
	assert_output 'app:x:1000:1000::/:/sbin/nologin
app:x:1000:
/ app app
644 0:0
644 0:0
no more'
}

both 'USER_ID, GROUP_ID and USER_NAME are who it is' chosen_ids
chosen_ids() {
	run_entrypoint 0 "$1" --env USER_ID=4294967294 --env GROUP_ID=1500 --env USER_NAME=_web-1 -- \
		sh -c 'echo "$(id -u):$(id -g) $(id -G) $USER"; tail -n 1 /etc/passwd; tail -n 1 /etc/group'
	assert_output '4294967294:1500 1500 _web-1
_web-1:x:4294967294:1500::/:/sbin/nologin
_web-1:x:1500:'
}

both 'USER_ID=0 stays root, and makes no user' stays_root
stays_root() {
	run_entrypoint 0 "$1" --env USER_ID=0 -- sh -c 'echo "$(id -u):$(id -g) $USER $HOME"; grep app /etc/passwd /etc/group || echo "no app"'
	assert_output '0:0 root /root
no app'
}

both 'USER_ID=0 with a GROUP_ID stays root, in that group alone' root_in_a_group
root_in_a_group() {
	run_entrypoint 0 "$1" --env USER_ID=0 --env GROUP_ID=3000 -- sh -c 'echo "$(id -u):$(id -g) $(id -G)"'
	assert_output '0:3000 3000'
}

both 'an id that has an entry is used as it is, whatever its name; passwd and group stay as they were' reuses_entry
reuses_entry() {
	run_entrypoint 0 "$1" --env USER_ID=2000 --env USER_NAME=other -- sh -c 'echo "$(id -u):$(id -g) $USER $HOME"; grep other /etc/passwd /etc/group || echo "no other"'
	assert_output '2000:2000 legacy /home/legacy
no other'
	run -0 engine diff "$NAME"
	assert_output ''
}

both 'a group that has an entry is used as it is for a user that is made' reuses_group
reuses_group() {
	run_entrypoint 0 "$1" --env GROUP_ID=3000 -- sh -c 'echo "$(id -u):$(id -g)"; tail -n 1 /etc/passwd; grep app /etc/group || echo "no group"'
	assert_output '1000:3000
app:x:1000:3000::/:/sbin/nologin
no group'
}

both 'without passwd and group, and without a newline at their end, they are made right' odd_files
odd_files() {
	run -0 run_shell "$PREFIX-$1" -c '
		rm /etc/passwd /etc/group
		entrypoint sh -c "cat /etc/passwd /etc/group; stat -c %a /etc/passwd /etc/group"
		rm /etc/group; chmod 600 /etc/passwd
		printf "root:x:0:0:root:/root:/bin/sh" >/etc/passwd
		entrypoint true
		cat /etc/passwd; stat -c %a /etc/passwd'
	assert_output 'app:x:1000:1000::/:/sbin/nologin
app:x:1000:
644
644
root:x:0:0:root:/root:/bin/sh
app:x:1000:1000::/:/sbin/nologin
600'
}

## The command

both 'a passwd that is a symbolic link is replaced by a file; what it led to stays as it was' linked_passwd
linked_passwd() {
	run -0 run_shell "$PREFIX-$1" -c '
		mv /etc/passwd /tmp/elsewhere; ln -s /tmp/elsewhere /etc/passwd; cp /tmp/elsewhere /tmp/before
		entrypoint sh -c "id -un"; diff /tmp/before /tmp/elsewhere; tail -n 1 /etc/passwd; [ ! -L /etc/passwd ]'
	assert_output 'app
app:x:1000:1000::/:/sbin/nologin'
}

both 'the command itself is PID 1, and the only process' is_pid_1
is_pid_1() {
	run_entrypoint 0 "$1" -- /busybox/sh -c 'cat /proc/1/comm; tr "\0" "|" </proc/1/cmdline; echo; set -- /proc/[0-9]*; echo "$#"; echo "$$"'
	assert_output --regexp '^sh
/busybox/sh\|-c\|.*\|
1
1$'
}

both 'arguments come through as they are, behind -- too' passes_arguments
passes_arguments() {
	run_entrypoint 0 "$1" -- -- /busybox/printf '<%s>\n' 'a b' '' '$HOME *' --help $'two\nlines' '\n'
	assert_output $'<a b>\n<>\n<$HOME *>\n<--help>\n<two\nlines>\n<\\n>'
}

both 'its exit status comes through; 127 is not found, 126 not executable' passes_status
passes_status() {
	local expected
	for expected in 0 1 7 125 126 127 255; do
		run_entrypoint "$expected" "$1" -- sh -c "exit $expected"
		remove_container
	done
	run_entrypoint 127 "$1" -- /no/such/program
	assert_regex "$stderr" '/no/such/program: .*(No such file|not found)'
	remove_container
	run_entrypoint 127 "$1" -- nosuchprogram
	assert_regex "$stderr" nosuchprogram
	remove_container
	run_entrypoint 126 "$1" -- /usr/local/bin/not-executable
	assert_regex "$stderr" '/usr/local/bin/not-executable: .*[Pp]ermission denied'
}

both 'PATH and the environment come through' passes_environment
passes_environment() {
	run_entrypoint 0 "$1" --env PATH=/odd:/busybox --env 'OTHER=a b' -- sh -c 'echo "$PATH $OTHER $USER_ID $DEFAULT_USER_ID"'
	assert_output '/odd:/busybox a b  1000'
}

# The names are those that entrypoint.sh gives its variables, without their prefix.
both 'no variable of the environment is changed, whatever its name' changes_no_variable
changes_no_variable() {
	local name
	local -a options=()
	for name in $(grep -oE '\<_?[a-z][a-z_]*=' entrypoint/entrypoint.sh | sed 's/^_ep_//; s/=//' | sort -u) \
		line name number count mode path mount reached rest _; do
		options+=(--env "$name=kept $name")
	done
	assert [ "${#options[@]}" -gt 60 ]
	run_entrypoint 0 "$1" "${options[@]}" --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/config -- env
	for name in "${options[@]}"; do
		[[ $name == --env ]] || assert_line "$name"
	done
}

both 'UMASK is its mask, 0027 by default' sets_mask
sets_mask() {
	run_entrypoint 0 "$1" -- sh -c umask
	assert_output 0027
	remove_container
	run_entrypoint 0 "$1" --env UMASK=077 -- sh -c umask
	assert_output 0077
}

## Read-only, with few rights, as someone else

both 'on a read-only root it goes on with the numbers' read_only_root
read_only_root() {
	run_entrypoint 0 "$1" --read-only --tmpfs /data --env ENTRYPOINT_OWN=/data -- \
		sh -c 'echo "$(id -u):$(id -g) $HOME ${USER-unset} ${LOGNAME-unset}"; stat -c %u:%g /data'
	assert_output '1000:1000 / unset unset
1000:1000'
	assert_equal "$stderr" ''
}

both 'where passwd and group are mounts it goes on with the numbers' mounted_files
mounted_files() {
	run -0 run_shell --cap-add SYS_ADMIN --security-opt apparmor=unconfined "$PREFIX-$1" -c '
		for file in passwd group; do cp /etc/$file /tmp/$file && mount --bind /tmp/$file /etc/$file || exit; done
		entrypoint sh -c "id -u; ls /etc | grep entrypoint"; grep app /etc/passwd || echo "no app"'
	assert_output $'1000\nno app'
}

both 'without SETUID or SETGID it is refused, before anything is touched' cannot_become
cannot_become() {
	local missing
	for missing in SETUID SETGID; do
		refused "$1" 'USER_ID: this process cannot become 1000:1000; it needs the capabilities SETUID and SETGID' \
			--cap-drop "$missing" --env ENTRYPOINT_OWN=/data -- true
	done
}

both 'without CHOWN a directory that is right already is no problem; a wrong one is an error' without_chown
without_chown() {
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'chown 1000:1000 /data'
	run_entrypoint 0 "$1" --cap-drop CHOWN --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data -- true
	remove_container
	run_entrypoint 125 "$1" --cap-drop CHOWN --env ENTRYPOINT_OWN=/tree -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: /tree'
}

both 'with USER_ID=0 it needs no capability at all' root_without_capabilities
root_without_capabilities() {
	run_entrypoint 0 "$1" --cap-drop ALL --env USER_ID=0 --env ENTRYPOINT_OWN=/srv/data -- stat -c '%u:%g %a' /srv/data
	assert_output '0:0 750'
}

both 'with USER_ID=0 and groups that can'\''t go it is refused, before anything is touched' groups_that_stay
groups_that_stay() {
	run -0 run_shell "$PREFIX-$1" -c 'ENTRYPOINT_OWN=/srv/x/y USER_ID=0 /usr/local/bin/setpriv --groups 5 --bounding-set=-setgid --inh-caps=-all entrypoint true 2>&1
		echo "exit $?"; [ ! -e /srv ] || echo made'
	assert_line --index 0 --regexp '^entrypoint: USER_ID: this process cannot become 0:0'
	assert_equal "${lines[*]:1}" 'exit 125'
}

both '--user with a writable directory runs as that user, whatever DEFAULT_USER_ID says' other_user
other_user() {
	run_entrypoint 0 "$1" --user 12345 --group-add 3000 --tmpfs /data:mode=0770,gid=3000 --env ENTRYPOINT_OWN=/data \
		--env ENTRYPOINT_SEED=/usr/share/app/config:/data/config -- \
		sh -c 'echo "$(id -u):$(id -g) $(id -G) $HOME ${USER-unset} $(umask)"; stat -c %u /data/config'
	assert_output '12345:0 0 3000 / unset 0027
12345'
	run -0 engine diff "$NAME"
	refute_output --partial /etc
	remove_container
	run_entrypoint 0 "$1" --user 2000:2000 -- sh -c "$STATUS; echo \"\$HOME \$USER\""
	assert_output --regexp "Uid: 2000 2000 2000 2000
Gid: 2000 2000 2000 2000
Groups: (2000 ?)?
$NO_CAPABILITIES
/home/legacy legacy"
}

both 'groups that another user than root was started with may repeat' repeated_groups
repeated_groups() {
	run -0 run_shell "$PREFIX-$1" -c '/usr/local/bin/setpriv --reuid 12345 --regid 12345 --groups 5,3000,5 entrypoint sh -c "grep Groups: /proc/\$\$/status"'
	assert_output --regexp '^Groups:.5 5 3000 ?$'
}

both '--user with a directory that is not writable, or cannot be made, is an error that names it and the user' other_user_refused
other_user_refused() {
	refused "$1" 'ENTRYPOINT_OWN: /tree: must be writable by uid 12345, gid 12345' --user 12345:12345 --tmpfs /data:mode=1777 \
		--env ENTRYPOINT_OWN=/data/new:/tree -- true
	run_entrypoint 125 "$1" --user 12345:12345 --env ENTRYPOINT_OWN=/srv/new -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: /srv/new: cannot be reached or made by uid 12345, gid 12345'
	remove_container
	refused "$1" 'ENTRYPOINT_OWN: must name directories, not "/way"' --user 12345 --env ENTRYPOINT_OWN=/way -- true
}

both '--user with a USER_ID or GROUP_ID that is its own is fine; another is refused' other_user_ids
other_user_ids() {
	run_entrypoint 0 "$1" --user 12345:54321 --env USER_ID=12345 --env GROUP_ID=54321 -- id -u
	assert_output 12345
	remove_container
	refused "$1" 'USER_ID: must be unset or 12345, as this was started as 12345 and not as root, not "1000"' --user 12345 --env USER_ID=1000 -- true
	refused "$1" 'USER_ID: must be unset or 12345, as this was started as 12345 and not as root, not "0"' --user 12345 --env USER_ID=0 -- true
	refused "$1" 'GROUP_ID: must be unset or 54321, ' --user 12345:54321 --env GROUP_ID=0 -- true
	refused "$1" 'USER_ID: must be a number' --user 12345 --env USER_ID= -- true
}
