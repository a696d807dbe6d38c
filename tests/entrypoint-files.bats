# What an entry point does to files: directories, the seed, and the same again at a restart.
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

## Directories

both 'a directory is made with its parents: owned by the user, less the mask; the parents stay root'\''s' makes_directories
makes_directories() {
	run_entrypoint 0 "$1" --env ENTRYPOINT_OWN=/srv/a/b:/srv/c -- sh -c 'stat -c "%n %u:%g %a" /srv/a /srv/a/b /srv/c; touch /srv/a/b/x /srv/c/x'
	assert_output '/srv/a 0:0 755
/srv/a/b 1000:1000 750
/srv/c 1000:1000 750'
}

both 'UMASK is the mask of what is made, of the seed too' masks_what_is_made
masks_what_is_made() {
	run_entrypoint 0 "$1" --env UMASK=077 --env ENTRYPOINT_OWN=/srv/a/b --env ENTRYPOINT_SEED=/usr/share/app/config:/srv/a/b/config -- \
		stat -c '%n %a' /srv/a /srv/a/b /srv/a/b/config
	assert_output '/srv/a 755
/srv/a/b 700
/srv/a/b/config 600'
}

both 'an ENTRYPOINT_OWN or ENTRYPOINT_SEED that is empty is none' empty_is_none
empty_is_none() {
	run_entrypoint 0 "$1" --env ENTRYPOINT_OWN= --env ENTRYPOINT_SEED= -- id -u
	assert_output 1000
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

both 'a mount of the same disk, or of a file, is left alone too, and so is one with a blank or a wildcard in its name' same_disk
same_disk() {
	run -0 run_shell --cap-add SYS_ADMIN --security-opt apparmor=unconfined --env ENTRYPOINT_OWN='/da ta' "$PREFIX-$1" -c '
		mkdir -p "/da ta/i n*er" "/da ta/sub/[x]" && touch "/da ta/file" "/da ta/i n*er/hidden" &&
			mount --bind /elsewhere "/da ta/i n*er" && mount --bind /elsewhere "/da ta/sub/[x]" && mount --bind /elsewhere/file "/da ta/file" || exit
		entrypoint find "/da ta" -exec stat -c "%n %u:%g" {} +'
	assert_output '/da ta 1000:1000
/da ta/i n*er 0:0
/da ta/i n*er/file 0:0
/da ta/sub 1000:1000
/da ta/sub/[x] 0:0
/da ta/sub/[x]/file 0:0
/da ta/file 0:0'
}

both 'a file is given away whatever bytes its name has' odd_names
odd_names() {
	run -0 run_shell --tmpfs /data --env ENTRYPOINT_OWN=/data "$PREFIX-$1" -c '
		cd /data && made=0 || exit
		for name in "new
line" -rf -- -exec "$(printf "\\377\\376")" "$(printf "a\\033[31m")" " a  b " "*" "?" "[x]" "\\" "\\n" "\"" "'\''" "\$(touch x)" "\`touch x\`" ";" "{}" "\${1}" ... \
			"$(seq -s . 200 | cut -c 1-255)"; do
			mkdir "./$name" && touch "./$name/$name" && made=$((made + 1)) || exit
		done
		find . | sort >/dev/shm/before
		entrypoint true
		find . | sort | diff /dev/shm/before -
		echo "of $made $(find . -type f -user 1000 -group 1000 -exec echo x \; | wc -l) and $(find . -mindepth 1 -type d -user 1000 -group 1000 -exec echo x \; | wc -l)"'
	assert_output 'of 21 21 and 21'
}

both 'a hard link is a file like any other, which is why Linux lets no user make one to what is not its own' hard_links
hard_links() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data "$PREFIX-$1" -c '
		mkdir /data && touch /roots && ln /roots /data/by-root && entrypoint stat -c "%n %u:%g" /data/by-root /roots
		touch /closed && chmod 600 /closed && su-exec 1000:1000 ln /closed /data/by-user 2>/dev/null; cat /proc/sys/fs/protected_hardlinks
		entrypoint stat -c "%n %u:%g" /closed'
	if [[ ${lines[2]} == 0 ]]; then skip 'not on this host: fs.protected_hardlinks is 0'; fi
	assert_output '/data/by-root 1000:1000
/roots 1000:1000
1
/closed 0:0'
}

both 'a link at the name of the seed or of its new file leads nowhere' linked_seed
linked_seed() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/config "$PREFIX-$1" -c '
		mkdir /data && echo mine >/outside && ln -s /outside /data/config.entrypoint
		entrypoint cat /data/config
		cat /outside; stat -c %u /outside; ls -A /data'
	assert_output 'key = 1
mine
0
config'
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

both 'on a full disk the seed is an error, and leaves nothing' full_disk_of_seed
full_disk_of_seed() {
	run -0 run_shell --tmpfs /data:size=64k --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/tmp/large:/data/seeded "$PREFIX-$1" -c '
		head -c 100000 /dev/zero >/tmp/large; entrypoint true 2>&1; echo "exit $?"; ls -A /data'
	assert_line --index 0 --regexp '^entrypoint: ENTRYPOINT_SEED: /data/seeded: .*No space left on device'
	assert_equal "${lines[*]:1}" 'exit 125'
}

both 'on a full disk passwd and group stay whole, and it is an error' full_disk_of_accounts
full_disk_of_accounts() {
	run -0 run_shell --tmpfs /etc:size=64k "$PREFIX-$1" -c '
		echo root:x:0:0::/root:/bin/sh >/etc/passwd; echo root:x:0: >/etc/group
		cat /dev/zero >/etc/full 2>/dev/null
		ls -A /etc >/dev/shm/before; cat /etc/passwd /etc/group >>/dev/shm/before
		entrypoint true 2>&1; echo "exit $?"
		ls -A /etc >/dev/shm/after; cat /etc/passwd /etc/group >>/dev/shm/after; diff /dev/shm/before /dev/shm/after'
	assert_line --index 0 --regexp '^entrypoint: /etc/group: .*No space left on device'
	assert_equal "${lines[*]:1}" 'exit 125'
}

both 'a limit of file sizes is an error, and leaves nothing' size_limit
size_limit() {
	run -0 run_shell "$PREFIX-$1" -c '
		look() { ls -A /etc; cat /etc/passwd /etc/group; }
		look >/dev/shm/before
		(ulimit -f 0; entrypoint true) 2>&1 | cat
		look >/dev/shm/after; diff /dev/shm/before /dev/shm/after'
	assert_line --index 0 --regexp '^entrypoint: /etc/group: '
	assert_equal "${#lines[@]} lines: $output" "1 lines: $output"
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/usr/share/app/config:/data/seeded "$PREFIX-$1" -c '
		entrypoint true
		rm /data/seeded; (ulimit -f 0; entrypoint true) 2>&1 | cat; ls -A /data
		(ulimit -f 1; entrypoint sh -c "grep SigBlk /proc/self/status")'
	assert_line --index 0 --regexp '^entrypoint: ENTRYPOINT_SEED: /data/seeded: '
	assert_equal "${lines[*]:1}" $'SigBlk:\t0000000000000000'
}

only c 'a template that root without capabilities cannot see is judged as the user' hidden_template
hidden_template() {
	local deep
	local -a few=(--cap-drop ALL --cap-add SETUID --cap-add SETGID --cap-add CHOWN --volume "$NAME:/data" --env USER_ID=1000)
	deep=$(printf "/$(printf 'd%.0s' {1..200})%.0s" {1..20})
	deep=/data$deep/$(printf 'f%.0s' {1..69})
	run_shell --volume "$NAME:/data" "$PREFIX-$1" -c 'mkdir /data/own && cd /data/own && mkfifo pipe && ln -s /dev/zero device && echo 1 >file &&
		mkdir -p "${1%/*}" && chown -R 1000:1000 /data && chmod 700 /data' sh "$deep"
	for template in pipe device; do
		run_entrypoint 125 "$1" "${few[@]}" --env ENTRYPOINT_SEED="/data/own/$template:/data/seeded" -- true
		assert_equal "$stderr" "entrypoint: ENTRYPOINT_SEED: must have a regular file as template, not \"/data/own/$template\""
		remove_container
	done
	assert_equal "${#deep}" 4095
	run_entrypoint 125 "$1" "${few[@]}" --env ENTRYPOINT_SEED="/data/own/file:$deep" -- true
	assert_equal "$stderr" 'entrypoint: ENTRYPOINT_SEED: too long: the target must be at most 4084 bytes, its name 244'
}

both 'a template that its owner may not write to is copied with its mode' read_only_seed
read_only_seed() {
	run -0 run_shell --env ENTRYPOINT_OWN=/data --env ENTRYPOINT_SEED=/template:/data/config "$PREFIX-$1" -c '
		echo mine >/template && chmod 444 /template
		entrypoint stat -c "%u:%g %a %s" /data/config'
	assert_output '1000:1000 440 5'
}

## Again and again

both 'ten starts more change nothing: not a byte, not a time of any file' restarts
restarts() {
	local first
	engine create --name "$NAME" --label "plimsoll.run=$PLIMSOLL_RUN" --volume "$NAME:/data" --volume "$NAME-inner:/tree" --env ENTRYPOINT_OWN=/data:/tree:/data/sub/new \
		--env ENTRYPOINT_SEED=/usr/share/app/config:/data/config "$PREFIX-$1" \
		sh -c 'cat /etc/passwd; snapshot /data /tree; exit 3' >/dev/null
	start
	assert_line app:x:1000:1000::/:/sbin/nologin
	assert_line --regexp '^/data/config 81a0 1000:1000 '
	# An overlay in user space tells a new file's number and time of change as they were before its last step.
	first=$(without_number_and_change)
	start
	same_files "$first" "$(without_number_and_change)"
	first=$output
	for _ in {3..11}; do
		start
		same_files "$first" "$output"
	done
}

start() {
	run -3 engine start --attach "$NAME"
}

without_number_and_change() {
	sed -E 's/ [0-9]+( [0-9]+ [0-9]+ [-0-9]+ [0-9:.]+ [-+0-9]+) [-0-9]+ [0-9:.]+ [-+0-9]+$/\1/' <<<"$output"
}

# same_files EXPECTED FOUND: fails with the lines that do; they are too many to print.
same_files() {
	local found
	if ! found=$(diff <(printf '%s' "$1") <(printf '%s' "$2")); then
		fail "expected the same files as before, found: $found"
	fi
}

# What a start costs where all is right: calls for each of 100,000 files, and none that changes an owner.
both 'a directory of 100,000 files that is right already costs the walk and no more' only_walks
only_walks() {
	local total
	run -0 run_shell --tmpfs /data --env ENTRYPOINT_OWN=/data "$PREFIX-$1" -c '
		for number in $(seq 100); do mkdir "/data/$number" && cd "/data/$number" && seq 1000 | xargs touch || exit; done
		chown -R 1000:1000 /data
		entrypoint true && strace -f -c -o /dev/shm/calls entrypoint true && cat /dev/shm/calls'
	refute_line --regexp ' l?f?chown(at)?$'
	total=$(awk '$NF == "total" {print $4}' <<<"$output")
	assert [ "$total" -gt 100000 ]
	assert [ "$total" -lt 110000 ]
}
