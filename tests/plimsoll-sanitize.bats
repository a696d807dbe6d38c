#!/usr/bin/env bats
# The whole program under AddressSanitizer and UndefinedBehaviorSanitizer: it says what the released one says, and nothing
# else. It is its own probe, so that both sides of each run are watched.
# shellcheck disable=SC2154  # output and status are set by bats

load helpers

PLIMSOLL=${PLIMSOLL:-$PWD/build/plimsoll}
HOSTILE=$PWD/tests/fixtures/plimsoll-hostile

setup_file() {
	export FIXTURES=plimsoll-test/sanitize-$$ SANITIZED=$BATS_FILE_TMPDIR/plimsoll
	# What is needed until its end is not freed: leaks are what the unit tests are asked for.
	export ASAN_OPTIONS=detect_leaks=0
	make --no-print-directory --silent --jobs 2 -f plimsoll/build.mk sanitize-program >"$BATS_FILE_TMPDIR/build.log" 2>&1 ||
		{ cat "$BATS_FILE_TMPDIR/build.log"; return 1; }
	cp build/plimsoll.sanitize/program "$SANITIZED"
	make_images
}

make_images() {
	local context=$BATS_FILE_TMPDIR/context id target
	mkdir "$context"
	tests/fixtures/plimsoll/build.sh "$FIXTURES" service >&2
	id=$(engine create --label "plimsoll.run=$PLIMSOLL_RUN" "$FIXTURES:service")
	engine cp "$id:/service" "$context/service" >&2
	engine rm "$id" >/dev/null
	for target in root service; do
		engine build --quiet --build-arg CC_IMAGE="$CC_IMAGE" --label "plimsoll.run=$PLIMSOLL_RUN" --target "$target" \
			--tag "$FIXTURES:$target" --file tests/fixtures/plimsoll-sanitize/Containerfile "$context" >&2
	done
}

teardown_file() {
	engine image rm --force "$FIXTURES:root" "$FIXTURES:service" >/dev/null
}

setup() {
	use_libraries
}

# both STATUS ARGUMENT...: the released program and the sanitized one; status and outcomes are the same.
both() {
	local expected=$1 program status
	shift
	for program in "$PLIMSOLL" "$SANITIZED"; do
		status=0
		timeout 100 "$program" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
		assert_equal "$program $*: $status $(<"$BATS_TEST_TMPDIR/err")" "$program $*: $expected $(grep -v -E 'Sanitizer|runtime error|^ *#[0-9]|^=' "$BATS_TEST_TMPDIR/err")"
		outcomes >"$BATS_TEST_TMPDIR/outcomes.$(basename "$program").${#program}"
	done
	run -0 diff "$BATS_TEST_TMPDIR"/outcomes.*
	run ! grep --recursive -E 'Sanitizer|runtime error' "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
}

# What is the same each time: without times, and numbers of what was seen.
outcomes() {
	awk '$1 ~ /^(pass|FAIL|skip|note|ERROR)$/ {print $1, $2}; /not checked/' "$BATS_TEST_TMPDIR/out"
}

@test "a service that behaves, and one that is root" {
	both 0 check --quiet "$FIXTURES:service"
	run -0 grep -c '^pass ' "$BATS_TEST_TMPDIR"/outcomes.plimsoll."${#SANITIZED}"
	assert [ "$output" -gt 30 ]
	both 1 check --quiet --skip no-add "$FIXTURES:root"
	run -0 grep -x 'FAIL user-set' "$BATS_TEST_TMPDIR"/outcomes.plimsoll."${#SANITIZED}"
}

@test "a structure test, and a configuration with waivers" {
	printf '%s\n' 'schemaVersion: "2.0.0"' 'fileExistenceTests: [{name: it, path: /service, shouldExist: true, permissions: -rwxr-xr-x}]' \
		'fileContentTests: [{name: names, path: /etc/passwd, expectedContents: ["root:.*"]}]' \
		'commandTests: [{name: refuses, command: /service, args: [no-such], exitCode: 64}]' \
		'metadataTest: {entrypoint: ["/service", "serve"], exposedPorts: ["3000"]}' >"$BATS_TEST_TMPDIR/structure.yaml"
	printf '%s\n' 'size: 1 MB' 'waive: [{check: size-budget, reason: known, until: 2099-12-31}, {check: no-setuid, path: "/usr/*/[a-z]*", reason: never}]' \
		>"$BATS_TEST_TMPDIR/plimsoll.yaml"
	both 0 check --quiet --only structure,size-budget --structure-test "$BATS_TEST_TMPDIR/structure.yaml" \
		--config "$BATS_TEST_TMPDIR/plimsoll.yaml" "$FIXTURES:service"
}

@test "facts that are judged, in every format" {
	local format
	"$SANITIZED" facts --quiet --static "$FIXTURES:service" >"$BATS_TEST_TMPDIR/facts.json"
	# shellcheck disable=SC2016  # the fence of a block
	sed -n '/^```json$/,/^```$/{/^```/!p}' plimsoll/facts.md | jq --slurp add >"$BATS_TEST_TMPDIR/page.json"
	for format in pretty tap junit json sarif; do
		both 1 judge --format "$format" "$BATS_TEST_TMPDIR/facts.json" "$BATS_TEST_TMPDIR/page.json"
	done
}

@test "archives, good, hostile and cut short" {
	local kind
	for kind in good good-oci upwards links devices escapes long-names many-shells behind-many-files; do
		python3 "$HOSTILE/archive.py" "$kind" "$BATS_TEST_TMPDIR/a.tar"
		both 1 check "docker-archive:$BATS_TEST_TMPDIR/a.tar"
	done
	for kind in loop index-loop claims-terabyte two-manifests zstd-window sparse link-with-contents outer-link json-as-tar nested-gzip; do
		python3 "$HOSTILE/archive.py" "$kind" "$BATS_TEST_TMPDIR/a.tar"
		both 3 check "docker-archive:$BATS_TEST_TMPDIR/a.tar"
	done
	python3 "$HOSTILE/archive.py" good "$BATS_TEST_TMPDIR/whole.tar"
	for ((kind = 0; kind < 3000; kind += 300)); do
		head -c "$kind" "$BATS_TEST_TMPDIR/whole.tar" >"$BATS_TEST_TMPDIR/a.tar"
		both 3 check "docker-archive:$BATS_TEST_TMPDIR/a.tar"
	done
}

@test "bad input" {
	local text
	for text in 'sise: 1 MB' 'waive: [{check: x}]' 'a: &a [*a]' $'\xff\xfe' '[' 'ready: port 99999999' 'size: 1e999 MB' 'user: {a: b}'; do
		printf '%s\n' "$text" >"$BATS_TEST_TMPDIR/bad"
		both 2 check --config "$BATS_TEST_TMPDIR/bad" "$FIXTURES:service"
		both 2 check --structure-test "$BATS_TEST_TMPDIR/bad" "$FIXTURES:service"
		both 2 judge "$BATS_TEST_TMPDIR/bad"
	done
	both 2 check --only no-such-check "$FIXTURES:service"
	both 2 check --timeout 1e99 "$FIXTURES:service"
	both 3 check no/such:image
}
