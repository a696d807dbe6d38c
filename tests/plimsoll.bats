#!/usr/bin/env bats
# plimsoll's command line by the built program: each command, each option, on small images and on facts.
# shellcheck disable=SC2154  # output, stderr and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is text

load helpers

setup_file() {
	export PREFIX=plimsoll-test/cli-$PLIMSOLL_RUN
	tests/fixtures/plimsoll/build.sh "$PREFIX" service one-shot needs-argument ignores-term never-ready shell-is-pid1 no-such-program user-name volume-files >"$BATS_FILE_TMPDIR/build.log" 2>&1 ||
		{ cat "$BATS_FILE_TMPDIR/build.log"; return 1; }
	sed -n '/^```json$/,/^```$/{/^```/!p}' plimsoll/facts.md | jq --slurp 'add | del(.structure)' >"$BATS_FILE_TMPDIR/facts.json"
}

teardown_file() {
	local image
	for image in $(timeout 30 docker image ls --quiet --filter "reference=$PREFIX"); do
		timeout 60 docker image rm --force "$image" >/dev/null
	done
}

setup() {
	use_libraries
	FACTS=$BATS_FILE_TMPDIR/facts.json
	SERVICE=$PREFIX:service
}

teardown() {
	run -1 grep --fixed-strings "$PREFIX" <(engine ps --all --format '{{.Names}} {{.Label "plimsoll.image"}}')
}

plimsoll() {
	timeout 100 build/plimsoll "$@"
}

# refused MESSAGE ARG...: exit 2 with that one line, and nothing else is said.
refused() {
	run -2 --separate-stderr plimsoll "${@:2}"
	assert_equal "$stderr" "plimsoll: $1"
	assert_output ''
}

# on_terminal COMMAND: its output with the terminal's line ends, as a terminal shows it.
on_terminal() {
	TERM=xterm timeout 100 script --quiet --return --command "$1" /dev/null </dev/null
}

@test "--help names every command, and --version is that of the tree" {
	local command
	run -0 --separate-stderr plimsoll --help
	assert_equal "$stderr" ''
	for command in check facts judge list explain clean; do assert_line --regexp "plimsoll $command"; done
	run -0 plimsoll check --help
	assert_line --index 0 --partial 'Usage: plimsoll check'
	run -0 plimsoll --version
	assert_output "plimsoll $(sed -n 's/^#define PLIMSOLL_VERSION "\(.*\)"$/\1/p' su-exec/version.h)"
}

@test "what is no command is refused with the nearest one" {
	refused 'COMMAND: missing: see plimsoll --help'
	refused 'chekc: no such command: did you mean check? see plimsoll --help' chekc
	refused 'fact: no such command: did you mean facts? see plimsoll --help' fact "$SERVICE"
}

@test "what is no option is refused with the nearest one, and what lacks its value, and what has one too many" {
	refused '--onyl: no such option: did you mean --only? see plimsoll --help' check --onyl user-set "$SERVICE"
	refused '--formats: no such option: did you mean --format? see plimsoll --help' check --formats=json "$SERVICE"
	refused '-q: no such option: see plimsoll --help' check -q "$SERVICE"
	refused '--config: its value is missing' check "$SERVICE" --config
	refused '--quiet=1: takes no value' check --quiet=1 "$SERVICE"
}

@test "an option that a command would not heed is refused" {
	refused "--profile: plimsoll list doesn't take it: it is for check judge" list --profile cis
	refused "--static: plimsoll judge doesn't take it: it is for check facts" judge --static "$FACTS"
	refused "--format: plimsoll facts doesn't take it: it is for check judge list" facts --format json "$SERVICE"
	refused "--quiet: plimsoll clean doesn't take it: it is for check facts" clean --quiet
	refused '--: plimsoll judge runs nothing: it takes no arguments for an image' judge "$FACTS" -- serve
	refused '--format: plimsoll list is pretty or json, on standard output alone' list --format tap
	refused '--format: plimsoll list is pretty or json, on standard output alone' list --format json=x
}

@test "every bad value is refused with what is allowed, before anything is looked at" {
	refused '--jobs: must be a number from 1 to 64, not "0"' check --jobs 0 "$SERVICE"
	refused '--jobs: must be a whole number, not "1.5"' check --jobs 1.5 "$SERVICE"
	refused '--timeout: must be a number from 1 to 86400, not "1e3"' check --timeout 1e3 "$SERVICE"
	refused '--env: must be NAME=VALUE, not "NAME"' check --env NAME "$SERVICE"
	refused '--profile: must be default, cis, pss-restricted or openshift, not "all"' check --profile all "$SERVICE"
	refused 'ready: must be healthcheck, port N, listening or running, with "within N s" behind it (at most 300) or without, not "soon"' check --ready soon "$SERVICE"
	refused '--format: must be pretty, tap, junit, json or sarif, or one of them and =FILE, not "xml"' check --format xml "$SERVICE"
	refused '--format: must be pretty, tap, junit, json or sarif, or one of them and =FILE, not "json="' check --format json= "$SERVICE"
	refused '--format: two reports to standard output: give each a =FILE of its own' check --format tap --format json "$SERVICE"
	refused '--format: two reports to a: give each a =FILE of its own' check --format tap=a --format json=a "$SERVICE"
	cp "$FACTS" "$BATS_TEST_TMPDIR/facts.json"
	refused "$BATS_TEST_TMPDIR/facts.json: is read, and can't be a report as well" judge --format "json=$BATS_TEST_TMPDIR/facts.json" "$BATS_TEST_TMPDIR/facts.json"
	refused "$BATS_TEST_TMPDIR/facts.json: is read, and can't be a report as well" check --format "tap=$BATS_TEST_TMPDIR/facts.json" "docker-archive:$BATS_TEST_TMPDIR/facts.json"
	cmp "$FACTS" "$BATS_TEST_TMPDIR/facts.json"
	refused '--only: an id is empty: must be ids of checks, commas between them, not "user-set,"' check --only user-set, "$SERVICE"
	refused '--skip: an id is empty: must be ids of checks, commas between them, not ""' check --skip '' "$SERVICE"
	refused 'usr-set: no such check: did you mean user-set? see plimsoll list' check --only usr-set "$SERVICE"
	refused '--only, --skip: leave no check' check --only user-set --skip user-set "$SERVICE"
	refused '--only, --skip: leave no check' judge --only user-set --skip user-set "$FACTS"
	refused 'IMAGE: missing: see plimsoll --help' check
	refused 'IMAGE: must not be empty' check ''
	refused 'IMAGE: must be one: see plimsoll --help' facts a b
	refused 'FILE: missing: see plimsoll --help' judge
	refused 'x: not expected: plimsoll list takes none' list x
	refused 'x: not expected: plimsoll clean takes none' clean x
}

@test "a configuration that is wrong is refused with its place, and nothing is written" {
	printf 'layers: 3\nsise: 3 MB\n' >"$BATS_TEST_TMPDIR/c.yaml"
	refused "$BATS_TEST_TMPDIR/c.yaml:2:1: sise: no such key: did you mean size?" \
		check --config "$BATS_TEST_TMPDIR/c.yaml" --format "json=$BATS_TEST_TMPDIR/report" "$SERVICE"
	assert_file_not_exist "$BATS_TEST_TMPDIR/report"
	refused '/no/such.yaml: No such file or directory' check --config /no/such.yaml "$SERVICE"
}

@test "facts that are none are refused with their place" {
	printf '{"facts": 1,\n' >"$BATS_TEST_TMPDIR/cut"
	run -2 plimsoll judge "$BATS_TEST_TMPDIR/cut"
	assert_output --regexp "^plimsoll: $BATS_TEST_TMPDIR/cut:2:0: "
	refused '/no/such: No such file or directory' judge /no/such
	run -2 plimsoll judge - <<<'{"facts": 2}'
	assert_output 'plimsoll: -: facts: must be 1, the version that is known'
}

@test "list shows every check once, as text and as JSON" {
	run -0 plimsoll list
	local ids
	ids=$(awk '{print $1}' <<<"$output")
	assert_equal "$(sort <<<"$ids" | uniq --repeated)" ''
	run -0 plimsoll list --format json
	assert_equal "$(jq -r '.[].id' <<<"$output")" "$ids"
	assert_equal "$(jq -r '[.[] | select([.title, .severity, .profiles, .needs, .why, .fix] | any(. == ""))] | length' <<<"$output")" 0
	# Each lesson is in the tree.
	local rung
	for rung in $(jq -r '.[].rung | select(. != "")' <<<"$output" | sort -u); do assert_dir_exist "examples/$rung"; done
}

@test "explain tells of each check why and what to do, and of no other" {
	local id
	for id in $(build/plimsoll list --format json | jq -r '.[].id'); do
		run -0 plimsoll explain "$id"
		assert_line --index 0 --regexp "^$id \((info|low|medium|high)\)$"
		assert_line --regexp '^fix:        .'
		assert_line --regexp '^profiles:   .'
	done
	refused 'usr-set: no such check: did you mean user-set? see plimsoll list' explain usr-set
	refused 'CHECK: must be one: see plimsoll list' explain
	refused 'CHECK: must be one: see plimsoll list' explain user-set ports
}

# outcomes < REPORT: "ID OUTCOME" lines of the first image.
outcomes() {
	jq -r '.images[0].results[] | "\(.id) \(.outcome)"'
}

assert_facts_valid() {
	run -0 python3 -m jsonschema --instance "$BATS_TEST_TMPDIR/facts" plimsoll/facts.schema.json
}

@test "facts of what can't be started, of what ends and of what is never ready are of the schema" {
	local name
	for name in no-such-program one-shot never-ready; do
		plimsoll facts --quiet --ready 'port 3000 within 1 s' "$PREFIX:$name" >"$BATS_TEST_TMPDIR/facts"
		assert_facts_valid
	done
	run -0 jq --raw-output .runs.baseline.unready "$BATS_TEST_TMPDIR/facts"
	assert_output 'not ready within 1 s: nothing accepts on port 3000/tcp'
}

@test "a service that behaves passes, and its facts are judged like itself" {
	plimsoll facts "$SERVICE" >"$BATS_TEST_TMPDIR/facts"
	assert_facts_valid
	run -0 plimsoll judge --format json - <"$BATS_TEST_TMPDIR/facts"
	local judged=$output
	run -0 --separate-stderr plimsoll check --format json "$SERVICE"
	assert_equal "$stderr" ''
	assert_equal "$(outcomes <<<"$output")" "$(outcomes <<<"$judged")"
	assert_equal "$(jq -r '.images[0].image' <<<"$output")" "$SERVICE"
}

@test "a check by itself says what it says among all: passwd is read where USER is a name" {
	run -0 plimsoll check --only user-set "$PREFIX:user-name"
	assert_line --regexp '^  pass  user-set +app$'
	run -0 plimsoll check --no-layers --only user-set "$PREFIX:user-name"
	assert_line --regexp '^  pass  user-set +app$'
	run -1 plimsoll check --no-layers --static --only user-set "$PREFIX:user-name"
	assert_line --regexp '^  ERROR user-set +app: a name, and passwd was not looked at$'
}

@test "one that ignores TERM fails, with what was expected, and what was found" {
	run -1 plimsoll check --only stops-on-term "$PREFIX:ignores-term"
	assert_line --index 0 "$PREFIX:ignores-term"
	assert_line --regexp '^  FAIL  stops-on-term +'
	assert_line --regexp '^        expected: '
	assert_line --regexp '^        fix: '
	assert_line --regexp '^  0 passed, 1 failed, 0 skipped, in '
}

@test "--static runs nothing, and --no-layers reads none: what needs them is skipped" {
	run -0 plimsoll check --static --format json "$SERVICE"
	assert_equal "$(outcomes <<<"$output" | grep -E '^(starts|user-set) ')" $'user-set pass\nstarts skip'
	run -0 plimsoll facts --static --no-layers "$SERVICE"
	assert_equal "$(jq --compact-output '[.layers, .files, .runs]' <<<"$output")" '[null,null,null]'
}

# files_of OPTION...: the checks of files of the image with everything in it, without what was found.
files_of() {
	local checks report
	checks=$(build/plimsoll list --format json | jq -r '[.[] | select(.needs == "files") | .id] | join(",")')
	report=$(plimsoll check --quiet --format json --only "$checks" "$@") || (($? == 1))
	jq -c '.images[0].results[] | [.id, .outcome, (.findings | map(.path) | sort)]' <<<"$report"
}

@test "with --no-layers the files are walked in a container, below volumes too, and say the same" {
	local image=$PREFIX:volume-files walked
	walked=$(files_of --no-layers "$image")
	assert_equal "$walked" "$(files_of "$image")"
	run -0 jq -c --slurp '[.[] | select(.[0] == "no-setuid" or .[0] == "no-secret-file")]' <<<"$walked"
	assert_output '[["no-setuid","fail",["/usr/bin/tool"]],["no-secret-file","fail",["/srv/key.pem"]]]'
}

@test "--profile chooses the checks, --only names them, --skip leaves out" {
	local profile
	for profile in default cis pss-restricted openshift; do
		run plimsoll judge --profile "$profile" --format json "$FACTS"
		assert_equal "$profile: $(jq -r '.images[0].results[].id' <<<"$output")" \
			"$profile: $(build/plimsoll list --format json | jq -r --arg profile "$profile" '.[] | select(.profiles | split(" ") | index($profile)) | .id')"
	done
	run -1 plimsoll judge --only ports,user-set --only user-numeric --format json "$FACTS"
	assert_equal "$(jq -r '.images[0].results[].id' <<<"$output" | paste -sd ' ')" 'user-set user-numeric ports'
	run -0 plimsoll judge --only ports,user-set --skip user-set --format json "$FACTS"
	assert_equal "$(jq -r '.images[0].results[].id' <<<"$output")" ports
}

@test "a configuration's profile and skip hold, and the command line's profile before them" {
	printf 'profile: cis\nskip: [user-set]\n' >"$BATS_TEST_TMPDIR/c.yaml"
	run plimsoll judge --config "$BATS_TEST_TMPDIR/c.yaml" --format json "$FACTS"
	assert_equal "$(jq -r '.images[0].results[].id' <<<"$output" | paste -sd ' ')" \
		"$(build/plimsoll list --format json | jq -r '.[] | select(.profiles | split(" ") | index("cis")) | .id | select(. != "user-set")' | paste -sd ' ')"
	run plimsoll judge --config "$BATS_TEST_TMPDIR/c.yaml" --profile openshift --format json "$FACTS"
	assert_equal "$(jq -r '.images[0].results | length' <<<"$output")" \
		"$(build/plimsoll list --format json | jq '[.[] | select(.profiles | split(" ") | index("openshift")) | select(.id != "user-set")] | length')"
}

@test "a waiver covers what it names; an expired one covers nothing, and an idle one is reported" {
	cat >"$BATS_TEST_TMPDIR/c.yaml" <<-'EOF'
		waive:
		- check: user-set
		  reason: the entry point chooses it
		- check: no-secret-file
		  path: /app/*
		  reason: an example
		  until: 2020-01-01
		- check: ports
		  reason: none
	EOF
	run -1 plimsoll judge --config "$BATS_TEST_TMPDIR/c.yaml" --only user-set,no-secret-file,ports "$FACTS"
	assert_line --regexp '^  note  user-set '
	assert_line '        waived: the entry point chooses it'
	assert_line --regexp '^  FAIL  no-secret-file '
	assert_line "  $BATS_TEST_TMPDIR/c.yaml:4: the waiver of no-secret-file for /app/* has expired"
	assert_line "  $BATS_TEST_TMPDIR/c.yaml:8: the waiver of ports covers nothing: remove it"
	assert_line --regexp '^  1 passed, 1 failed, 0 skipped, 1 waived, in '
	run -0 plimsoll judge --config "$BATS_TEST_TMPDIR/c.yaml" --only user-set "$FACTS"
	refute_output --partial 'covers nothing' # of what was not judged
}

@test "each image is judged by its own document, of one file or of several, and its budgets reach its runs" {
	local own=$BATS_TEST_TMPDIR/own.yaml other=$BATS_TEST_TMPDIR/other.yaml
	printf 'image: %s\nlayers: 1\nstop: 0.001 s\n---\nimage: %s\nwaive: [{check: ports, reason: x}]\n' \
		"$SERVICE" no/image >"$own"
	printf 'image: %s\nsize: 1 B\nwaive: [{check: starts, reason: x}]\n' "$PREFIX:one-shot" >"$other"
	run -1 plimsoll check --config "$own" --config "$other" --format json --jobs 2 "$SERVICE" "$PREFIX:one-shot"
	run -0 jq -c '.images[] | [(.results[] | select(.id == ("size-budget", "layer-budget")) | .outcome), (.idle_waivers | length),
		(.results[] | select(.id == "stops-on-term") | .outcome, .expected)]' <<<"$output"
	assert_line --index 0 --regexp '^\["skip","(pass|fail)",0,"fail",".*0\.001 s'
	assert_line --index 1 --regexp '^\["fail","skip",1,"skip"'
}

@test "an image that no document names is refused, unless one is for every image" {
	local own=$BATS_TEST_TMPDIR/own.yaml rest=$BATS_TEST_TMPDIR/rest.yaml
	printf 'image: plimsoll/app:release\nlayers: 1\n---\nimage: b\nlayers: 2\n' >"$own"
	refused 'second:1: no document of --config is for it: did you mean b?' check --config "$own" plimsoll/app:release second:1
	jq '.image.reference = "second:1"' "$FACTS" >"$BATS_TEST_TMPDIR/second.json"
	refused 'second:1: no document of --config is for it: did you mean b?' judge --config "$own" "$FACTS" "$BATS_TEST_TMPDIR/second.json"
	printf 'layers: 1000\n' >"$rest"
	run plimsoll judge --config "$own" --config "$rest" --only layer-budget --format json "$FACTS" "$BATS_TEST_TMPDIR/second.json"
	assert_equal "$(jq -r '.images[].results[].outcome' <<<"$output" | paste -sd ' ')" 'fail pass'
	refused "$rest:1: image: must be another than at $rest:1" judge --config "$rest" --config "$rest" "$FACTS"
}

@test "several files are judged in one report, and one that is none spoils all" {
	jq '.image.reference = "second:1" | .image.config.user = "65532:65532"' "$FACTS" >"$BATS_TEST_TMPDIR/second.json"
	run -1 plimsoll judge --only user-set --format json "$FACTS" "$BATS_TEST_TMPDIR/second.json"
	assert_equal "$(jq -r '.images[] | "\(.image) \(.results[0].outcome)"' <<<"$output")" $'plimsoll/app:release fail\nsecond:1 pass'
	run -2 --separate-stderr plimsoll judge --only user-set --format json "$FACTS" /dev/null
	assert_output ''
}

@test "a digest in the facts is in the report" {
	run -0 plimsoll judge --only ports --format json <(jq '.image.digest = "sha256:0123456789abcdef"' "$FACTS")
	assert_equal "$(jq -r '.images[0].digest' <<<"$output")" sha256:0123456789abcdef
}

@test "several reports are written at once, each whole, and a link's file is what is written" {
	cd "$BATS_TEST_TMPDIR"
	echo old >target
	ln -s target report.json
	run -1 "$OLDPWD/build/plimsoll" judge --only user-set --format pretty --format json=report.json --format tap=report.tap --format junit=report.xml "$FACTS"
	assert_line --index 0 plimsoll/app:release
	assert_equal "$(jq .schema target)" 1
	assert_link_exist report.json
	assert_equal "$(head -n 1 report.tap)" 'TAP version 13'
	run -0 xmllint --noout report.xml
	assert_equal "$(find . -type f | sort | paste -sd ' ')" './report.tap ./report.xml ./target'
}

@test "a device or a pipe is written as it is, and stays what it was" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	timeout 10 cat "$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/read" &
	run -1 plimsoll judge --only user-set --format tap=/dev/null --format "json=$BATS_TEST_TMPDIR/pipe" "$FACTS"
	assert_output ''
	wait $!
	assert [ -c /dev/null ]
	assert [ -p "$BATS_TEST_TMPDIR/pipe" ]
	assert_equal "$(jq .schema "$BATS_TEST_TMPDIR/read")" 1
}

@test "a file that can't be written is refused before anything is looked at" {
	refused "$BATS_TEST_TMPDIR: can't be written: Is a directory" check --format "json=$BATS_TEST_TMPDIR" "$SERVICE"
	refused "/no/such/report: can't be written: No such file or directory" check --format tap --format json=/no/such/report "$SERVICE"
	run -3 --separate-stderr plimsoll judge --format "json=/dev/full" "$FACTS"
	assert_equal "$stderr" 'plimsoll: /dev/full: No space left on device'
}

@test "--jobs checks images side by side, in the order of the command line; one that is not there is told of" {
	run -3 plimsoll check --jobs 3 --only starts --format json "$SERVICE" no/such:image "$PREFIX:one-shot"
	assert_equal "$(jq -r '.images[] | "\(.image) \(.results[0].outcome // .trouble)"' <<<"$output")" \
		"$SERVICE pass
no/such:image no/such:image: not on this engine: docker pull no/such:image
$PREFIX:one-shot pass"
}

@test "what stands behind -- takes the place of CMD" {
	run -1 plimsoll check --only starts "$PREFIX:needs-argument"
	run -0 plimsoll check --only starts "$PREFIX:needs-argument" -- serve
	run -0 plimsoll facts "$PREFIX:needs-argument" -- serve
	assert_equal "$(jq -r .runs.kind <<<"$output")" service
}

@test "a name without a tag is of no other tag" {
	engine tag "$PREFIX:service" "$PREFIX-tagged:other"
	run -3 plimsoll check --only no-sudo "$PREFIX-tagged"
	engine image rm "$PREFIX-tagged:other" >/dev/null
	assert_line --partial 'not on this engine'
}

@test "--env reaches the program, and that of the command line before that of the file" {
	printf 'env: {TERM: old, NAME: of the file}\n' >"$BATS_TEST_TMPDIR/c.yaml"
	engine build --quiet --force-rm --label "plimsoll.run=$PLIMSOLL_RUN" --tag "$PREFIX:env" - <<-EOF
		FROM $PREFIX:shell-is-pid1
		ENTRYPOINT ["/bin/sh", "-c", "echo \${DB_PASSWORD:+DB_PASSWORD=\$DB_PASSWORD} \$TERM, \$NAME"]
	EOF
	run -0 plimsoll facts --config "$BATS_TEST_TMPDIR/c.yaml" --env TERM=new "$PREFIX:env"
	assert_equal "$(jq -r .runs.baseline.output.last <<<"$output")" 'new, of the file'
	run -0 plimsoll facts --env DB_PASSWORD=correct-horse-battery-9 "$PREFIX:env" -- x
	assert_regex "$(jq -r .runs.baseline.output.last <<<"$output")" '^DB_PASSWORD=\[[a-z-]+\] '
	refute_output --partial correct-horse-battery-9
}

@test "--ready says how it is found ready, and takes the place of the configuration's" {
	printf 'ready: port 3000\n' >"$BATS_TEST_TMPDIR/c.yaml"
	run -0 plimsoll facts --config "$BATS_TEST_TMPDIR/c.yaml" "$SERVICE"
	assert_equal "$(jq -r .runs.baseline.ready_by <<<"$output")" port
	run -0 plimsoll facts --config "$BATS_TEST_TMPDIR/c.yaml" --ready 'listening within 5 s' "$SERVICE"
	assert_equal "$(jq -r .runs.baseline.ready_by <<<"$output")" listening
}

@test "--timeout ends a check that would take longer, and nothing stays" {
	local from=$SECONDS
	run plimsoll check --timeout 2 --ready 'port 9 within 60 s' --only starts,becomes-healthy "$PREFIX:never-ready"
	assert [ $((SECONDS - from)) -lt 40 ]
	assert_not_equal "$status" 0
}

@test "an engine that is not there is no failed check" {
	run -3 plimsoll check --engine no-such-engine "$SERVICE"
	assert_output 'plimsoll: no-such-engine: not installed: install it, or name another with --engine'
	DOCKER_HOST=unix:///no/such.sock run -3 plimsoll check "$SERVICE"
	assert_output --partial '/no/such.sock'
}

@test "colours are for a terminal alone, and NO_COLOR turns them off" {
	run -1 plimsoll judge "$FACTS"
	refute_output --partial $'\e'
	run -1 on_terminal "build/plimsoll judge $FACTS"
	assert_output --partial $'\e[1;31mFAIL \e[0m'
	NO_COLOR=1 run -1 on_terminal "build/plimsoll judge $FACTS"
	refute_output --partial $'\e'
	NO_COLOR='' run -1 on_terminal "build/plimsoll judge $FACTS"
	assert_output --partial $'\e[1;31mFAIL \e[0m'
	run -1 on_terminal "build/plimsoll judge --format tap $FACTS"
	refute_output --partial $'\e'
}

@test "progress is for a terminal's standard error alone, and --quiet turns it off" {
	run -0 --separate-stderr plimsoll check --only starts "$SERVICE"
	assert_equal "$stderr" ''
	run -0 on_terminal "build/plimsoll check --only starts $SERVICE >/dev/null"
	assert_output --regexp "plimsoll: $SERVICE: baseline"
	run -0 on_terminal "build/plimsoll check --quiet --only starts $SERVICE >/dev/null"
	assert_output ''
	run -0 on_terminal "build/plimsoll check --only starts $SERVICE 2>/dev/null"
	refute_output --partial 'plimsoll: '
}

@test "clean says how much it removed" {
	run -0 plimsoll clean
	assert_line --index 0 --regexp '^[0-9]+ container\(s\) and volume\(s\) removed$'
}

@test "an archive is checked without an engine, and nothing of it is run" {
	timeout 60 docker save --output "$BATS_TEST_TMPDIR/service.tar" "$SERVICE"
	DOCKER_HOST=unix:///no/such.sock run plimsoll check --format json "docker-archive:$BATS_TEST_TMPDIR/service.tar"
	assert_equal "$(outcomes <<<"$output" | grep -E '^(starts|user-set) ')" $'user-set pass\nstarts skip'
	head -c 3000 "$BATS_TEST_TMPDIR/service.tar" >"$BATS_TEST_TMPDIR/cut.tar"
	run -3 plimsoll check --format json "docker-archive:$BATS_TEST_TMPDIR/cut.tar"
	assert_output --partial "$BATS_TEST_TMPDIR/cut.tar: "
}
