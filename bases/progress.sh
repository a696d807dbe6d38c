# shellcheck shell=bash
# Runs jobs side by side and shows how far each is. Sourced, not run.

declare -A PIDS=() STARTED=()

say() {
	printf 'bases: %s\n' "$1" >&2
}

# run_jobs FUNCTION ROLE...: runs FUNCTION for each role at once, its output in $WORK/<role>.log.
# Returns 0 when all are done. Sets FAILED to the role that failed (and kills the others), else to nothing.
# Not to be called in a condition: that would take `set -e` from the jobs.
run_jobs() {
	local function=$1 role shown=$SECONDS every=3
	shift
	if [[ -t 2 ]]; then every=1; fi
	FAILED=''
	for role; do start_job "$function" "$role"; done
	while ((${#PIDS[@]})); do
		sleep 0.1
		for role in "${!PIDS[@]}"; do
			if ! kill -0 "${PIDS[$role]}" 2>/dev/null; then end_job "$role"; fi
		done
		if [[ -n $FAILED ]]; then kill_jobs; fi
		if ((SECONDS - shown >= every)); then show_jobs; shown=$SECONDS; fi
	done
	clear_line
}

# In a process group of its own, so that all of it can be killed.
start_job() {
	local function=$1 role=$2
	: >"$WORK/$role.log"
	set -m
	"$function" "$role" >"$WORK/$role.log" 2>&1 </dev/null &
	set +m
	PIDS[$role]=$! STARTED[$role]=$SECONDS
}

end_job() {
	local role=$1 image=${IMAGES[$1]} pid=${PIDS[$1]}
	unset "PIDS[$role]"
	clear_line
	if wait "$pid"; then
		say "$image: $(size_of "$image"), $((SECONDS - STARTED[$role])) s"
	else
		FAILED=$role
	fi
}

# Waits (30 s at most) for the engine calls that must not be cut off, then kills what still runs.
kill_jobs() {
	local role pid tries
	for role in "${!PIDS[@]}"; do
		pid=${PIDS[$role]}
		for ((tries = 0; tries < 300; tries++)); do
			if [[ ! -e $WORK/$pid.unbroken ]] || ! kill -0 "$pid" 2>/dev/null; then break; fi
			sleep 0.1
		done
		# Disowned, or the shell would tell that it was killed.
		disown "$pid" 2>/dev/null || :
		kill -KILL -- "-$pid" 2>/dev/null || :
		for ((tries = 0; tries < 50; tries++)); do kill -0 -- "-$pid" 2>/dev/null || break; sleep 0.1; done
	done
	PIDS=()
	clear_line
}

# The end of the log of the job that FAILED, and one line that names the image.
explain_failure() {
	local log=$WORK/$FAILED.log reason='see the lines above'
	tail -n 20 "$log" >&2
	if grep -q 'No space left' "$log" || ! echo room 2>/dev/null >"$WORK/room"; then
		reason="disk full: free some space in ${WORK%/*} and where the engine keeps its images"
	fi
	say "${IMAGES[$FAILED]}: not made: $reason"
}

size_of() {
	engine image inspect --format '{{.Size}}' "$1" | awk '{ printf "%.1f MB", $1 / 1e6 }'
}

# On a terminal one dimmed line, drawn over itself; else a line for each job.
show_jobs() {
	local role line all='' columns
	for role in "${!PIDS[@]}"; do
		line="${IMAGES[$role]##*/}: $((SECONDS - STARTED[$role])) s: $(last_line "$role")"
		if [[ -t 2 ]]; then all+="$line  "; else say "${line:0:110}"; fi
	done
	if [[ -t 2 ]]; then
		columns=$(tput cols 2>/dev/null) || columns=80
		printf '\r\e[K\e[2m%s\e[0m' "${all:0:columns - 1}" >&2
	fi
}

last_line() {
	tail -c 500 "$WORK/$1.log" | tr '\r' '\n' | tr -dc '[:print:]\n' | awk 'NF { line = $0 } END { print line }'
}

clear_line() {
	if [[ -t 2 ]]; then printf '\r\e[K' >&2; fi
}
