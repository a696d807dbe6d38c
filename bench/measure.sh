#!/usr/bin/env bash
# The part of bench.sh that measures, in a container of its own: in a root made for it, on a plain file system, so that
# ours and the peers differ in nothing but themselves. Prints one JSON object.
#
# Usage: bench/measure.sh ROUNDS
# Needs the capabilities SYS_ADMIN (chroot with /proc, PID namespaces) and SYS_PTRACE (memory of other users' processes).
set -Eeuo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

ROOT=/bench/root
PEERS=(gosu setpriv chroot tini tini-static dumb-init catatonit)
# The copy shows how far one init differs from itself.
INITS=(entrypoint tini tini-copy tini-static dumb-init catatonit)
# Not from Debian: whoever has its source puts it there, and gets a row more.
NCOPA=build/peers/su-exec.c

main() {
	local rounds=$1
	load=$(load_average)
	make_root
	say 'dropping privileges'
	drop=$(measure_drop "$rounds")
	say 'dropping privileges, with a long passwd'
	long=$(measure_long "$((rounds / 20))")
	say 'starting a container'
	start=$(measure_start "$((rounds / 10))")
	say 'starting below an init'
	init_start=$(measure_init_start "$((rounds / 2))")
	say 'signals and orphans'
	inits=$(measure_inits "$((rounds / 2))")
	say 'memory'
	memory=$(measure_memory)
	jq --null-input --arg before "$load" --arg after "$(load_average)" --argjson rounds "$rounds" --argjson versions "$(versions)" --argjson sizes "$(sizes)" \
		--argjson drop "$drop" --argjson long "$long" --argjson start "$start" --argjson init_start "$init_start" \
		--argjson inits "$inits" --argjson memory "$memory" \
		'{load: [$before, $after], $rounds, $versions, $sizes, $drop, $long, $start, $init_start, $inits, $memory}'
}

say() {
	printf 'bench: %s\n' "$1" >&2
}

load_average() {
	cut -d ' ' -f 1 /proc/loadavg
}

## The root

make_root() {
	local program
	mkdir -p "$ROOT"/{bin,dev,etc/before,proc} "$ROOT/var/lib/app"
	cp /bin/busybox "$ROOT/bin"
	chroot "$ROOT" /bin/busybox --install -s /bin
	for program in "${PEERS[@]}"; do add_peer "$(command -v "$program")"; done
	cp "$ROOT/bin/tini" "$ROOT/bin/tini-copy"
	cp --remove-destination build/su-exec build/entrypoint entrypoint/entrypoint.sh build/bench/{floor,rounds,below,peak} "$ROOT/bin"
	if [[ -e $NCOPA ]]; then musl-gcc -O2 -static -s -o "$ROOT/bin/ncopa-su-exec" "$NCOPA"; fi
	cp /etc/{passwd,group,nsswitch.conf,ld.so.cache} "$ROOT/etc"
	cp /etc/{passwd,group} "$ROOT/etc/before"
	write_passwd 10 >"$ROOT/etc/before/passwd.10"
	write_passwd 100000 >"$ROOT/etc/before/passwd.100000"
	printf '#!/bin/sh\ncp /etc/before/passwd /etc/before/group /etc/\n' >"$ROOT/bin/restore-accounts"
	chmod 0755 "$ROOT/bin/restore-accounts"
	chown 1000:1000 "$ROOT/var/lib/app"
	mount -t proc proc "$ROOT/proc"
	mount --bind /dev "$ROOT/dev"
	sync --file-system "$ROOT" # or pages of the files would count as dirty ones of who runs them
}

# write_passwd LINES: the last of them is that of the user "last".
write_passwd() {
	head -n 9 /etc/passwd
	for ((i = 2010; i < $1 + 2000; i++)); do printf 'user%d:x:%d:%d:User %d:/home/user%d:/bin/sh\n' "$i" "$i" "$i" "$i" "$i"; done
	printf 'last:x:1000:1000::/:/bin/sh\n'
}

# A program and what it is linked with, which is nothing for a static one.
add_peer() {
	local library
	cp --remove-destination "$1" "$ROOT/bin"
	while read -r library; do
		cp --parents --dereference "$library" "$ROOT"
	done < <(ldd "$1" 2>&1 | grep --only-matching '/[^ ]*' | grep --invert-match ':$')
}

in_root() {
	chroot "$ROOT" /bin/env -i PATH=/bin HOME=/root "$@"
}

versions() {
	dpkg-query --show --showformat '${Package} ${Version}\n' coreutils catatonit dumb-init gosu musl tini util-linux |
		jq --raw-input --slurp 'split("\n") | map(select(. != "") / " " | {(.[0]): .[1]}) | add'
}

sizes() {
	local program
	for program in su-exec entrypoint "${PEERS[@]}" ncopa-su-exec; do
		if [[ -e $ROOT/bin/$program ]]; then stat --format "{\"$program\": %s}" "$ROOT/bin/$program"; fi
	done | jq --slurp add
}

## What is measured

measure_drop() {
	in_root rounds "$1" <<-END | jq --slurp --compact-output .
		floor: /bin/floor /bin/floor
		su-exec: /bin/su-exec games /bin/floor
		su-exec, numbers: /bin/su-exec 5:60 /bin/floor
		su-exec --lock: /bin/su-exec --lock games /bin/floor
		$(if [[ -e $NCOPA ]]; then echo 'ncopa-su-exec: /bin/ncopa-su-exec games /bin/floor'; fi)
		chroot: /bin/chroot --userspec=games / /bin/floor
		setpriv: /bin/setpriv --reuid=games --regid=games --init-groups /bin/floor
		gosu: /bin/gosu games /bin/floor
	END
}

# The last user of 100,000.
measure_long() {
	cp "$ROOT/etc/before/passwd.100000" "$ROOT/etc/passwd"
	in_root rounds "$1" <<-END | jq --slurp --compact-output .
		floor: /bin/floor /bin/floor
		su-exec: /bin/su-exec last /bin/floor
		$(if [[ -e $NCOPA ]]; then echo 'ncopa-su-exec: /bin/ncopa-su-exec last /bin/floor'; fi)
		chroot: /bin/chroot --userspec=last / /bin/floor
		setpriv: /bin/setpriv --reuid=last --regid=1000 --init-groups /bin/floor
		gosu: /bin/gosu last /bin/floor
	END
	in_root restore-accounts
}

# The user is made anew each time.
measure_start() {
	in_root env DEFAULT_USER_ID=1000 ENTRYPOINT_OWN=/var/lib/app rounds --before /bin/restore-accounts "$1" <<-'END' | jq --slurp --compact-output .
		floor: /bin/floor /bin/floor
		entrypoint: /bin/entrypoint /bin/floor
		entrypoint.sh: /bin/entrypoint.sh /bin/floor
	END
	in_root restore-accounts
}

measure_init_start() {
	in_root env USER_ID=0 rounds --pid1 "$1" <<-'END' | jq --slurp --compact-output .
		floor: /bin/floor /bin/floor
		entrypoint: /bin/entrypoint --init /bin/floor
		tini: /bin/tini -- /bin/floor
		tini-static: /bin/tini-static -- /bin/floor
		dumb-init: /bin/dumb-init -- /bin/floor
		catatonit: /bin/catatonit -- /bin/floor
	END
}

# All inits run at once, each in a PID namespace; in each round every one is asked for a figure of each kind,
# and each round begins with another.
measure_inits() {
	local -A asks answers
	local init round i kind nanoseconds
	for init in "${INITS[@]}"; do start_init "$init"; done
	for ((round = 0; round < $1; round++)); do
		for i in "${!INITS[@]}"; do
			init=${INITS[(round + i) % ${#INITS[@]}]}
			for kind in f o; do
				printf %s "$kind" >&"${asks[$init]}"
				read -r -t 10 nanoseconds <&"${answers[$init]}"
				printf '%s %s %s\n' "$init" "$kind" "$nanoseconds"
			done
		done
	done >/bench/samples
	for init in "${INITS[@]}"; do stop_init "$init"; done
	jq --raw-input --slurp --compact-output --argjson memory "$(jq --slurp add /bench/rss.*)" '
		def figures: sort | {fastest: (.[0] / 1000), median: (.[length / 2 | floor] / 1000)};
		split("\n") | map(select(. != "") / " ") | group_by(.[0]) | map({name: .[0][0],
			forward: (map(select(.[1] == "f")[2] | tonumber) | figures),
			reap: (map(select(.[1] == "o")[2] | tonumber) | figures),
			memory: $memory[.[0][0]]})' /bench/samples
}

# The program below answers "ready" once it may be asked.
start_init() {
	local init=$1 ask answer ready
	local -a command=("$init" -- /bin/below)
	if [[ $init == entrypoint ]]; then command=(env USER_ID=1000 entrypoint --init /bin/below); fi
	mkfifo "/bench/ask.$init" "/bench/answer.$init"
	unshare --fork --pid --kill-child chroot "$ROOT" /bin/env -i PATH=/bin "${command[@]}" <"/bench/ask.$init" >"/bench/answer.$init" &
	exec {ask}>"/bench/ask.$init" {answer}<"/bench/answer.$init"
	read -r -t 10 ready <&"$answer"
	[[ $ready == ready ]]
	asks[$init]=$ask answers[$init]=$answer
}

# Its memory first: the pages that it holds, and those that are its alone.
stop_init() {
	local init=$1 ask=${asks[$1]} answer=${answers[$1]} pid
	pid=$(pgrep --full --oldest "^([^ ]*/)?$init (--|--init) /bin/below")
	awk -v init="$init" '/^Rss:/ {rss = $2} /^Private_Dirty:/ {own = $2} END {printf "{\"%s\": {\"rss\": %d, \"own\": %d}}", init, rss, own}' \
		"/proc/$pid/smaps_rollup" >"/bench/rss.$init"
	exec {ask}>&- {answer}<&-
}

# What each holds when it gives up, as there is no such program; the least of ten, as where the stack begins is random.
measure_memory() {
	local lines
	for _ in {1..40}; do
		for lines in 10 100000; do
			cp "$ROOT/etc/before/passwd.$lines" "$ROOT/etc/passwd"
			peak "$lines" su-exec /bin/su-exec last /bin/none
			peak "$lines" entrypoint /bin/entrypoint /bin/none
			peak "$lines" gosu /bin/gosu last /bin/none
		done
	done | jq --slurp --compact-output 'group_by([.name, .lines]) | map(min_by(.kilobytes))'
}

peak() {
	printf '{"name": "%s", "lines": %d, "kilobytes": %d}\n' "$2" "$1" "$(in_root env USER_ID=1000 peak "${@:3}" 2>/dev/null)"
}

main "$@"
