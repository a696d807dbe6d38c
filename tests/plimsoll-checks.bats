# Every check of `plimsoll check`: the images of tests/fixtures/plimsoll fail exactly what their row of the table
# names. What each plimsoll run takes is set by the row's column CHECKED: see select_checks.
# shellcheck disable=SC2154  # output and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for jq

bats_require_minimum_version 1.11.0
cd "$BATS_TEST_DIRNAME/.." || return
# shellcheck source=tests/engine.bash
. tests/engine.bash

FIXTURES=tests/fixtures/plimsoll

setup_file() {
	: "${PLIMSOLL_RUN:=checks-$$}"
	IMAGES=plimsoll-test/checks-$$
	export PLIMSOLL_RUN IMAGES
	"$FIXTURES/build.sh" "$IMAGES" >"$BATS_FILE_TMPDIR/loaded"
	build/plimsoll list --format json >"$BATS_FILE_TMPDIR/catalogue.json"
	check_rows static --static
	check_rows budget --static --config "$FIXTURES/budget.yaml"
	check_rows baseline
	check_rows talk
	check_rows stops
	check_rows restart
	check_rows confined
	check_rows all
	jq --raw-output '.images[] | .image as $image | .results[] | [$image, .outcome, .id, .found] | @tsv' \
		"$BATS_FILE_TMPDIR"/*-*.json >"$BATS_FILE_TMPDIR/results"
}

teardown_file() {
	sed -n 's/^Loaded image: //p' "$BATS_FILE_TMPDIR/loaded" | xargs "${ENGINE:-docker}" image rm --force >/dev/null
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
}

# NAME, CHECKED and FAILS of each row of both tables.
read_rows() {
	awk -F ' *[|] *' '
		/^#/ {next}
		FILENAME ~ /images$/ {print $1 "|" $7 "|" $8}
		FILENAME ~ /contents$/ {print $1 "|" $5 "|" $6}' "$FIXTURES/images" "$FIXTURES/contents"
}

# check_rows GROUP [OPTION]...: plimsoll over all images of that group, 64 at a time: more it does not take.
check_rows() {
	local group=$1 checks part=0 status
	local -a images=() some
	shift
	checks=$(select_checks "$group")
	mapfile -t images < <(read_rows | awk -F '|' -v group="$group" -v images="$IMAGES" '$2 == group {print images ":" $1}')
	while ((part < ${#images[@]})); do
		some=("${images[@]:part:64}")
		status=0
		build/plimsoll check --quiet --jobs 4 --only "$checks" "$@" \
			--format "json=$BATS_FILE_TMPDIR/$group-$part.json" "${some[@]}" || status=$?
		if ((status > 1)); then return "$status"; fi
		part=$((part + 64))
	done
}

# select_checks GROUP: by what they need. A run that a row is not about is not made: that takes most of the time.
select_checks() {
	jq --raw-output --arg group "$1" '
		{
			static: ["image", "files", "layers"],
			budget: ["image"],
			baseline: ["image", "runs.baseline", "runs.orphan"],
			talk: ["image", "runs.baseline", "runs.bad_argument", "runs.override"],
			stops: ["image", "runs.baseline", "runs.stop", "runs.stop_early", "runs.interrupt"],
			restart: ["image", "runs.baseline", "runs.restart"],
			confined: ["image", "runs.baseline", "runs.read_only", "runs.no_capabilities",
				"runs.no_new_privileges", "runs.restricted", "runs.anyone", "runs.openshift", "runs.limits"],
			all: (map(.needs) | unique)
		}[$group] as $needs
		| map(select(.needs | IN($needs[])) | .id) | join(",")' "$BATS_FILE_TMPDIR/catalogue.json"
}

# OUTCOME, CHECK and what was found, a line for each check that was made of the image.
results() {
	awk -F '\t' -v image="$IMAGES:$1" '$1 == image {print $2 " " $3 ": " $4}' "$BATS_FILE_TMPDIR/results"
}

# those OUTCOME: of such lines, the checks.
those() {
	sed -n "s/^$1 \([a-z0-9-]*\): .*/\1/p"
}

# assert_outcomes NAME OUTCOME CHECK...
assert_outcomes() {
	local check
	run -0 results "$1"
	for check in "${@:3}"; do
		assert_line --regexp "^$2 $check: "
	done
}

register_rows() {
	local name checked fails
	while IFS='|' read -r name checked fails; do
		if [[ $checked == - ]]; then continue; fi
		bats_test_function --description "$name: fails ${fails/#-/nothing}" -- fails_exactly "$name" "$fails"
	done < <(read_rows)
}
register_rows

# Where it can't even start, much can't be shown: that is an error, and neither a pass nor a failure.
fails_exactly() {
	local expected found
	expected=$(tr ' ' '\n' <<<"${2#-}" | sort)
	run -0 results "$1"
	assert [ -n "$output" ]
	found=$(those fail <<<"$output" | sort)
	if [[ $found != "$expected" ]]; then
		grep -v '^skip' <<<"$output"
		fail "$1: expected to fail: $(xargs <<<"$expected"); failed: $(xargs <<<"$found")"
	fi
	if [[ $found != *starts* && $found != *becomes-healthy* && $found != *user-resolves* ]]; then
		refute_line --regexp '^error '
	fi
}

@test "each failed check says what was found, and what was expected" {
	run -0 jq --raw-output '.images[] | .image as $image | .results[]
		| select(.outcome == "fail" and ((.found // "") == "" or (.expected // "") == ""))
		| "\($image): \(.id): found \(.found), expected \(.expected)"' "$BATS_FILE_TMPDIR"/*-*.json
	assert_output ''
}

@test "every check of the catalogue is failed by an image of the tables, and passed by another" {
	run -0 jq --raw-output --slurp --slurpfile catalogue "$BATS_FILE_TMPDIR/catalogue.json" '
		map(.images[].results[]) as $results
		| $catalogue[0][].id
		| . as $id
		| ("fail", "pass") as $outcome
		| select(any($results[]; .id == $id and .outcome == $outcome) | not)
		| "\($id): no image with the outcome \($outcome)"' "$BATS_FILE_TMPDIR"/*-*.json
	assert_output ''
}

@test "an app that ends by itself just before TERM did not stop on TERM: nothing is passed, and it does not run on" {
	assert_outcomes exits-soon error stops-on-term stops-early stops-on-signal restarts
	assert_outcomes exits-soon fail starts
}

@test "an app that ignores TERM and ends by itself soon after it did not stop on TERM: that a container without TERM ends as soon shows it" {
	run -1 build/plimsoll check --quiet --only stops-on-term,stops-early,stops-on-signal --format tap "$IMAGES:ends-unasked"
	refute_line --regexp '^ok '
	assert_line --regexp '^not ok .*stops-on-term'
}

@test "an app that sleeps as PID 1 and ignores TERM fails to stop, though TERM was delivered: the kernel drops it" {
	assert_outcomes ignores-term fail stops-on-term stops-early stops-on-signal
	assert_line 'fail stops-on-term: it ignored TERM, and was killed'
}

@test "an app that is healthy only at first fails: it was healthy once, and is asked again" {
	assert_outcomes sickens fail becomes-healthy
	assert_line --partial 'unhealthy after healthy'
}

@test "what a health check that fails wrote is shown" {
	assert_outcomes never-ready fail becomes-healthy
	assert_line --regexp '^fail becomes-healthy: unhealthy, seen for .* \("service: health: port 3000 does not say 200"\)$'
}

@test "an app that never gets ready is held against nothing, and what was waited for is said" {
	run -1 build/plimsoll check --quiet --ready 'port 3000 within 1 s' --only runs-read-only,restarts --format tap "$IMAGES:never-ready"
	assert_line --partial 'not ready within 1 s: nothing accepts on port 3000/tcp: see --ready'
}

@test "an app that forks twice fails to start: its PID 1 ended with 0, and EXPOSE says that it is a service" {
	assert_outcomes daemonizes fail starts
	assert_outcomes daemonizes error stops-on-term becomes-healthy runs-unprivileged runs-read-only
}

@test "an app that closes its outputs passes: it is asked over its port, not by what it writes" {
	assert_outcomes closes-outputs pass starts becomes-healthy stops-on-term stops-early stops-on-signal ports-match
}

@test "an app that needs an argument fails to start without it, and passes with it" {
	assert_outcomes needs-argument fail starts
	assert_outcomes needs-argument pass explains-missing-env
	assert_outcomes needs-argument error stops-on-term runs-read-only
	run -0 build/plimsoll check --quiet --only starts,becomes-healthy,stops-on-term,ports-match "$IMAGES:needs-argument" -- serve
	assert_line --partial '4 passed, 0 failed, 0 skipped'
}

@test "a one-shot program passes as such: it is not asked to run on, to stop or to listen" {
	assert_outcomes one-shot pass starts runs-read-only runs-without-caps pss-restricted survives-limits
	assert_outcomes one-shot skip healthcheck stops-on-term stops-early stops-on-signal restarts ports-match
}
