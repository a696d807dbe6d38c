# What an entry point refuses, and that it has touched nothing by then.
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

both 'a name that stands for another id is refused' refuses_taken_name
refuses_taken_name() {
	refused "$1" 'USER_NAME: must be a name that /etc/passwd does not have, or USER_ID must be 2000, not "legacy", which is uid 2000' \
		--env USER_NAME=legacy -- true
	refused "$1" 'USER_NAME: must be a name that /etc/group does not have, or GROUP_ID must be 3000, not "crew", which is gid 3000' \
		--env USER_NAME=crew -- true
}

# accounts_with KIND FILE LINE...: for each LINE, with its escapes undone, FILE is what it was and LINE, and the entry
# point is started; then everything must be as before but /etc/passwd and /etc/group where that is right. Sets lines:
# an exit status and, where that is not 0, the message for each.
accounts_with() {
	local kind=$1 file=$2
	shift 2
	run -0 run_shell "$PREFIX-$kind" -c '
		file=$1; shift
		cp -p "$file" /dev/shm/original
		for line; do
			{ cat /dev/shm/original; printf "$line\n"; } >"$file"
			snapshot >/dev/shm/before
			entrypoint true 2>/dev/shm/said
			status=$?
			echo "$status"
			[ "$status" = 0 ] && continue
			sed "s/line $(wc -l <"$file") is/its line is/" /dev/shm/said
			snapshot >/dev/shm/after; diff -U 0 /dev/shm/before /dev/shm/after
		done' sh "$file" "$@"
}

# all_malformed KIND FILE LINE...: each LINE of FILE is refused.
all_malformed() {
	local kind=$1 file=$2 at=0
	shift 2
	accounts_with "$kind" "$file" "$@"
	assert_equal "${#lines[@]} lines: $output" "$((2 * $#)) lines: $output"
	for line; do
		assert_equal "$line: ${lines[at]}" "$line: 125"
		assert_regex "$line: ${lines[at + 1]}" ": entrypoint: $file: its line is malformed: it must "
		at=$((at + 2))
	done
}

both 'a malformed line of passwd that matches is refused with its number' malformed_users
malformed_users() {
	all_malformed "$1" /etc/passwd app:x:1000: x:x:1000:1000::/:/bin/sh:more app:x:abc:1::/:/bin/sh app:x:01000:1::/:/bin/sh \
		x:x:1000:abc::/:/bin/sh x:x:1000:4294967296::/:/bin/sh x:x:1000:::/:/bin/sh :x:1000:1000::/:/bin/sh \
		'app:x:1000:1000::/:/bin/sh\r' 'x:x:1000:1000::/\r:/bin/sh' 'app\r:x:9:9::/:/bin/sh'
}

both 'a malformed line of group that matches is refused with its number' malformed_groups
malformed_groups() {
	all_malformed "$1" /etc/group app:x:9999999999: app:x:: x:x:1000 x:x:1000::more :x:1000: 'app:x:1000:\r'
}

both 'a malformed line that does not match is passed over, and so are comments and lines of NIS' passed_over
passed_over() {
	local line
	for file in /etc/passwd /etc/group; do
		accounts_with "$1" "$file" odd:x:abc:1::/:/bin/sh '' :::::: odd '#app:x:1000:1000::/:/bin/sh' '+app:x:1000:1000::/:/bin/sh' \
			'+:x:1000:1000::/:/bin/sh' '-app:x:1000:' 'app2:x:9:9::/:/bin/sh' 'x:x:10000:\r' 1000 1000:x
		assert_output "$(printf '0\n%.0s' {1..12})"
	done
}

both 'of two entries the first counts' first_entry_counts
first_entry_counts() {
	refused_after "$1" 'echo "app:x:7:7::/:/bin/sh" >>/etc/passwd; echo "app:x:8:8::/:/bin/sh" >>/etc/passwd' 'USER_NAME: .*not "app", which is uid 7'
	run -0 run_shell "$PREFIX-$1" -c 'printf "one:x:1000:1::/one:\ntwo:x:1000:2::/two:\n" >>/etc/passwd; entrypoint sh -c "echo \$USER \$HOME"'
	assert_output 'one /one'
}

both 'a start as another user than root is refused for the same, before anything is made' refused_as_itself
refused_as_itself() {
	local change
	for change in 'echo x:x:12345:abc::/:/bin/sh >>/etc/passwd' 'chmod 600 /etc/passwd' 'rm /etc/passwd; mkdir /etc/passwd'; do
		run -0 run_shell --env ENTRYPOINT_OWN=/tmp/new "$PREFIX-$1" -c "$change"'
			/usr/local/bin/setpriv --reuid 12345 --regid 12345 --clear-groups entrypoint true 2>&1; echo "exit $?"; [ ! -e /tmp/new ] || echo made'
		assert_line --index 0 --regexp '^entrypoint: /etc/passwd: (line 5 is malformed: it must |Permission denied|must be a regular file)'
		assert_equal "${lines[*]:1}" 'exit 125'
	done
	run -0 run_shell "$PREFIX-$1" -c 'echo app:x:9:x >>/etc/passwd; /usr/local/bin/setpriv --reuid 12345 --regid 12345 --clear-groups entrypoint echo passed'
	assert_output passed
}

both 'a passwd or group that is no file is refused' no_file
no_file() {
	refused_after "$1" 'rm /etc/passwd; mkdir /etc/passwd' '/etc/passwd: must be a regular file'
	refused_after "$1" 'rm /etc/group; mkfifo /etc/group' '/etc/group: must be a regular file'
}

# refused_after KIND PREPARATION PATTERN: as `refused`, in a container that the shell commands PREPARATION changed.
refused_after() {
	run -0 run_shell --cap-add SYS_ADMIN "$PREFIX-$1" -c "$2
		snapshot >/dev/shm/before"'
		${AS-} entrypoint true 2>&1
		echo "exit $?"
		snapshot >/dev/shm/after; diff -U 0 /dev/shm/before /dev/shm/after'
	assert_line --index 0 --regexp "^entrypoint: $3"
	assert_line --index 1 'exit 125'
	assert_equal "${#lines[@]} lines: $output" "2 lines: $output"
}

both 'an id that the user namespace does not have is refused' unmapped_id
unmapped_id() {
	refused_after "$1" 'AS="unshare -U -r"' 'USER_ID: this process cannot become 1000:1000; it needs .* the ids in its user namespace'
}

## Settings

# All values in one container, with a snapshot of all files before and after each.
# refuses_each KIND VARIABLE RULE VALUE...: RULE is a part of the message, after "must be".
refuses_each() {
	local kind=$1 variable=$2 rule=$3 value number=0
	local -a options=()
	shift 3
	for value; do options+=(--env "VALUE$((number++))=$value"); done
	run -0 run_shell "${options[@]}" --env VARIABLE="$variable" --env COUNT="$#" "$PREFIX-$kind" -c '
		snapshot >/dev/shm/before
		number=0
		while [ "$number" -lt "$COUNT" ]; do
			eval value=\$VALUE$number
			ENTRYPOINT_OWN=/data env "$VARIABLE=$value" entrypoint touch /tmp/ran 2>&1
			echo "exit $?"
			snapshot >/dev/shm/after; diff -U 0 /dev/shm/before /dev/shm/after
			number=$((number + 1))
		done'
	assert_equal "${#lines[@]} lines" "$((2 * $#)) lines"
	number=0
	for value; do
		assert_regex "${lines[number]}" "^entrypoint: $variable: must be $rule, not \"$(quote "$value")\"\$"
		assert_equal "${lines[number + 1]}" 'exit 125'
		number=$((number + 2))
	done
}

# A text as a regular expression that stands for it.
# shellcheck disable=SC2001  # there are groups in it
quote() {
	sed 's/[][\\.*^$(){}?+|]/\\&/g' <<<"$1"
}

ID_RULE='a number from 0 to 4294967294, digits only, without leading zeros'
PATH_RULE='absolute, each name at most 255 bytes, without //, /\./, /\.\./ and without a slash at the end'
BAD_IDS=('' abc -5 +5 07 00 70000000000 4294967295 4294967296 18446744073709551616 ' 0' '0 ' 1000:0 0x10 1e3 root)

both 'every bad USER_ID is refused: exit 125, the variable, the value and what is allowed; nothing is touched' bad_user_id
bad_user_id() {
	refuses_each "$1" USER_ID "$ID_RULE" "${BAD_IDS[@]}"
}

both 'every bad GROUP_ID is refused' bad_group_id
bad_group_id() {
	refuses_each "$1" GROUP_ID "$ID_RULE" "${BAD_IDS[@]}"
}

both 'a bad DEFAULT_USER_ID is refused, also where a USER_ID overrides it' bad_default
bad_default() {
	refuses_each "$1" DEFAULT_USER_ID "$ID_RULE" '' 07
	refused "$1" 'DEFAULT_USER_ID: must be ' --env DEFAULT_USER_ID=x --env USER_ID=1000 -- true
}

both 'every bad USER_NAME is refused' bad_user_name
bad_user_name() {
	refuses_each "$1" USER_NAME 'a-z or _, then up to 31 of a-z, 0-9, _ and -' \
		'' -app 1app App 'a b' a:b a/b a.b '$x' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
}

both 'a path is as long as its bytes are, whatever the locale; LC_ALL comes through' length_in_bytes
length_in_bytes() {
	local name
	name=$(printf 'é%.0s' {1..200})
	refused "$1" 'ENTRYPOINT_OWN: ' --env LC_ALL=C.UTF-8 --env "ENTRYPOINT_OWN=/srv/$name" -- true
	run -0 run_shell --env LC_ALL=C.UTF-8 "$PREFIX-$1" -c 'entrypoint sh -c "echo \$LC_ALL"; unset LC_ALL; entrypoint sh -c "echo \${LC_ALL-unset}"'
	assert_output $'C.UTF-8\nunset'
}

both 'every bad UMASK is refused' bad_umask
bad_umask() {
	refuses_each "$1" UMASK 'three octal digits, with or without a 0 before them' '' 7 27 028 1027 00027 -27 u=rwx '027 '
}

both 'every bad ENTRYPOINT_OWN is refused' bad_directories
bad_directories() {
	refuses_each "$1" ENTRYPOINT_OWN "DIRECTORY\[:DIRECTORY\]\.\.\., each $PATH_RULE" data / // /data/ /data//x /data/../x /data/. /..
	refused "$1" 'ENTRYPOINT_OWN: must be DIRECTORY' --env ENTRYPOINT_OWN=/data: -- true
	refused "$1" 'ENTRYPOINT_OWN: must be DIRECTORY' --env ENTRYPOINT_OWN=:/data -- true
	refused "$1" 'ENTRYPOINT_OWN: .*not "/sys"' --env ENTRYPOINT_OWN=/data:/sys -- true
}

both 'a directory of the system, or one that others share, is refused' system_directories
system_directories() {
	refuses_each "$1" ENTRYPOINT_OWN "(outside of [^ ]*, the system's own|below [^ ]*, which others share)" \
		/bin /boot/x /dev /dev/shm/x /lib /lib32/x /lib64 /libx32 /proc /proc/1 /sbin/x /sys /usr /usr/local/lib \
		/etc /home /root /run /tmp /var /var/cache /var/lib /var/log /var/run /var/spool /var/tmp
}

both 'a path that is too long is refused' long_paths
long_paths() {
	local name long
	name=$(printf 'd%.0s' {1..255})
	long=$(printf "/$name%.0s" {1..16})
	refused "$1" 'ENTRYPOINT_OWN: too long: each must be at most 4095 bytes' --env ENTRYPOINT_OWN="/srv:$long" -- true
	refuses_each "$1" ENTRYPOINT_OWN "DIRECTORY.*, each $PATH_RULE" "/none/${name}d"
	refused "$1" 'ENTRYPOINT_SEED: must be TEMPLATE:TARGET, ' --env ENTRYPOINT_SEED="$long:/tmp/x" -- true
	refused "$1" 'ENTRYPOINT_SEED: must be TEMPLATE:TARGET, ' --env ENTRYPOINT_SEED="/usr/share/app/config:$long" -- true
	refused "$1" 'ENTRYPOINT_SEED: too long: ' --env ENTRYPOINT_SEED="/usr/share/app/config:/tmp/${name:0:245}" -- true
	refused "$1" 'ENTRYPOINT_SEED: too long: ' --env ENTRYPOINT_SEED="/usr/share/app/config:${long:0:4085}" -- true
	run_entrypoint 0 "$1" --tmpfs /srv --env ENTRYPOINT_OWN="/srv/$name" --env ENTRYPOINT_SEED="/usr/share/app/config:/srv/$name/${name:0:244}" -- cat "/srv/$name/${name:0:244}"
	assert_output 'key = 1'
}

both 'every bad ENTRYPOINT_SEED is refused' bad_seed
bad_seed() {
	refuses_each "$1" ENTRYPOINT_SEED "TEMPLATE:TARGET, each $PATH_RULE" /a a:b /a: :/a /a:b /a:/b:/c /a/../b:/c /a:/b/
	refused "$1" 'ENTRYPOINT_SEED: /nowhere: No such file or directory' --env ENTRYPOINT_SEED=/nowhere:/tmp/x -- true
	refused "$1" 'ENTRYPOINT_SEED: must have a regular file as template, not "/etc"' --env ENTRYPOINT_SEED=/etc:/tmp/x -- true
}

both 'a bad ENTRYPOINT_INIT is refused' bad_init
bad_init() {
	refuses_each "$1" ENTRYPOINT_INIT '0 or 1' '' 2 yes
}

both 'without USER_ID and DEFAULT_USER_ID it says so' no_user_id
no_user_id() {
	run -0 run_shell "$PREFIX-$1" -c 'unset DEFAULT_USER_ID; entrypoint true 2>&1; echo "exit $?"'
	assert_output "entrypoint: USER_ID: is not set, and the image has no DEFAULT_USER_ID; must be $ID_RULE
exit 125"
}

both 'without a program, or with an unknown option, it says so' bad_usage
bad_usage() {
	refused "$1" 'PROGRAM: missing: see entrypoint --help' --
	refused "$1" 'PROGRAM: missing: see entrypoint --help' -- --
	refused "$1" '--bogus: no such option: see entrypoint --help' -- --bogus true
	refused "$1" '--helpful: no such option: see entrypoint --help' -- --help --helpful
	refused "$1" '-h: no such option: see entrypoint --help' -- -h
	refused "$1" '-: no such option: see entrypoint --help' -- - true
}

both 'no byte of a value reaches the terminal raw, and a long one is cut' odd_bytes
odd_bytes() {
	run_entrypoint 125 "$1" --env USER_ID=$'1\n\e[31m\xff' -- true
	refute_regex "$stderr" $'[^ -~]'
	assert_regex "$stderr" 'USER_ID: must be a number'
	remove_container
	run_entrypoint 125 "$1" --env USER_ID="$(printf '9%.0s' {1..9999})" -- true
	assert_regex "$stderr" '^entrypoint: USER_ID: must be a number .*, not "999'
	assert [ "${#stderr}" -lt 600 ]
}

both '--help and --version ask for nothing else, and fail where they cannot be written' help_and_version
help_and_version() {
	run_entrypoint 0 "$1" --env USER_ID=bad --user 12345 -- --help
	assert_line --index 0 'Usage: entrypoint [OPTION]... PROGRAM [ARG]...'
	assert_equal "$stderr" ''
	remove_container
	run_entrypoint 0 "$1" --cap-drop ALL -- --version
	assert_output "entrypoint $(sed -n 's/.*PLIMSOLL_VERSION "\(.*\)"/\1/p' su-exec/version.h)"
	remove_container
	run -0 run_shell "$PREFIX-$1" -c 'for option in --help --version; do entrypoint "$option" 2>&1 >/dev/full; echo "exit $?"; done'
	assert_line --index 0 --regexp '^entrypoint: standard output: '
	assert_line --index 1 'exit 125'
	assert_line --index 2 --regexp '^entrypoint: standard output: '
	assert_line --index 3 'exit 125'
}
