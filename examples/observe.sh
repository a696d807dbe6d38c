# shellcheck shell=bash
# What an image shows when it is looked at and run. Sourced, after bases/engine.sh, by the table and by the tests.
# Everything made here carries the label plimsoll.run=$PLIMSOLL_RUN; remove_run removes just that.
#
# image_size IMAGE                 bytes, as the engine counts them
# image_layers IMAGE               how many it adds to its base
# image_base IMAGE                 which variable of .env names the base it stands on; SCRATCH for none
# run_service IMAGE [OPTION]...    starts it, waits until it is healthy; prints the container's id
# probe CONTAINER COMMAND...       runs a busybox applet in a running container, whatever the image holds
# pid1_user CONTAINER              uid:gid of PID 1, as the kernel sees it
# pid1_exe CONTAINER               the program that PID 1 is
# can_run CONTAINER PROGRAM...      prints true or false: whether PROGRAM, the image's own, can be run in it
# entrypoint_kind CONTAINER        none, script or c (a binary)
# has_healthcheck IMAGE            prints true or false
# can_be_caged IMAGE               prints true or false: whether it turns healthy with all of CAGE
# stop_service CONTAINER [SIGNAL]  sends TERM; prints "MILLISECONDS EXIT"
# remove_run                       removes this run's containers, volumes, networks and images

PLIMSOLL_RUN=${PLIMSOLL_RUN:-$(head -c 8 /proc/sys/kernel/random/uuid)}
export PLIMSOLL_RUN
PROBE=plimsoll-probe-$PLIMSOLL_RUN

# What a careful host allows: nothing but a volume for the data, and a place for temporary files in memory.
CAGE=(--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp --volume /var/lib/app)

image_size() {
	engine image inspect --format '{{.Size}}' "$1"
}

image_layers() {
	local base
	base=$(image_base "$1")
	printf '%d' $(($(count_layers "$1") - $(if [[ $base == SCRATCH ]]; then echo 0; else count_layers "${!base}"; fi)))
}

count_layers() {
	engine image inspect --format '{{len .RootFS.Layers}}' "$1"
}

# The longest of the bases whose layers the image begins with.
image_base() {
	local layers base best=SCRATCH length=0
	layers=$(engine image inspect --format '{{json .RootFS.Layers}}' "$1")
	for base in DEBIAN_IMAGE RUST_IMAGE RUST_SLIM_IMAGE CC_IMAGE CC_DEBUG_IMAGE STATIC_IMAGE; do
		local own n
		own=$(engine image inspect --format '{{json .RootFS.Layers}}' "${!base}" 2>/dev/null) || continue
		n=$(jq -n --argjson all "$layers" --argjson base "$own" \
			'if $all[:($base | length)] == $base then ($base | length) else 0 end')
		if ((n > length)); then
			best=$base
			length=$n
		fi
	done
	printf '%s' "$best"
}

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

can_run() {
	local status=0
	run_in "$@" >/dev/null 2>&1 || status=$?
	case $status in
	0) echo true ;;
	126 | 127) echo false ;;
	*)
		printf 'plimsoll: %s: %s: neither run nor missing: exit %d\n' "$1" "${*:2}" "$status" >&2
		return 1
		;;
	esac
}

entrypoint_kind() {
	local path
	path=$(engine inspect --format '{{if .Config.Entrypoint}}{{index .Config.Entrypoint 0}}{{end}}' "$1") || return
	if [[ -z $path ]]; then
		echo none
	elif [[ $(probe "$1" head -c 2 "$path") == '#!' ]]; then
		echo script
	else
		echo c
	fi
}

can_be_caged() {
	local container healthy=false
	container=$(start_service "$1" "${CAGE[@]}") || return
	if await_health "$container" 2>/dev/null; then healthy=true; fi
	engine rm --force --volumes "$container" >/dev/null
	echo "$healthy"
}

has_healthcheck() {
	engine image inspect --format '{{if .Config.Healthcheck}}true{{else}}false{{end}}' "$1"
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
