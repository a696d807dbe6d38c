#!/usr/bin/env bats
# su-exec as it is built, run as root with no more than a container's default capabilities.
# Names are looked up in a folder of our own that su-exec is chrooted to: busybox, su-exec and
# fixture files. What it makes of a process is read from outside, in /proc.

# Each test is a subshell with a JAIL of its own; run --separate-stderr sets stderr and stderr_lines.
# shellcheck disable=SC2030,SC2031,SC2154

bats_require_minimum_version 1.11.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	local root=$BATS_FILE_TMPDIR/root
	mkdir -p "$root"/{bin,sbin,etc}
	chmod 0755 "$root"
	install "${SU_EXEC:-build/su-exec}" "$root/sbin/su-exec"
	cp /bin/busybox "$root/bin/busybox"
	chroot "$root" /bin/busybox --install -s /bin
	gcc -static -D_GNU_SOURCE -o "$root/bin/regain" su-exec/unit/regain.c
	write_accounts "$root/etc"
	cat >"$root/bin/show" <<-'EOF'
		#!/bin/sh
		echo "$(id -u):$(id -g) groups=$(id -G) HOME=$HOME USER=${USER-unset} LOGNAME=${LOGNAME-unset}"
	EOF
	chmod 0755 "$root/bin/show"
	printf '#!/no/such/interpreter\n' >"$root/bin/orphan"
	chmod 0755 "$root/bin/orphan"
	install -m 0600 /dev/null "$root/etc/secret"
}

write_accounts() {
	cat >"$1/passwd" <<-'EOF'
		root:x:0:0:root:/root:/bin/sh
		daemon:x:1:1:daemon:/usr/sbin:/bin/false
		games:x:5:60:games:/usr/games:/bin/sh
		homeless:x:6:6:::
		1000:x:77:77::/named-1000:/bin/sh
		broken:x:abc:8::/:
		wide:x:4294967296:8::/:
		+nis:x:0:0::/:
	EOF
	cat >"$1/group" <<-'EOF'
		root:x:0:
		daemon:x:1:
		games:x:60:
		play:x:61:daemon,games
		more:x:62:games
		broken:x:4294967296:daemon
		+nis:x:0:games
	EOF
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	cp -a "$BATS_FILE_TMPDIR/root" "$BATS_TEST_TMPDIR/root"
	ROOT=$BATS_TEST_TMPDIR/root
	# As a container's first process has it, so that no group of ours hides one that is missing.
	JAIL=(setpriv --clear-groups chroot "$ROOT")
	export HOME=/not-ours USER=not-ours LOGNAME=not-ours PATH=/sbin:/usr/sbin:/bin:/usr/bin
}

su_exec() {
	"${JAIL[@]}" /sbin/su-exec "$@"
}

# assert_shown SPEC EXPECTED: what a program started as SPEC says of itself.
assert_shown() {
	run -0 su_exec "$1" show
	assert_output "$2"
}

# assert_refused MESSAGE SU-EXEC-ARGUMENT...: exit 125, one line, and the program has not run.
assert_refused() {
	local message=$1
	shift
	run -125 --separate-stderr su_exec "$@" echo executed
	assert_output ''
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" "^su-exec: .+: .+"
	assert_regex "$stderr" "$message"
}

# status_of COMMAND...: the lines of /proc/PID/status that $KEYS names, "KEY VALUE...", of a cat that
# COMMAND executes in its own process.
status_of() {
	local hold pid tries=0
	mkfifo "$BATS_TEST_TMPDIR/hold"
	exec {hold}<>"$BATS_TEST_TMPDIR/hold"
	"$@" cat <&"$hold" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	pid=$!
	until [[ $(cat "/proc/$pid/comm" 2>&1) == cat ]]; do
		if ((++tries > 300)) || ! kill -0 "$pid" 2>/dev/null; then
			printf 'expected %s to execute cat, found:\n' "$*"
			cat "$BATS_TEST_TMPDIR/said"
			kill -9 "$pid" 2>&1
			return 1
		fi
		sleep 0.01
	done
	awk -v keys=" $KEYS " '{ sub(/:/, "", $1) } index(keys, " " $1 " ") { $1 = $1; sub(/ +$/, ""); print }' "/proc/$pid/status"
	kill "$pid"
	rm "$BATS_TEST_TMPDIR/hold"
}

status_as() {
	status_of "${JAIL[@]}" /sbin/su-exec "$@"
}

@test "a user gets its uid, gid, groups, HOME, USER and LOGNAME" {
	assert_shown root '0:0 groups=0 HOME=/root USER=root LOGNAME=root'
	assert_shown games '5:60 groups=60 61 62 HOME=/usr/games USER=games LOGNAME=games'
	assert_shown homeless '6:6 groups=6 HOME=/ USER=homeless LOGNAME=homeless'
}

@test "a uid that passwd knows gets the same as its name" {
	assert_shown 0 '0:0 groups=0 HOME=/root USER=root LOGNAME=root'
	assert_shown 5 '5:60 groups=60 61 62 HOME=/usr/games USER=games LOGNAME=games'
}

@test "a user with a group gets exactly that group" {
	assert_shown 0:0 '0:0 groups=0 HOME=/root USER=root LOGNAME=root'
	assert_shown 0:root '0:0 groups=0 HOME=/root USER=root LOGNAME=root'
	assert_shown root:0 '0:0 groups=0 HOME=/root USER=root LOGNAME=root'
	assert_shown 0:1000 '0:1000 groups=1000 HOME=/root USER=root LOGNAME=root'
	assert_shown games:daemon '5:1 groups=1 HOME=/usr/games USER=games LOGNAME=games'
	assert_shown games:1500 '5:1500 groups=1500 HOME=/usr/games USER=games LOGNAME=games'
	assert_shown 5:play '5:61 groups=61 HOME=/usr/games USER=games LOGNAME=games'
}

@test "a uid that passwd does not know works with a group" {
	assert_shown 1500:1501 '1500:1501 groups=1501 HOME=/ USER=unset LOGNAME=unset'
	assert_shown 1500:root '1500:0 groups=0 HOME=/ USER=unset LOGNAME=unset'
	assert_shown 4294967294:4294967294 \
		'4294967294:4294967294 groups=4294967294 HOME=/ USER=unset LOGNAME=unset'
}

@test "digits are a number even where a user has them as its name" {
	assert_shown 1000:1000 '1000:1000 groups=1000 HOME=/ USER=unset LOGNAME=unset'
}

@test "every id of the process is the one asked for, and supplementary groups are none too many" {
	KEYS='Uid Gid Groups'
	run -0 status_as games
	assert_output $'Uid 5 5 5 5\nGid 60 60 60 60\nGroups 60 61 62'
	run -0 status_as games:daemon
	assert_output $'Uid 5 5 5 5\nGid 1 1 1 1\nGroups'
}

@test "groups of the caller do not stay" {
	KEYS='Gid Groups'
	JAIL=(setpriv --groups '0,7,8' chroot "$ROOT")
	run -0 status_as 1500:1500
	assert_output $'Gid 1500 1500 1500 1500\nGroups'
}

@test "an empty spec or part is refused" {
	assert_refused 'the user is empty' ''
	assert_refused 'the user is empty' :
	assert_refused 'the user is empty' :games
	assert_refused 'the group is empty' games:
	assert_refused 'the group is empty' 0:
}

@test "a third field is refused" {
	assert_refused 'more than two fields' games:games:more
	assert_refused 'more than two fields' 0:0:
}

@test "a number that is none, or wraps around to root, is refused" {
	assert_refused '4294967296: not a uid: .*0 to 4294967294' 4294967296
	assert_refused '4294967295: not a uid' 4294967295
	assert_refused '18446744073709551616: not a uid' 18446744073709551616
	assert_refused '4294967296: not a uid' 4294967296:5
	assert_refused '007: not a uid' 007
	assert_refused '00: not a uid' 00
	assert_refused '4294967296: not a gid' 1500:4294967296
	assert_refused '4294967295: not a gid' 1500:4294967295
	assert_refused '05: not a gid' 1500:05
}

@test "what only looks like a number is a name that nobody has" {
	assert_refused '" 0": no such user in /etc/passwd' ' 0'
	assert_refused '"0 ": no such user' '0 '
	assert_refused '\+5: no such user' +5
	assert_refused '0day: no such user' 0day
	assert_refused '0x0: no such user' 0x0
	assert_refused '-42: no such user' -- -42
	assert_refused '-3: no such group in /etc/group' 0:-3
	assert_refused '0day: no such group' 0:0day
	assert_refused '" 0": no such group' '1500: 0'
}

@test "an unknown user or group is refused" {
	assert_refused 'bogus: no such user in /etc/passwd' bogus
	assert_refused 'bogus: no such group in /etc/group' 0:bogus
	assert_refused 'bogus: no such user' bogus:8888
}

@test "an unknown uid without a group is refused with what to write" {
	assert_refused '1500: no such uid in /etc/passwd, so its group is unknown: give one, for example 1500:1500' 1500
	assert_refused '1000: no such uid' 1000
}

@test "a malformed line that matches is refused with its number" {
	assert_refused '/etc/passwd: line 6 is malformed' broken
	assert_refused '/etc/passwd: line 7 is malformed' wide
	assert_refused '/etc/group: line 6 is malformed' games:broken
	assert_refused '/etc/group: line 6 is malformed' daemon
}

@test "a NIS line is no user, group or membership" {
	assert_refused 'no such user' +nis
	assert_refused 'no such group' 0:+nis
}

@test "without passwd and group numbers work and names fail" {
	rm "$ROOT"/etc/{passwd,group}
	assert_shown 1500:1500 '1500:1500 groups=1500 HOME=/ USER=unset LOGNAME=unset'
	assert_refused 'games: no such user, as there is no /etc/passwd: give numbers, for example 1500:1500' games
	assert_refused 'games: no such group, as there is no /etc/group' 1500:games
	assert_refused '0: no such uid' 0
}

@test "without a group file a user has the group of passwd" {
	rm "$ROOT/etc/group"
	assert_shown games '5:60 groups=60 HOME=/usr/games USER=games LOGNAME=games'
}

@test "bytes that would drive a terminal are shown as text" {
	assert_refused 'x\\x1b\[31m' $'x\e[31m'
}

@test "arguments reach the program as they are" {
	run -0 su_exec games printf '<%s>' 'a b' '' '*' "quote'\"" $'new\nline' --lock --
	assert_output $'<a b><><*><quote\'"><new\nline><--lock><-->'
}

@test "the exit status is the program's" {
	local status_wanted
	for status_wanted in 0 1 42 125 255; do
		run -"$status_wanted" su_exec games sh -c "exit $status_wanted"
	done
}

@test "a program that is not found ends with 127" {
	run -127 su_exec games no-such-program
	assert_output 'su-exec: no-such-program: No such file or directory: not in any directory of PATH'
	run -127 su_exec games /bin/no-such-program
	assert_output 'su-exec: /bin/no-such-program: No such file or directory'
	run -127 su_exec games ''
	assert_output --partial 'su-exec: "": No such file or directory'
}

@test "a program that is found but cannot be executed ends with 126" {
	run -126 su_exec games /etc/passwd
	assert_output 'su-exec: /etc/passwd: Permission denied'
	run -126 su_exec games /etc
	assert_output 'su-exec: /etc: Permission denied'
	install -m 0755 /dev/null "$ROOT/bin/nothing"
	run -126 su_exec games nothing
	assert_output --partial 'su-exec: nothing: Exec format error: neither a program for this machine nor a script'
}

@test "a missing interpreter is told from a missing program" {
	run -127 su_exec games /bin/orphan
	assert_output --partial 'the file is there, but not the interpreter'
}

@test "the program has the process of su-exec, and no child beside it" {
	# shellcheck disable=SC2016  # each shell expands its own
	run -0 bash -c 'echo $$; exec "$@"' bash "${JAIL[@]}" /sbin/su-exec games sh -c 'echo $$'
	assert_equal "${#lines[@]}" 2
	assert_equal "${lines[1]}" "${lines[0]}"
}

@test "signals that the caller ignores or blocks stay as they are" {
	KEYS='SigIgn SigBlk'
	local before
	before=$(trap '' USR1; status_of "${JAIL[@]}")
	run -0 eval 'trap "" USR1; status_as games'
	assert_output "$before"
	# USR1 is bit 9; what runs the suite may ignore others besides.
	assert_output --regexp 'SigIgn [0-9a-f]{13}[2367abef][0-9a-f]{2}'
}

@test "there is no way back to root" {
	run -1 "${JAIL[@]}" regain
	assert_line 'setuid'
	assert_line 'file of root'
	run -0 su_exec games regain
	assert_output ''
	run -0 su_exec 1500:1500 regain
	assert_output ''
}

@test "a setuid program still works without --lock, and not with it" {
	install -m 4755 "$ROOT/bin/regain" "$ROOT/bin/regain-setuid"
	run -1 su_exec games regain-setuid
	assert_line 'setuid'
	run -0 su_exec --lock games regain-setuid
	assert_output ''
}

@test "inheritable and ambient capabilities are cleared" {
	KEYS='CapInh CapPrm CapEff CapAmb'
	JAIL=(setpriv --clear-groups --inh-caps '+net_raw,+kill' --ambient-caps '+net_raw,+kill' chroot "$ROOT")
	run -0 status_of "${JAIL[@]}"
	assert_line 'CapAmb 0000000000002020'
	run -0 status_as games
	assert_output "$(printf 'Cap%s 0000000000000000\n' Inh Prm Eff Amb)"
	run -0 status_as root
	assert_line 'CapInh 0000000000000000'
	assert_line 'CapAmb 0000000000000000'
}

@test "without --lock the bounding set stays, with it nothing is left" {
	KEYS='CapBnd NoNewPrivs'
	run -0 status_of "${JAIL[@]}"
	local before=$output
	run -0 status_as games
	assert_output "$before"
	run -0 status_as --lock games
	assert_output $'CapBnd 0000000000000000\nNoNewPrivs 1'
	KEYS='CapPrm CapEff CapBnd NoNewPrivs'
	run -0 status_as --lock root
	assert_output $'CapPrm 0000000000000000\nCapEff 0000000000000000\nCapBnd 0000000000000000\nNoNewPrivs 1'
}

@test "--lock closes the descriptors above 2, and only then" {
	local seven=$BATS_TEST_TMPDIR/seven
	: >"$seven"
	run -0 su_exec games sh -c ': <&7' 7<"$seven"
	run ! su_exec --lock games sh -c ': <&7' 7<"$seven"
	assert_output --partial 'Bad file descriptor'
	run -0 su_exec --lock games sh -c 'cat; echo out; echo err >&2' <<<in
	assert_output $'in\nout\nerr'
}

@test "becoming what one is needs no privilege" {
	run -0 su_exec games su-exec games show
	assert_output '5:60 groups=60 61 62 HOME=/usr/games USER=games LOGNAME=games'
	run -0 su_exec 1500:1500 su-exec 1500:1500 show
	assert_output '1500:1500 groups=1500 HOME=/ USER=unset LOGNAME=unset'
	run -0 su_exec --lock games su-exec --lock games show
}

@test "becoming someone else without privilege is refused with what it needs" {
	run -125 su_exec 1500:1500 su-exec games show
	assert_output 'su-exec: setgroups: Operation not permitted: start it as root, or with CAP_SETGID'
	run -125 su_exec games:games su-exec games show
	assert_output --partial 'su-exec: setgroups: '
	run -125 su_exec 1500:1500 su-exec 0:0 show
	run -125 su_exec games su-exec --lock games show
	assert_output --partial 'su-exec: capability bounding set: Operation not permitted'
}

@test "root without CAP_SETGID or CAP_SETUID is told which one is missing" {
	JAIL=(setpriv --clear-groups --bounding-set -setgid chroot "$ROOT")
	assert_refused 'setgroups: .* CAP_SETGID$' games
	JAIL=(setpriv --clear-groups --bounding-set -setuid chroot "$ROOT")
	assert_refused 'setresuid: .* CAP_SETUID$' games
	JAIL=(setpriv --clear-groups --bounding-set -setpcap chroot "$ROOT")
	assert_refused 'capability bounding set: .* CAP_SETPCAP$' --lock games
}

@test "a caller that is not root but has the two capabilities can drop, and keeps none" {
	local caps=+setuid,+setgid,+sys_chroot,+dac_override
	KEYS='Uid Gid CapPrm CapEff CapAmb'
	JAIL=(setpriv --reuid 1400 --regid 1400 --clear-groups --inh-caps "$caps" --ambient-caps "$caps" chroot "$ROOT")
	run -0 status_as games
	assert_output $'Uid 5 5 5 5\nGid 60 60 60 60\nCapPrm 0000000000000000\nCapEff 0000000000000000\nCapAmb 0000000000000000'
	run -0 su_exec games regain
}

@test "a locked no_setuid_fixup is refused, an open one cleared" {
	JAIL=(setpriv --clear-groups --securebits '+no_setuid_fixup,+no_setuid_fixup_locked' chroot "$ROOT")
	assert_refused 'securebits: no_setuid_fixup is locked' games
	JAIL=(setpriv --clear-groups --securebits +no_setuid_fixup chroot "$ROOT")
	run -0 su_exec games regain
	JAIL=(setpriv --clear-groups --securebits +no_setuid_fixup --bounding-set -setpcap chroot "$ROOT")
	assert_refused 'securebits: .*CAP_SETPCAP$' games
}

@test "a setuid, setgid or capability file is refused" {
	install -m 4755 "$ROOT/sbin/su-exec" "$ROOT/sbin/setuid"
	install -m 2755 "$ROOT/sbin/su-exec" "$ROOT/sbin/setgid"
	install -m 0755 "$ROOT/sbin/su-exec" "$ROOT/sbin/capable"
	setcap cap_setuid,cap_setgid+ep "$ROOT/sbin/capable"
	run -125 su_exec games setuid root show
	assert_output --partial 'su-exec: setuid or setgid file: refused'
	run -125 su_exec games setgid games show
	assert_output --partial 'su-exec: setuid or setgid file: refused'
	run -125 su_exec games capable root show
	assert_output --partial 'su-exec: file capabilities: refused'
}

@test "root learns that the file is setuid" {
	install -m 4755 "$ROOT/sbin/su-exec" "$ROOT/sbin/setuid"
	run -125 "$ROOT/sbin/setuid" 1500:1500 true
	assert_output --partial 'su-exec: setuid or setgid file: refused'
}

@test "--help and --version go to standard output" {
	run -0 --separate-stderr su_exec --help
	assert_line --index 0 'Usage: su-exec [OPTION]... SPEC PROGRAM [ARG]...'
	assert_equal "$stderr" ''
	run -0 --separate-stderr su_exec --version
	assert_output --regexp '^su-exec [0-9]+\.[0-9]+\.[0-9]+$'
	assert_equal "$stderr" ''
	# shellcheck disable=SC2016  # the inner shell expands it
	run -125 bash -c '"$@" --help >/dev/full' bash "${JAIL[@]}" /sbin/su-exec
	assert_output 'su-exec: standard output: No space left on device'
}

@test "a wrong command line is refused" {
	run -125 su_exec
	assert_output 'su-exec: SPEC: missing: see su-exec --help'
	run -125 su_exec games
	assert_output 'su-exec: PROGRAM: missing after games: see su-exec --help'
	run -125 su_exec -x games true
	assert_output 'su-exec: -x: no such option: see su-exec --help'
	run -125 su_exec --loc games true
	run -125 su_exec - games true
	run -125 su_exec --
	run -125 su_exec --lock
}

@test "-- ends the options" {
	run -0 su_exec -- games echo ran
	assert_output ran
	run -0 su_exec --lock -- games echo ran
	assert_output ran
	run -125 su_exec -- --lock true
	assert_output --partial 'su-exec: --lock: no such user'
}

# The manual page as it is read, on one line.
manual() {
	mandoc -T ascii -O width=1000 su-exec/su-exec.8 | sed 's/.\x08//g' | tr --squeeze-repeats ' \n' ' '
}

# section NAME NEXT: the manual page between two headings, unformatted.
section() {
	sed -n "/^\.Sh $1/,/^\.Sh $2/p" su-exec/su-exec.8
}

@test "help, manual page, README and code name the same options" {
	local help parsed
	help=$("${SU_EXEC:-build/su-exec}" --help | grep -oE -- '--[a-z]*' | sort -u)
	parsed=$(sed -n 's/.*strcmp(\*argv, "\(--[a-z]*\)").*/\1/p' su-exec/su-exec.c | sort -u)
	assert_equal "$parsed" "$help"
	assert_equal "$(section DESCRIPTION ENVIRONMENT | sed -n 's/^\.It Fl -/--/p' | sort -u)" "$help"
	assert_equal "$(manual | sed 's/.*SYNOPSIS//; s/DESCRIPTION.*//' | grep -oE -- '--[a-z]*' | sort -u)" "$help"
	# shellcheck disable=SC2016  # these are the README's marks
	assert_regex "$(cat su-exec/README.md)" '`su-exec \[OPTION\]\.\.\. SPEC PROGRAM \[ARG\]\.\.\.`'
	assert_regex "$("${SU_EXEC:-build/su-exec}" --help)" 'Usage: su-exec \[OPTION\]\.\.\. SPEC PROGRAM \[ARG\]\.\.\.'
	# The README names no option that there isn't.
	run -0 comm -13 <(printf '%s\n' "$help") <(grep -oE -- '--[a-z]+' su-exec/README.md | grep -v -- --from | sort -u)
	assert_output ''
}

@test "help, manual page and code name the same exit statuses" {
	local code
	code=$(sed -n 's/.*EXIT_[A-Z_]* = \([0-9]*\),/\1/p' su-exec/launch.h)
	assert_equal "$code" $'125\n126\n127'
	assert_equal "$("${SU_EXEC:-build/su-exec}" --help | grep -oE '\b12[0-9]\b')" "$code"
	assert_equal "$(section 'EXIT STATUS' EXAMPLES | sed -n 's/^\.It //p')" "$code"
}

# limit FILE NAME: a number that a header defines.
limit() {
	sed -nE "s/^#define $2 (UINT32_C\()?([0-9]+).*/\2/p" "su-exec/$1"
}

@test "manual page, messages and code name the same limits" {
	local page
	page=$(manual)
	assert_equal "$(limit number.h ID_MAX)" 4294967294
	assert_regex "$(sed -n 's/#define ID_RULE //p' su-exec/number.h)" 'from 0 to 4294967294, digits only, without leading zeros'
	assert_regex "$page" 'A number is a decimal from 0 to 4294967294 without sign, space or leading zero'
	assert_regex "$page" "a name over $(($(limit account.h NAME_SIZE) - 1)) or a home over 4095 bytes"
	assert_regex "$(cat su-exec/account.h)" 'HOME_SIZE PATH_MAX'
	assert_regex "$(cat su-exec/account.h)" 'LINE_BYTES_MAX \(1 << 20\)'
	assert_regex "$page" 'more than 1048576 bytes'
	assert_regex "$page" "is in more than $(limit account.h GROUPS_MAX) groups"
	assert_regex "$(sed -n '/^struct failure/,/^}/p' su-exec/failure.h)" 'text\[512\]'
	assert_regex "$page" 'a message over 511 bytes ends with dots'
}

# The texts of the messages in the sources: what fail() and explain() hold in quotes, as long as a reader would look for.
messages() {
	cat su-exec/{su-exec,identity,account,drop,lock,environment,launch}.c |
		tr '\n\t' '  ' | sed -E 's/" +"//g' |
		grep -oE '(fail|fail_change|refuse_line)\([^;]*;|return ": [^;]*;|define [A-Z_]+ "[^"]*"' |
		grep -oE '"[^"]*"' | grep -E '.{11}' | sed -E 's/^"[:, ]*//; s/[:, ]*"$//' | sort -u
}

@test "the manual page explains each message that the code holds" {
	local page text
	page=$(manual)
	run -0 messages
	assert [ "${#lines[@]}" -gt 35 ]
	for text in "${lines[@]}"; do
		if [[ $page != *"$text"* ]]; then fail "expected in su-exec.8: $text"; fi
	done
}

@test "SECURITY.md names tests that there are, and README.md links to it" {
	local line suite title
	mapfile -t lines < <(sed -nE 's/^\|.*\| ([a-z-]+: .*) \|$/\1/p' SECURITY.md)
	assert [ "${#lines[@]}" -ge 15 ]
	for line in "${lines[@]}"; do
		# A suite, or one of its parts: entrypoint, entrypoint-files.
		suite=tests/${line%%: *}
		title=${line#*: }
		if ! grep -qF -- "$title" "$suite"*.bats; then fail "SECURITY.md: expected a test \"$title\" in $suite*.bats, found none"; fi
	done
	assert_regex "$(cat README.md)" '\(SECURITY\.md\)'
}
