# su-exec beside its peers, in containers: the tables of gosu and moby, run against gosu and su-exec side by side;
# every row of su-exec(8), DIFFERENCES; Containerfiles that were written for ncopa's su-exec and for gosu.
# shellcheck disable=SC2154  # output, lines, stderr and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for the shell in the container
# shellcheck disable=SC2030,SC2031  # each test is a subshell, as it should be

bats_require_minimum_version 1.11.0

TABLES=tests/fixtures/su-exec-peers

setup_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
	build_su_exec_image
}

teardown_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
	remove_su_exec_image
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
	DROPIN=$IMAGE-dropin-$BATS_TEST_NUMBER
}

teardown() {
	remove_containers
	if [[ $(engine image ls --quiet "$DROPIN") ]]; then engine image rm --force "$DROPIN" >/dev/null; fi
}

# read_table NAME: its rows without blanks around the columns, "SPEC|SU-EXEC|GOSU|DIFFERENCE".
read_table() {
	grep '^"' "$TABLES/$1.table" | sed -E 's/ *\| */|/g; s/ +$//'
}

# assert_table NAME [PREPARE]: su-exec and gosu each do with each spec what the table says. PREPARE runs before, in
# the container.
assert_table() {
	read_table "$1" | awk -F'|' '{ print $1 "|" $2 "|" ($3 == "" ? $2 : $3) }' >"$BATS_TEST_TMPDIR/expected"
	assert [ -s "$BATS_TEST_TMPDIR/expected" ]
	sed 's/^"\(.*\)"|.*|.*/\1/' "$BATS_TEST_TMPDIR/expected" | in_container --interactive -- sh -euc "${2:-}"'
		cat >/tmp/specs
		/peers/outcomes.sh su-exec 125 </tmp/specs >/tmp/ours
		/peers/outcomes.sh gosu 1 </tmp/specs >/tmp/theirs
		sed "s/.*/\"&\"/" /tmp/specs | paste -d "|" - /tmp/ours /tmp/theirs' >"$BATS_TEST_TMPDIR/found"
	run -0 diff --unified "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/found"
}

@test "gosu's table, and what the peers get wrong" {
	assert_table gosu
}

@test "moby's table: doubled names and ids, a group of 7,500 members, numbers around 2^31 and 2^63" {
	assert_table moby '
		cp /peers/moby.passwd /etc/passwd
		{ cat /peers/moby.group; printf "largegroup:x:1000:"; seq -f user%g 0 7499 | paste -sd,; } >/etc/group;'
}

@test "moby's table without passwd and group" {
	assert_table nofiles 'rm /etc/passwd /etc/group;'
}

@test "lines of passwd and group that are malformed, or of NIS" {
	assert_table broken 'cp /peers/broken.passwd /etc/passwd; cp /peers/broken.group /etc/group;'
}

# The rows of the man page's table.
man_rows() {
	sed -n '/^\.Sh DIFFERENCES/,/^\.Sh CAVEATS/ s/^\.It //p' su-exec/su-exec.8 | sort
}

@test "each row of the man page's differences has a test of that name, and each test a row" {
	run -0 man_rows
	assert [ "${#lines[@]}" -ge 14 ]
	assert_equal "$(sed -n 's/^@test "difference: \(.*\)" {$/\1/p' "$BATS_TEST_FILENAME" | sort)" "$output"
}

@test "each difference that a table shows is a row of the man page" {
	local table
	for table in gosu moby nofiles broken; do
		run -0 comm -13 <(man_rows) <(read_table "$table" | awk -F'|' '$4 != "" { print $4 }' | sort -u)
		assert_output ''
		# A row in which both do the same names no difference, and one in which they don't names its own.
		run -0 awk -F'|' '($3 == "") != ($4 == "") || $2 == $3' <(read_table "$table")
		assert_output ''
	done
}

# assert_tabled DIFFERENCE COUNT: so many specs of the tables show it; the tests of the tables run them.
assert_tabled() {
	run -0 awk -F'|' -v row="$1" '$4 == row' <(for table in gosu moby nofiles broken; do read_table "$table"; done)
	assert_equal "${#lines[@]} specs" "$2 specs"
}

# assert_differs EXPECTED SCRIPT: the script's output, with gosu and with su-exec as $drop: "gosu: …" and "su-exec: …".
assert_differs() {
	run -0 in_container "${OPTIONS[@]}" -- sh -c 'for drop in gosu su-exec; do echo "$drop: $('"$2"')"; done'
	assert_output "$1"
}
OPTIONS=()

@test "difference: Numbers" {
	assert_tabled Numbers 5
}

@test "difference: Ids above 2147483647" {
	assert_tabled 'Ids above 2147483647' 4
}

@test "difference: An empty spec" {
	assert_tabled 'An empty spec' 3
}

@test "difference: An empty part" {
	assert_tabled 'An empty part' 4
}

@test "difference: A third field" {
	assert_tabled 'A third field' 1
}

@test "difference: An unknown uid without a group" {
	assert_tabled 'An unknown uid without a group' 4
}

@test "difference: Malformed lines" {
	assert_tabled 'Malformed lines' 9
}

@test "difference: Lines of NIS" {
	assert_tabled 'Lines of NIS' 3
	assert_differs $'gosu: 7\nsu-exec: ' 'echo "-x:x:7:7::/:" >>/etc/passwd; $drop -x id -u 2>/dev/null'
}

@test "difference: HOME" {
	assert_tabled HOME 1
}

@test "difference: USER and LOGNAME" {
	OPTIONS=(--env USER=caller --env LOGNAME=caller)
	assert_differs $'gosu: caller caller\nsu-exec: games games' '$drop games sh -c "echo \$USER \$LOGNAME"'
	assert_differs $'gosu: caller caller\nsu-exec: unset unset' '$drop 1500:1500 sh -c "echo \${USER-unset} \${LOGNAME-unset}"'
}

@test "difference: Exit status" {
	assert_differs $'gosu: 1\nsu-exec: 125' '$drop bogus true 2>/dev/null; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 125' '$drop games 2>/dev/null; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 126' '$drop games /etc/passwd 2>/dev/null; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 127' '$drop games no-such-program 2>/dev/null; echo $?'
	assert_differs $'gosu: 42\nsu-exec: 42' '$drop games sh -c "exit 42"; echo $?'
}

@test "difference: The group list" {
	# ncopa's holds the gid, as caller that is to be the same; gosu's is empty too.
	assert_differs $'gosu: Groups:\t \nsu-exec: Groups:\t ' '$drop games:daemon grep ^Groups /proc/self/status'
	assert_differs $'gosu: 1\nsu-exec: 1' '$drop games:daemon id -G'
}

@test "difference: Options" {
	assert_differs $'gosu: 0\nsu-exec: 0' '$drop --help >/dev/null; echo $?'
	assert_differs $'gosu: 0\nsu-exec: 0' '$drop --version >/dev/null; echo $?'
	assert_differs $'gosu: 0\nsu-exec: 125' '$drop -h >/dev/null 2>&1; echo $?'
	assert_differs $'gosu: 0\nsu-exec: 125' '$drop -v >/dev/null 2>&1; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 0' '$drop -- games true 2>/dev/null; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 0' '$drop --lock games true 2>/dev/null; echo $?'
}

@test "difference: Capabilities" {
	local set='setpriv --inh-caps +kill --ambient-caps +kill'
	assert_differs $'gosu: CapInh:\t0000000000000020\nsu-exec: CapInh:\t0000000000000000' "$set "'$drop games grep CapInh /proc/self/status'
	# As root, ambient ones stay as well.
	assert_differs $'gosu: CapAmb:\t0000000000000020\nsu-exec: CapAmb:\t0000000000000000' "$set "'$drop root grep CapAmb /proc/self/status'
	# With no_setuid_fixup the drop itself leaves them.
	assert_differs $'gosu: CapEff:\t0000000000000020\nsu-exec: CapEff:\t0000000000000000' \
		"$set --securebits +no_setuid_fixup "'$drop games grep CapEff /proc/self/status'
}

@test "difference: Setuid file" {
	OPTIONS=(--env "GOSU_PLEASE_LET_ME_BE_COMPLETELY_INSECURE_I_GET_TO_KEEP_ALL_THE_PIECES=I've seen things you people wouldn't believe. Attack ships on fire off the shoulder of Orion. I watched C-beams glitter in the dark near the Tannhäuser Gate. All those moments will be lost in time, like tears in rain. Time to die.")
	assert_differs $'gosu: 0\nsu-exec: ' \
		'cp /usr/local/bin/$drop /tmp/copy; chmod 4755 /tmp/copy; setpriv --reuid 1500 --regid 1500 --clear-groups /tmp/copy root id -u 2>/dev/null'
	OPTIONS=()
	assert_differs $'gosu: 1\nsu-exec: 125' 'cp /usr/local/bin/$drop /tmp/copy; chmod 4755 /tmp/copy; /tmp/copy root true 2>/dev/null; echo $?'
	assert_differs $'gosu: 1\nsu-exec: 125' 'cp /usr/local/bin/$drop /tmp/copy; chmod 2755 /tmp/copy; /tmp/copy root true 2>/dev/null; echo $?'
}

@test "difference: Becoming what one is" {
	assert_differs $'gosu: \nsu-exec: 5' '$drop games $drop games id -u 2>/dev/null'
	OPTIONS=(--user 1500:1500)
	assert_differs $'gosu: \nsu-exec: 1500' '$drop 1500:1500 id -u 2>/dev/null'
}

@test "difference: Name services" {
	# ncopa's, built with glibc, would ask them; gosu reads the files, as here.
	run -0 in_container -- sh -c 'printf "passwd: none\ngroup: none\n" >/etc/nsswitch.conf; getent passwd games || echo unknown; su-exec games id -u'
	assert_output $'unknown\n5'
}

@test "difference: A script without a #! line" {
	# ncopa's, built with glibc, has /bin/sh run it; gosu refuses it too.
	run -0 in_container -- sh -c 'exec 2>&1; echo "echo ran" >/tmp/script; chmod 755 /tmp/script; gosu games /tmp/script; echo $?; su-exec games /tmp/script; echo $?'
	assert_line --index 1 1
	assert_line --index 2 --partial 'su-exec: /tmp/script: Exec format error: neither a program for this machine nor a script with a #! line'
	assert_line --index 3 126
}

@test "what setpriv and chroot get wrong: numbers that wrap around, names before numbers, the caller's groups" {
	run -0 in_container -- sh -c 'exec 2>&1; setpriv --reuid 4294967296 id -u; su-exec 4294967296:4294967296 id -u; echo $?'
	assert_line --index 0 0
	assert_line --index 1 --regexp '^su-exec: 4294967296: not a uid: '
	assert_line --index 2 125
	# A user whose name is a number: chroot takes the name, su-exec the number.
	run -0 in_container -- sh -c 'echo "1500:x:0:0::/:" >>/etc/passwd; chroot --userspec=1500:1500 / id -u; su-exec 1500:1500 id -u'
	assert_output $'0\n1500'
	# setpriv, told nothing of groups, refuses to guess; told to keep them, it keeps root's.
	run -0 in_container -- sh -c 'setpriv --reuid games --regid games --keep-groups id -G; su-exec games id -G'
	assert_output $'60 0\n60 100'
	# chroot leaves HOME.
	run -0 in_container --env HOME=/root -- sh -c 'chroot --userspec=games / sh -c "echo \$HOME"; su-exec games sh -c "echo \$HOME"'
	assert_output $'/root\n/usr/games'
}

# start_detached COMMAND...: a container of IMAGE, or of $FROM, that stays.
start_detached() {
	engine run --detach --network none --label "plimsoll.run=$PLIMSOLL_RUN" --name "$(container_name)" "${FROM:-$IMAGE}" "$@" >/dev/null
}

# The processes of that container, as the engine counts them: "UID COMMAND" each.
top() {
	engine top "$(container_name)" -o pid,uid,args | awk 'NR > 1 { $1 = ""; sub(/^ /, ""); print }'
}

@test "docker top shows exactly one process, the program's" {
	local spec
	for spec in root games 1000:1000 games:daemon; do
		start_detached su-exec "$spec" sleep 1000
		run -0 top
		assert_output "$(uid_of "$spec") sleep 1000"
		remove_containers
	done
}

uid_of() {
	case $1 in
	root) echo 0 ;;
	games*) echo 5 ;;
	*) echo "${1%:*}" ;;
	esac
}

# build_dropin KIND PROGRAM: the image of that Containerfile, with PROGRAM as what it copies.
build_dropin() {
	local context=$BATS_TEST_TMPDIR/context
	rm -rf "$context"
	cp -r "tests/fixtures/su-exec-dropin/$1" "$context"
	cp "$2" "$context/$1"
	FROM=$DROPIN
	engine build --quiet --force-rm --build-arg DEBIAN_IMAGE="$DEBIAN_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" \
		--tag "$DROPIN" --file "$context/Containerfile" "$context" >&2
}

# What a container of such an image shows: its one process, that process's ids and variables, and whose the files are.
describe_dropin() {
	start_detached
	local deadline=$((SECONDS + 20))
	until [[ $(top) == *' sleep 1000' && $(top) != *entrypoint* ]]; do
		if ((SECONDS > deadline)); then fail "expected sleep within 20 s, found: $(top)"; fi
		sleep 0.1
	done
	top
	engine exec "$(container_name)" sh -c '
		grep -E "^(Uid|Gid):" /proc/1/status
		stat --format "%u:%g %n" /data/of-root'
	engine exec --user 999:999 "$(container_name)" sh -c 'tr "\0" "\n" </proc/1/environ | grep -E "^HOME="; readlink /proc/1/cwd'
	engine logs "$(container_name)"
	remove_containers
}

in_dropin() {
	IMAGE=$DROPIN in_container "$@"
}

@test "a Containerfile for ncopa's su-exec works unchanged" {
	build_dropin su-exec "${SU_EXEC:-build/su-exec}"
	run -0 describe_dropin
	assert_output '999 sleep 1000
Uid:	999	999	999	999
Gid:	999	999	999	999
999:0 /data/of-root
HOME=/data
/data'
	run -0 in_dropin -- id
	assert_output 'uid=999(cache) gid=999(cache) groups=999(cache),100(users)'
	run -7 in_dropin -- sh -c 'exit 7'
	run -0 in_dropin --user 1500:1500 -- id -u
	assert_output 1500
}

@test "a Containerfile for gosu works unchanged, and as with gosu" {
	local theirs id
	build_dropin gosu /usr/sbin/gosu
	theirs=$(describe_dropin)
	assert_regex "$theirs" '^999 sleep 1000'
	run -0 in_dropin -- id
	id=$output
	build_dropin gosu "${SU_EXEC:-build/su-exec}"
	run -0 describe_dropin
	assert_output "$theirs"
	run -0 in_dropin -- id
	assert_output "$id"
	run -7 in_dropin -- sh -c 'exit 7'
}

@test "gosu as the name of a link works" {
	run -0 in_container -- sh -c 'exec 2>&1; ln -sf su-exec /usr/local/bin/gosu; gosu --version; gosu nobody id -u; gosu bogus true; echo $?'
	assert_line --index 0 --regexp '^su-exec [0-9.]+$'
	assert_line --index 1 65534
	assert_line --index 2 'su-exec: bogus: no such user in /etc/passwd'
	assert_line --index 3 125
}
