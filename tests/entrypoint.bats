# The entry point's contract: one suite for both of them, entrypoint.c ("c") and entrypoint.sh ("sh").
# Where busybox forces a difference, each has a test of its own, and entrypoint(8) a row.
# shellcheck disable=SC2154  # output, lines, stderr and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for the shell in the container
# shellcheck disable=SC2030,SC2031  # each test is a subshell, as it should be

bats_require_minimum_version 1.11.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/engine.bash
	. tests/engine.bash
	load_bases
	: "${PLIMSOLL_RUN:=entrypoint-$$}"
	PREFIX=plimsoll-test/entrypoint-$$
	export CC_DEBUG_IMAGE PLIMSOLL_RUN PREFIX
	build_fixture c build/entrypoint
	build_fixture sh entrypoint/entrypoint.sh
}

teardown_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/engine.bash
	. tests/engine.bash
	engine image rm --force "$PREFIX-c" "$PREFIX-sh" >/dev/null
}

# build_fixture KIND FILE: the image that holds FILE as its entry point.
build_fixture() {
	local context=$BATS_FILE_TMPDIR/$1
	mkdir "$context"
	cp tests/fixtures/entrypoint/* build/su-exec "$context"
	cp "$2" "$context/entrypoint"
	engine build --quiet --force-rm --build-arg CC_DEBUG_IMAGE="$CC_DEBUG_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" \
		--tag "$PREFIX-$1" --file "$context/Containerfile" "$context" >&2
}

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return
	bats_load_library bats-support
	bats_load_library bats-assert
	# shellcheck source=tests/engine.bash
	. tests/engine.bash
	NAME=plimsoll-$PLIMSOLL_RUN-entrypoint-$BATS_SUITE_TEST_NUMBER
}

teardown() {
	local left
	left=$(engine ps --all --quiet --filter "name=^/$NAME")
	if [[ -n $left ]]; then
		if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then xargs -n 1 "${ENGINE:-docker}" logs <<<"$left"; fi
		xargs "${ENGINE:-docker}" rm --force --volumes <<<"$left" >/dev/null
	fi
	engine volume rm --force "$NAME" "$NAME-inner" >/dev/null
}

# both TITLE FUNCTION: a test of each; FUNCTION gets "c" or "sh".
both() {
	only c "$1" "$2"
	only sh "$1" "$2"
}

only() {
	bats_test_function --description "entrypoint ($1): $2" -- "$3" "$1"
}

# run_entrypoint STATUS KIND [OPTION]... -- [ARG]...: runs the image as docker run does, ARGs to its entry point;
# another status than the expected fails the test. Sets output and stderr.
run_entrypoint() {
	local expected=$1 image=$PREFIX-$2
	local -a options=()
	shift 2
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	run -"$expected" --separate-stderr engine run --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" \
		"${options[@]}" "$image" "$@"
}

remove_container() {
	engine rm --force --volumes "$NAME" >/dev/null
}

# refused KIND PATTERN [OPTION]... -- [ARG]...: exit 125, one line that matches, and nothing of the container changed.
refused() {
	local kind=$1 pattern=$2
	shift 2
	run_entrypoint 125 "$kind" "$@"
	assert_equal "$output" ''
	assert_regex "$stderr" "^entrypoint: $pattern"
	assert_equal "${stderr//[^$'\n']/}" ''
	run -0 engine diff "$NAME"
	assert_output ''
	remove_container
}

# A shell in the image without the entry point: to prepare, and to look.
run_shell() {
	engine run --rm --name "$NAME-shell" --label "plimsoll.run=$PLIMSOLL_RUN" --entrypoint /busybox/sh "$@"
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

both 'a name that stands for another id is refused' refuses_taken_name
refuses_taken_name() {
	refused "$1" 'USER_NAME: must be a name that /etc/passwd does not have, or USER_ID must be 2000, not "legacy", which is uid 2000' \
		--env USER_NAME=legacy -- true
	refused "$1" 'USER_NAME: must be a name that /etc/group does not have, or GROUP_ID must be 3000, not "crew", which is gid 3000' \
		--env USER_NAME=crew -- true
}

both 'a malformed line of passwd or group that matches is refused with its number; another is passed over' malformed_lines
malformed_lines() {
	run -0 run_shell "$PREFIX-$1" -c '
		passwd=$(cat /etc/passwd)
		try() { entrypoint true 2>&1; echo "$?"; }
		echo "odd:x:abc:1::/:/bin/sh" >>/etc/passwd
		try
		printf "%s\n" "$passwd" "app:x:1000:" >/etc/passwd
		try
		printf "%s\n" "$passwd" "app:x:abc:1::/:/bin/sh" >/etc/passwd
		try
		printf "%s\n" "$passwd" >/etc/passwd
		echo "app:x:9999999999:" >/etc/group
		try'
	assert_line --index 0 0
	assert_line --index 1 --regexp '^entrypoint: /etc/passwd: line 5 is malformed: '
	assert_line --index 2 125
	assert_line --index 3 --regexp '^entrypoint: /etc/passwd: line 5 is malformed: '
	assert_line --index 4 125
	assert_line --index 5 --regexp '^entrypoint: /etc/group: line 1 is malformed: '
	assert_line --index 6 125
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

## What is refused, before anything is touched

# All values in one container, with a listing of the whole file system before and after each.
# refuses_each KIND VARIABLE RULE VALUE...: RULE is a part of the message, after "must be".
refuses_each() {
	local kind=$1 variable=$2 rule=$3 value number=0
	local -a options=()
	shift 3
	for value; do options+=(--env "VALUE$((number++))=$value"); done
	run -0 run_shell "${options[@]}" --env VARIABLE="$variable" --env COUNT="$#" "$PREFIX-$kind" -c '
		look() { find / -xdev \( -path /proc -o -path /sys -o -path /dev \) -prune -o -exec stat -c "%n %f %u:%g %s %Y %Z" {} +; }
		look >/dev/shm/before
		number=0
		while [ "$number" -lt "$COUNT" ]; do
			eval value=\$VALUE$number
			ENTRYPOINT_OWN=/data env "$VARIABLE=$value" entrypoint touch /tmp/ran 2>&1
			echo "exit $?"
			look >/dev/shm/after
			diff /dev/shm/before /dev/shm/after
			number=$((number + 1))
		done'
	assert_equal "${#lines[@]} lines" "$((2 * $#)) lines"
	number=0
	for value; do
		assert_equal "${lines[number]}" "entrypoint: $variable: must be $rule, not \"$value\""
		assert_equal "${lines[number + 1]}" 'exit 125'
		number=$((number + 2))
	done
}

ID_RULE='a number from 0 to 4294967294, digits only, without leading zeros'
PATH_RULE='absolute, without //, /./, /../ and without a slash at the end'
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

both 'every bad UMASK is refused' bad_umask
bad_umask() {
	refuses_each "$1" UMASK 'three octal digits, with or without a 0 before them' '' 7 27 028 1027 00027 -27 u=rwx '027 '
}

both 'every bad ENTRYPOINT_OWN is refused' bad_directories
bad_directories() {
	refuses_each "$1" ENTRYPOINT_OWN "DIRECTORY[:DIRECTORY]..., each $PATH_RULE" data / // /data/ /data//x /data/../x /data/. /..
	refuses_each "$1" ENTRYPOINT_OWN "outside of /proc, the system's own" /proc /proc/1
	refuses_each "$1" ENTRYPOINT_OWN "outside of /usr, the system's own" /usr /usr/local/lib
	refuses_each "$1" ENTRYPOINT_OWN 'below /etc, which others share' /etc
	refuses_each "$1" ENTRYPOINT_OWN 'below /var/lib, which others share' /var/lib
	refused "$1" 'ENTRYPOINT_OWN: must be DIRECTORY' --env ENTRYPOINT_OWN=/data: -- true
	refused "$1" 'ENTRYPOINT_OWN: must be DIRECTORY' --env ENTRYPOINT_OWN=:/data -- true
	refused "$1" 'ENTRYPOINT_OWN: .*not "/sys"' --env ENTRYPOINT_OWN=/data:/sys -- true
}

both 'every bad ENTRYPOINT_SEED is refused' bad_seed
bad_seed() {
	refuses_each "$1" ENTRYPOINT_SEED "TEMPLATE:TARGET, each $PATH_RULE" /a a:b /a: :/a /a:b /a:/b:/c /a/../b:/c /a:/b/
	refused "$1" 'ENTRYPOINT_SEED: /nowhere: No such file' --env ENTRYPOINT_SEED=/nowhere:/tmp/x -- true
	refused "$1" 'ENTRYPOINT_SEED: must be |ENTRYPOINT_SEED: must have a regular file as template, not "/etc"' --env ENTRYPOINT_SEED=/etc:/tmp/x -- true
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

both '--help and --version print to standard output' help_and_version
help_and_version() {
	local variable
	run_entrypoint 0 "$1" -- --help
	for variable in USER_ID GROUP_ID USER_NAME UMASK DEFAULT_USER_ID ENTRYPOINT_OWN ENTRYPOINT_SEED; do
		assert_line --regexp "^  $variable +[^ ]"
	done
	remove_container
	run_entrypoint 0 "$1" -- --version
	assert_output "entrypoint $(sed -n 's/.*PLIMSOLL_VERSION "\(.*\)"/\1/p' su-exec/version.h)"
}

## The command

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

## Directories

both 'a directory is made with its parents: owned by the user, less the mask; the parents stay root'\''s' makes_directories
makes_directories() {
	run_entrypoint 0 "$1" --env ENTRYPOINT_OWN=/srv/a/b:/srv/c -- sh -c 'stat -c "%n %u:%g %a" /srv/a /srv/a/b /srv/c; touch /srv/a/b/x /srv/c/x'
	assert_output '/srv/a 0:0 755
/srv/a/b 1000:1000 750
/srv/c 1000:1000 750'
}

both 'only what is wrongly owned is given away; links are not followed, modes gain nothing' owns_what_is_wrong
owns_what_is_wrong() {
	run -0 run_shell "$PREFIX-$1" -c '
		stat -c "%n %Z" /tree/right /elsewhere /elsewhere/file >/tmp/before
		sleep_until_next_second() { now=$(date +%s); while [ "$(date +%s)" = "$now" ]; do :; done; }
		sleep_until_next_second
		ENTRYPOINT_OWN=/tree entrypoint true
		stat -c "%n %Z" /tree/right /elsewhere /elsewhere/file | diff /tmp/before -
		find /tree /elsewhere -exec stat -c "%n %u:%g %a" {} + | sort'
	assert_output '/elsewhere 0:0 755
/elsewhere/file 0:0 644
/tree 1000:1000 755
/tree/group-file 1000:1000 644
/tree/link 1000:1000 777
/tree/right 1000:1000 644
/tree/root-file 1000:1000 755
/tree/sub 1000:1000 755
/tree/sub/deep 1000:1000 755
/tree/sub/link 1000:1000 777
/tree/sub/root-file 1000:1000 600'
}

both 'a symbolic link in any component of a path is refused, and so is a file' refuses_links
refuses_links() {
	refused "$1" 'ENTRYPOINT_OWN: must name directories, not "/way/inside": /way is a symbolic link' --env ENTRYPOINT_OWN=/way/inside -- true
	refused "$1" 'ENTRYPOINT_OWN: must name directories, not "/way": /way is a symbolic link' --env ENTRYPOINT_OWN=/data:/way -- true
	refused "$1" 'ENTRYPOINT_OWN: must name directories, not "/tree/right/x": /tree/right is none' --env ENTRYPOINT_OWN=/tree/right/x -- true
}

both 'another mount below a directory is left alone' leaves_other_mounts
leaves_other_mounts() {
	run_entrypoint 0 "$1" --volume "$NAME:/data" --volume "$NAME-inner:/data/inner" --tmpfs /data/memory:mode=0755 \
		--env ENTRYPOINT_OWN=/data -- stat -c '%n %u:%g' /data /data/inner /data/memory
	assert_output '/data 1000:1000
/data/inner 0:0
/data/memory 0:0'
}

both 'a volume of someone else becomes the user'\''s own' takes_volume_over
takes_volume_over() {
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'mkdir -p /data/a/b && touch /data/a/b/c && chown -R 4242:4242 /data && chmod 700 /data /data/a'
	run_entrypoint 0 "$1" --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data --env USER_ID=65532 -- find /data -exec stat -c '%n %u:%g %a' '{}' +
	assert_output '/data 65532:65532 700
/data/a 65532:65532 700
/data/a/b 65532:65532 755
/data/a/b/c 65532:65532 644'
}

both 'a directory that cannot be made is an error that names it' cannot_make
cannot_make() {
	run_entrypoint 125 "$1" --read-only --env ENTRYPOINT_OWN=/srv/data -- true
	assert_equal "$stderr" 'entrypoint: ENTRYPOINT_OWN: /srv/data: cannot be reached or made by uid 1000, gid 1000: Read-only file system'
}

# A tree of COUNT times 900 directories and one more on the volume, as a user can make it, with a file of root's below.
deep_volume() {
	run_shell --volume "$NAME:/data" --env COUNT="$2" "$PREFIX-$1" -c '
		levels=$(printf "d/%.0s" $(seq 900))
		mkdir /data/tree && touch /data/tree/file
		while [ "$COUNT" -gt 0 ]; do
			mkdir -p "/data/next/$levels" && mv /data/tree "/data/next/$levels" && mv /data/next /data/tree || exit
			COUNT=$((COUNT - 1))
		done'
}

DEEP=(--ulimit nofile=20000:20000 --env ENTRYPOINT_OWN=/data/tree)

both 'a tree of 900 directories is given away to its bottom' deep_tree
deep_tree() {
	deep_volume "$1" 1
	run_entrypoint 0 "$1" "${DEEP[@]}" --volume "$NAME:/data" -- find /data/tree -user 1000 -name file
	assert_equal "${#lines[@]} lines" '1 lines'
	assert_output --regexp '/d/tree/file$'
}

only c 'a tree that is too deep is an error that names it' too_deep
too_deep() {
	deep_volume "$1" 7
	run_entrypoint 125 "$1" "${DEEP[@]}" --volume "$NAME:/data" -- true
	assert_equal "$stderr" 'entrypoint: ENTRYPOINT_OWN: /data/tree: must not be more than 1000 directories deep'
}

only c 'of a path that is too long for the message, the end is shown, and the reason whole' long_path
long_path() {
	deep_volume "$1" 1
	run_entrypoint 125 "$1" "${DEEP[@]}" --ulimit nofile=1000:1000 --volume "$NAME:/data" -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: \.\.\.[/d]{200}: (No file descriptors available|Too many open files)$'
	remove_container
	run_entrypoint 125 "$1" --read-only --env ENTRYPOINT_OWN="/srv/$(printf 'd%.0s' {1..250})/$(printf 'e%.0s' {1..250})" -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: \.\.\.e{200}: cannot be reached or made by uid 1000, gid 1000: Read-only file system$'
}

## Seed

both 'the seed is copied where the target is missing, as the user and under its mask' copies_seed
copies_seed() {
	run_entrypoint 0 "$1" --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/config -- \
		sh -c 'cat /data/config; stat -c "%u:%g %a" /data/config; ls -A /data'
	assert_output 'key = 1
1000:1000 640
config'
}

both 'a target that is there stays as it is, a dangling link too' keeps_target
keeps_target() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/config "$PREFIX-$1" -c '
		mkdir /data && echo mine >/data/config
		entrypoint cat /data/config
		ln -sf /nowhere /data/config
		entrypoint readlink /data/config; ls -A /data'
	assert_output $'mine\n/nowhere\nconfig'
}

both 'a seed that the user may not read or write is an error, and leaves nothing' seed_not_allowed
seed_not_allowed() {
	run_entrypoint 125 "$1" --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/secret:/data/secret -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_SEED: /(usr/share/app|data)/secret: '
	run -0 engine diff "$NAME"
	refute_output --partial secret
	remove_container
	run_entrypoint 125 "$1" --env ENTRYPOINT_SEED=/usr/share/app/config:/etc/app.conf -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_SEED: /etc/app.conf: '
	run -0 engine diff "$NAME"
	refute_output --partial app.conf
}

both 'a template that its owner may not write to is copied with its mode' read_only_seed
read_only_seed() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/template:/data/config "$PREFIX-$1" -c '
		echo mine >/template && chmod 444 /template
		entrypoint stat -c "%u:%g %a %s" /data/config'
	assert_output '1000:1000 440 5'
}

only sh 'a link that the user puts in place of the new file leads root nowhere' seeds_as_user
seeds_as_user() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/config "$PREFIX-$1" -c '
		mkdir -p /usr/local/sbin
		printf "%s\n" "#!/busybox/sh" "ln -s /made \"\$2\"" >/usr/local/sbin/cp
		chmod 755 /usr/local/sbin/cp
		entrypoint true 2>&1; echo "exit $?"; ls -A /data; if [ -e /made ]; then echo /made; fi'
	assert_line --index 0 --regexp '^entrypoint: ENTRYPOINT_SEED: /data/config: cannot be copied by uid 1000, gid 1000: '
	assert_line --index 1 'exit 125'
	assert_equal "${#lines[@]} lines" '2 lines'
}

## Again and again

both 'a second and a third start change nothing: not a byte, not a time' restarts
restarts() {
	local first
	engine create --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" --volume "$NAME:/data" --volume "$NAME-inner:/tree" --env ENTRYPOINT_OWN=/data:/tree \
		--env ENTRYPOINT_SEED=/usr/share/app/config:/data/config "$PREFIX-$1" \
		sh -c 'cat /etc/passwd /etc/group; find /etc/passwd /etc/group /data /tree -exec stat -c "%n %i %u:%g %a %s %Y %Z" {} + | sort; exit 3' >/dev/null
	run -3 engine start --attach "$NAME"
	first=$output
	assert_output --partial 'app:x:1000:1000:'
	run -3 engine start --attach "$NAME"
	assert_output "$first"
	run -3 engine start --attach "$NAME"
	assert_output "$first"
}

both 'what a killed start left in /etc does not stop the next, and goes' cleans_up_after_kill
cleans_up_after_kill() {
	engine create --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" "$PREFIX-$1" sh -c 'id -un; ls /etc | grep entrypoint || echo "no more"' >/dev/null
	echo half >"$BATS_TEST_TMPDIR/half"
	engine cp "$BATS_TEST_TMPDIR/half" "$NAME:/etc/passwd.entrypoint.1"
	run -0 engine start --attach "$NAME"
	assert_output $'app\nno more'
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

FEW=(--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN --security-opt no-new-privileges)

# A volume whose content is closed to all but its owner, the command's user, and a part of it to all but another.
closed_volume() {
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'mkdir -p /data/own/x /data/other/y && touch /data/own/f && chown -R 1000:1000 /data/own && chown -R 4242:4242 /data/other && chmod 700 /data /data/own /data/other'
}

only c 'SETUID, SETGID and CHOWN are all the capabilities that it needs, on a closed volume too' few_capabilities_c
few_capabilities_c() {
	closed_volume "$1"
	run_entrypoint 0 "$1" "${FEW[@]}" --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data:/data/sub/new -- sh -c 'find /data ! -user 1000 -o ! -group 1000; stat -c "%u:%g" /data/other/y; id -un'
	assert_output $'1000:1000\napp'
	run -0 engine start --attach "$NAME"
	assert_output $'1000:1000\napp'
}

only sh 'a volume closed to root needs DAC_OVERRIDE beside SETUID, SETGID and CHOWN' few_capabilities_sh
few_capabilities_sh() {
	run_entrypoint 0 "$1" "${FEW[@]}" --env ENTRYPOINT_OWN=/srv/data -- stat -c %u:%g /srv/data
	assert_output 1000:1000
	remove_container
	closed_volume "$1"
	run_entrypoint 125 "$1" "${FEW[@]}" --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: /data: '
	remove_container
	run_entrypoint 0 "$1" "${FEW[@]}" --cap-add DAC_OVERRIDE --volume "$NAME:/data" --env ENTRYPOINT_OWN=/data -- \
		sh -c 'find /data ! -user 1000 -o ! -group 1000; stat -c "%u:%g" /data/other/y; id -un'
	assert_output $'1000:1000\napp'
}

both 'without SETUID or SETGID it is refused, before anything is touched' cannot_become
cannot_become() {
	local missing
	for missing in SETUID SETGID; do
		run_entrypoint 125 "$1" --cap-drop "$missing" --env ENTRYPOINT_OWN=/data -- true
		assert_regex "$stderr" '^entrypoint: USER_ID: this process cannot become 1000:1000; it needs the capabilities SETUID and SETGID'
		run -0 engine diff "$NAME"
		assert_output ''
		remove_container
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

both '--user with a directory that is not writable, or cannot be made, is an error that names it and the user' other_user_refused
other_user_refused() {
	run_entrypoint 125 "$1" --user 12345:12345 --env ENTRYPOINT_OWN=/tree -- true
	assert_regex "$stderr" '^entrypoint: ENTRYPOINT_OWN: /tree: must be writable by uid 12345, gid 12345'
	remove_container
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

## What busybox cannot: --init

only sh '--init is refused, and names what to use instead' init_refused
init_refused() {
	refused "$1" '--init: only entrypoint.c has it: use "docker run --init"' -- --init true
	refused "$1" 'ENTRYPOINT_INIT: only entrypoint.c has it: use "docker run --init"' --env ENTRYPOINT_INIT=1 -- true
}

only c '--init stays above the command as the same user, and exits as it does' init_exits
init_exits() {
	run_entrypoint 7 "$1" -- --init sh -c 'echo $PPID $(cat /proc/1/comm) $(stat -c %u /proc/1); grep SigBlk /proc/self/status; exit 7'
	assert_output $'1 entrypoint 1000\nSigBlk:\t0000000000000000'
	remove_container
	run_entrypoint 143 "$1" --env ENTRYPOINT_INIT=1 -- sh -c 'kill -TERM $$'
	remove_container
	run_entrypoint 137 "$1" -- --init sh -c 'kill -KILL $$'
	remove_container
	run_entrypoint 127 "$1" -- --init nosuchprogram
}

only c '--init forwards every signal but KILL and STOP' init_forwards
init_forwards() {
	local number
	# The command ends with the number of the signal it got; 34 to 64 are real-time signals.
	for number in 1 2 3 10 12 14 15 16 17 18 20 21 22 28 34 35 64; do
		run_entrypoint "$number" "$1" -- --init sh -c "trap 'exit $number' $number; kill -$number 1; sleep 5 & wait; exit 99"
		remove_container
	done
}

only c '--init reaps what the command leaves behind' init_reaps
init_reaps() {
	run_entrypoint 0 "$1" -- --init sh -c '
		for i in 1 2 3 4 5 6 7 8 9 10; do (sh -c "exit 0" & ); done
		end=$(($(date +%s) + 5))
		while grep -lq "^PPid:.1$" /proc/[0-9]*/status 2>/dev/null && [ "$(grep -l "^PPid:.1$" /proc/[0-9]*/status 2>/dev/null | wc -l)" -gt 1 ]; do
			[ "$(date +%s)" -lt "$end" ] || exit 9
		done'
}

only c '--init hands the terminal to the command: Ctrl-C ends it with 130' init_terminal
init_terminal() {
	local typed=$BATS_TEST_TMPDIR/typed log=$BATS_TEST_TMPDIR/log terminal ended=0
	mkfifo "$typed"
	script --quiet --return --flush --command "${ENGINE:-docker} run --interactive --tty --name $NAME \
		--label plimsoll.run=$PLIMSOLL_RUN $PREFIX-$1 --init sh -c 'read -r _ _ _ _ group _ _ foreground _ </proc/self/stat; echo ready: group \$group, foreground \$foreground; sleep 10'" \
		"$log" <"$typed" >/dev/null 3>&- &
	terminal=$!
	exec 4>"$typed"
	timeout 10 sh -c 'until grep -q ready "$1"; do sleep 0.1; done' sh "$log"
	printf '\003' >&4
	wait "$terminal" || ended=$?
	exec 4>&-
	assert_equal "exit $ended" 'exit 130'
	run -0 sed -n 's/^ready: //p' "$log"
	assert_output --regexp '^group ([0-9]+), foreground \1.?$'
	refute_output --partial 'group 1,'
}
