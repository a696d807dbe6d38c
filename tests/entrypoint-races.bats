# An entry point while others work against it: swappers of files, and kill -9.
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

both 'what a killed start left in /etc does not stop the next, and goes' cleans_up_after_kill
cleans_up_after_kill() {
	engine create --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" "$PREFIX-$1" sh -c 'id -un; ls /etc | grep entrypoint || echo "no more"' >/dev/null
	echo half >"$BATS_TEST_TMPDIR/half"
	engine cp "$BATS_TEST_TMPDIR/half" "$NAME:/etc/passwd.entrypoint.1"
	run -0 engine start --attach "$NAME"
	assert_output $'app\nno more'
}

# killed_anywhere KIND LEAST [OPTION]...: starts it again and again, killed a step later each time, at LEAST so many
# times. Each is PID 1 of a pid namespace, so that what it leaves has the name that the next one knows.
killed_anywhere() {
	run -0 run_shell --cap-add SYS_ADMIN "${@:3}" "$PREFIX-$1" -c '
		put_back() {
			rm -rf /data
			cp -p /old/passwd /old/group /etc
			chown -Rh 0:0 /tree
		}
		is_whole() { [ ! -e "$1" ] || cmp -s "$1" "/old/${1##*/}" || cmp -s "$1" "/new/${1##*/}" || echo "$number: $1: neither the old nor the new: $(cat "$1")"; }
		show() { cat /etc/passwd /etc/group /data/own/config; stat -c "%n %a %u:%g" /etc/passwd /etc/group /data/own/* /tree/* /tree/sub/*; ls -A /etc /data/own; }
		mkdir /old /new
		cp -p /etc/passwd /etc/group /old
		put_back
		pid1 0 entrypoint true || exit
		cp -p /etc/passwd /etc/group /usr/share/app/config /new
		show >/new/all 2>&1
		number=1
		while put_back; pid1 "$number" entrypoint true >/dev/shm/said 2>&1; status=$?; [ "$status" -eq 137 ]; do
			is_whole /etc/passwd; is_whole /etc/group; is_whole /data/own/config
			pid1 0 entrypoint true || echo "$number: the next start: $?"
			show >/new/found 2>&1; diff -U 0 /new/all /new/found
			number=$((number + 1))
			[ "$number" -lt 400 ] || exit 9
		done
		[ "$number" -gt '"$2"' ] || echo "killed $((number - 1)) times only"
		echo "at last: $status"'
	assert_output 'at last: 0'
}

both 'killed before any change of a file, it leaves passwd and group whole; the next start mends all' killed_at_accounts
killed_at_accounts() {
	killed_anywhere "$1" 10
}

both 'killed before any change of a file, it leaves the seed whole; the next start mends all' killed_at_files
killed_at_files() {
	killed_anywhere "$1" 10 --env USER_ID=2000 --env ENTRYPOINT_OWN=/data/own:/tree --env ENTRYPOINT_SEED=/usr/share/app/config:/data/own/config
}

# The user swaps what the entry point works on with links to what is root's.
# Bounded by rounds and by seconds. Prints how many starts went through; then what changed outside, which is nothing.
SWAPS='
	mkdir -p /outside/d /data/dir/d /data/tree/sub
	echo outside >/outside/f; echo deep >/outside/d/g; chmod 600 /outside/f
	touch /data/dir/f /data/dir/d/g /data/tree/sub/f /data/tree/file
	ln -s /outside /data/link; ln -s /outside /data/tree/link; ln -s /outside/f /data/tree/file-link
	chown -h 1000:1000 /data /data/tree
	look() { find /outside -exec stat -c "%n %a %u:%g %i %s %y" {} +; cat /outside/f /outside/d/g; }
	look >/dev/shm/before
	mkfifo /dev/shm/said
	swapper 1000 /data/dir /data/link /data/tree/sub /data/tree/link /data/tree/file /data/tree/file-link >/dev/shm/said &
	read -r said </dev/shm/said; [ "$said" = ready ] || exit 9
	end=$(($(date +%s) + SECONDS_MOST)) round=0 fine=0
	while [ "$round" -lt "$ROUNDS" ] && [ "$(date +%s)" -lt "$end" ]; do
		round=$((round + 1))
		find /data/dir /data/tree -exec chown -h 0:0 {} + 2>/dev/null
		chown 1000:1000 /data/tree
		try 2>/dev/null && fine=$((fine + 1))
		[ -z "${UNTIL_CHANGED-}" ] || look | cmp -s /dev/shm/before - || break
	done
	kill $!
	echo "of $round rounds $fine went through"
	look | diff /dev/shm/before -'

both 'whoever swaps directories and files for links meanwhile leads it nowhere outside' swapped
swapped() {
	run -0 run_shell --env ROUNDS=500 --env SECONDS_MOST=15 --env ENTRYPOINT_SEED=/usr/share/app/config:/data/dir/seed "$PREFIX-$1" -c "
		try() { ENTRYPOINT_OWN=/data/tree:/data/dir:/data/dir/new-\$round entrypoint true; }$SWAPS"
	assert_output --regexp '^of [0-9]{2,} rounds [0-9]+ went through$'
}

@test "the same swapper does lead a walk by path outside" {
	run -1 run_shell --env ROUNDS=2000 --env SECONDS_MOST=60 --env UNTIL_CHANGED=1 "$PREFIX-sh" -c "
		try() { find /data/dir /data/tree -exec chown -h 1000:1000 {} +; }$SWAPS"
	assert_line --partial ' 1000:1000 '
}
