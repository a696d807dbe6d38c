# shellcheck shell=bash
# An image's service, run and looked into. Sourced, after bases/engine.sh, by what makes containers.
# Everything made here carries the label plimsoll.run=$PLIMSOLL_RUN; remove_run removes just that.
#
# run_service IMAGE [OPTION]...    starts it, waits until it is healthy; prints the container's id
# probe CONTAINER COMMAND...       runs a busybox applet in a running container, whatever the image holds
# pid1_user CONTAINER              uid:gid of PID 1, as the kernel sees it
# pid1_exe CONTAINER               the program that PID 1 is
# stop_service CONTAINER [SIGNAL]  sends TERM; prints "MILLISECONDS EXIT"
# remove_run                       removes this run's containers, volumes, networks and images

PLIMSOLL_RUN=${PLIMSOLL_RUN:-$(head -c 8 /proc/sys/kernel/random/uuid)}
export PLIMSOLL_RUN
PROBE=plimsoll-probe-$PLIMSOLL_RUN

# One stopped container whose volume holds a static busybox, for --volumes-from.
make_probe() {
	local folder
	folder=$(mktemp -d)
	cp /bin/busybox "$folder/busybox"
	printf 'FROM scratch\nCOPY busybox /probe/busybox\nVOLUME /probe\nCMD ["/probe/busybox"]\n' >"$folder/Containerfile"
	engine build --quiet --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$PROBE" --file "$folder/Containerfile" "$folder" >/dev/null
	rm -r "$folder"
	engine create --label "plimsoll.run=$PLIMSOLL_RUN" --name "$PROBE" "$PROBE" >/dev/null
}

start_service() {
	local image=$1
	shift
	engine run --detach --label "plimsoll.run=$PLIMSOLL_RUN" --volumes-from "$PROBE:ro" "$@" "$image"
}

# What runs in somebody's container may never end.
run_in() {
	timeout --kill-after=2 10 "${ENGINE:-docker}" exec "$@"
}

# Healthy within 10 seconds, or an error with the service's own words.
await_health() {
	local container=$1 deadline=$((SECONDS + 10)) exe
	until exe=$(pid1_exe "$container" 2>&1) && run_in "$container" "$exe" health >/dev/null 2>&1; do
		if ((SECONDS > deadline)) || [[ $(engine inspect --format '{{.State.Running}}' "$container") != true ]]; then
			printf 'plimsoll: %s: not healthy within 10 s; it said:\n' "$(engine inspect --format '{{.Config.Image}}' "$container")" >&2
			engine logs --tail 20 "$container" 2>&1 | tail -c 4000 | tr -c '[:print:]\n' '?' >&2
			return 1
		fi
		sleep 0.1
	done
}

run_service() {
	local container
	container=$(start_service "$@") || return
	await_health "$container" || return
	printf '%s\n' "$container"
}

probe() {
	local container=$1
	shift
	run_in "$container" /probe/busybox "$@"
}

pid1_user() {
	# shellcheck disable=SC2016  # awk's own fields
	probe "$1" awk '/^Uid:/ {u = $3} /^Gid:/ {g = $3} END {print u ":" g}' /proc/1/status
}

# Asked as PID 1's own user: another one may not read the link without CAP_SYS_PTRACE.
pid1_exe() {
	local user
	user=$(pid1_user "$1") || return
	run_in --user "$user" "$1" /probe/busybox readlink /proc/1/exe
}

stop_service() {
	local container=$1 signal=${2:-TERM} from to
	from=$(date +%s%3N)
	engine kill --signal "$signal" "$container" >/dev/null
	if ! timeout 15 "${ENGINE:-docker}" wait "$container" >/dev/null; then engine kill "$container" >/dev/null; fi
	to=$(date +%s%3N)
	printf '%d %d\n' $((to - from)) "$(engine inspect --format '{{.State.ExitCode}}' "$container")"
}

remove_run() {
	local running
	running=$(jobs -rp)
	# shellcheck disable=SC2086  # a number each: of plimsoll, which removes what it made
	if [[ -n $running ]] && kill $running 2>/dev/null; then wait $running || printf 'plimsoll: interrupted\n' >&2; fi
	remove_where "label=plimsoll.run=$PLIMSOLL_RUN"
	# What compose made for a test has the test's name, and no label of ours.
	remove_where "name=^/?plimsoll-$PLIMSOLL_RUN-"
	engine image ls --quiet --filter "label=plimsoll.run=$PLIMSOLL_RUN" | sort -u | xargs -r "${ENGINE:-docker}" image rm --force >/dev/null
}

remove_where() {
	engine ps --all --quiet --filter "$1" | xargs -r "${ENGINE:-docker}" rm --force --volumes >/dev/null
	engine volume ls --quiet --filter "$1" | xargs -r "${ENGINE:-docker}" volume rm --force >/dev/null
	engine network ls --quiet --filter "$1" | xargs -r "${ENGINE:-docker}" network rm >/dev/null
}
