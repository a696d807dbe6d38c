#!/usr/bin/env bats
# Reports against their readers: prove, xmllint, JSON Schema, a parser of YAML. Facts come from facts.md, so no engine is asked.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell
# shellcheck disable=SC2016  # what is in single quotes is text

bats_require_minimum_version 1.11.0

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	FACTS=$BATS_TEST_TMPDIR/facts.json
	documented_facts >"$FACTS"
}

# The JSON blocks of facts.md as one object.
documented_facts() {
	sed -n '/^```json$/,/^```$/{/^```/!p}' plimsoll/facts.md | jq --slurp add
}

# Facts that name what a format could stumble over: markup, quotes, directives of TAP, bytes that are no text.
difficult_facts() {
	jq '.image.reference = "a/b:1 <&\"'\''> # TODO é"
		| .image.config.user = "root"
		| .files.secrets = [
			{path: "/a b/<c>&\"d\"#e/é\\xff\\\\.pem", kind: "private-key", layer: 1},
			{path: "/- [x]: {y}", kind: "dotenv", layer: null}]
		| .files.setuid += [{path: "/opt/%41?#[]", mode: "4755", uid: 0, gid: 0, layer: 0}]' "$FACTS" >"$1"
}

# judge FORMAT FILE...: what plimsoll judge writes to $REPORT.
judge() {
	REPORT=$BATS_TEST_TMPDIR/report.$1
	run build/plimsoll judge --format "$1=$REPORT" "${@:2}"
	assert_output ''
	assert_file_not_empty "$REPORT"
}

assert_file_not_empty() {
	if [[ ! -s $1 ]]; then fail "expected that $1 is written, found nothing"; fi
}

# validate SCHEMA FILE
validate() {
	run -0 python3 - "$1" "$2" <<-'PY'
		import json, sys, jsonschema
		schema, document = (json.load(open(name)) for name in sys.argv[1:])
		validator = jsonschema.validators.validator_for(schema)
		validator.check_schema(schema)
		errors = ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:300]) for e in validator(schema).iter_errors(document)]
		print("\n".join(errors))
		sys.exit(bool(errors))
	PY
}

@test "the facts of facts.md are those of facts.schema.json, and judge takes them" {
	validate plimsoll/facts.schema.json "$FACTS"
	run build/plimsoll judge "$FACTS"
	assert_equal "$status" 1
	assert_line --regexp '^  FAIL  user-set '
}

@test "every name of facts.schema.json stands in facts.md" {
	local name missing=''
	while read -r name; do
		if ! grep --quiet --fixed-strings --word-regexp "$name" plimsoll/facts.md; then missing+="$name "; fi
	done < <(jq -r '[.. | objects | .properties? | objects | keys[]] | unique[]' plimsoll/facts.schema.json)
	assert_equal "missing in facts.md: $missing" 'missing in facts.md: '
}

@test "a name that facts.schema.json does not know is refused by it, wherever it stands" {
	local where
	for where in . .image .image.config '.image.config.healthcheck' .layers '.layers.waste' .files '.files.setuid[0]' '.files.users[0]' .runs \
		.runs.baseline '.runs.baseline.processes[0]' .runs.stop .runs.restricted .runs.restricted.proof; do
		jq "$where += {surprise: 1}" "$FACTS" >"$BATS_TEST_TMPDIR/more.json"
		run -1 python3 -m jsonschema --instance "$BATS_TEST_TMPDIR/more.json" plimsoll/facts.schema.json
	done
}

@test "what judge writes as JSON is of plimsoll/report/schema.json, and whole" {
	difficult_facts "$BATS_TEST_TMPDIR/difficult.json"
	printf 'waive:\n- check: user-set\n  reason: the <base> "is" so\n- check: no-setuid\n  reason: old\n  until: 2020-01-01\n' >"$BATS_TEST_TMPDIR/c.yaml"
	REPORT=$BATS_TEST_TMPDIR/report.json
	run -1 build/plimsoll judge --format "json=$REPORT" --config "$BATS_TEST_TMPDIR/c.yaml" "$FACTS" "$BATS_TEST_TMPDIR/difficult.json"
	validate plimsoll/report/schema.json "$REPORT"
	run -0 jq -r '.images[1] | .image, (.results[] | select(.id == "user-set") | .outcome, .waived),
		(.results[] | select(.id == "no-secret-file") | .findings[].path)' "$REPORT"
	assert_output 'a/b:1 <&"'\''> # TODO é
fail
the <base> "is" so
/a b/<c>&"d"#e/é\xff\\.pem
/- [x]: {y}'
	assert_equal "$(jq -r '.images[0].idle_waivers[]' "$REPORT")" "$BATS_TEST_TMPDIR/c.yaml:4: the waiver of no-setuid has expired"
	assert_equal "$(jq '.images[0].results | length' "$REPORT")" \
		"$(build/plimsoll list --format json | jq --slurpfile facts "$FACTS" 'map(select(.profiles | split(" ") | index("default"))) + $facts[0].structure | length')"
}

@test "an image that is not judged is an image of each format, too" {
	local format
	for format in json junit sarif tap pretty; do
		run -3 build/plimsoll check --format "$format=$BATS_TEST_TMPDIR/none.$format" docker-archive:/no/such/file
	done
	validate plimsoll/report/schema.json "$BATS_TEST_TMPDIR/none.json"
	assert_equal "$(jq -r '.images[0].trouble' "$BATS_TEST_TMPDIR/none.json")" '/no/such/file: No such file or directory'
	validate tests/fixtures/reports/sarif.schema.json "$BATS_TEST_TMPDIR/none.sarif"
	assert_equal "$(jq '.runs[0].invocations[0].executionSuccessful' "$BATS_TEST_TMPDIR/none.sarif")" false
	run -0 xmllint --noout --schema tests/fixtures/reports/junit.xsd "$BATS_TEST_TMPDIR/none.junit"
	assert_equal "$(xmllint --xpath 'string(//testsuite/@errors)' "$BATS_TEST_TMPDIR/none.junit")" 1
	run -1 prove --exec cat "$BATS_TEST_TMPDIR/none.tap"
	assert_line --regexp 'Failed test:  1$'
	assert_equal "$(<"$BATS_TEST_TMPDIR/none.pretty")" $'docker-archive:/no/such/file\n  not checked: /no/such/file: No such file or directory'
}

@test "prove reads TAP, and counts what plimsoll counts" {
	local failed waived skipped
	difficult_facts "$BATS_TEST_TMPDIR/difficult.json"
	judge json "$BATS_TEST_TMPDIR/difficult.json"
	waived=$(jq '[.images[].results[] | select(.outcome == "fail" or .outcome == "error") | select(.severity == "info")] | length' "$REPORT")
	failed=$(jq --argjson not "$waived" '([.images[].results[] | select(.outcome == "fail" or .outcome == "error")] | length) - $not' "$REPORT")
	skipped=$(jq '[.images[].results[] | select(.outcome == "skip")] | length' "$REPORT")
	judge tap "$BATS_TEST_TMPDIR/difficult.json"
	run -1 prove --exec cat "$REPORT"
	assert_output --regexp "Failed $failed/[0-9]+ subtests"
	assert_output --regexp "less $skipped skipped subtests"
	refute_output --partial 'Parse errors'
	assert_equal "$(grep --count ' # TODO informational$' "$REPORT")" "$waived"
	# What passes as a whole.
	judge tap --only user-set <(jq '.image.config.user = "65532:65532"' "$FACTS")
	run -0 prove --exec cat "$REPORT"
	assert_line 'All tests successful.'
}

@test "the details that TAP carries are YAML, and hold every path as it is" {
	difficult_facts "$BATS_TEST_TMPDIR/difficult.json"
	judge tap --only no-secret-file "$BATS_TEST_TMPDIR/difficult.json"
	sed -n '/^  ---$/,/^  \.\.\.$/p' "$REPORT" | sed 's/^  //; $d' >"$BATS_TEST_TMPDIR/details.yaml"
	run -0 yq -r '.severity, .paths[]' "$BATS_TEST_TMPDIR/details.yaml"
	assert_output 'high
/a b/<c>&"d"#e/é\xff\\.pem
/- [x]: {y}'
}

@test "JUnit is of its schema, and its counts are those of its cases" {
	local what
	difficult_facts "$BATS_TEST_TMPDIR/difficult.json"
	judge junit "$FACTS" "$BATS_TEST_TMPDIR/difficult.json"
	run -0 xmllint --noout --schema tests/fixtures/reports/junit.xsd "$REPORT"
	for what in failures/failure errors/error skipped/skipped; do
		assert_equal "${what#*/}: $(xmllint --xpath "sum(//testsuite/@${what%/*})" "$REPORT")" "${what#*/}: $(xmllint --xpath "count(//testcase/${what#*/})" "$REPORT")"
	done
	assert_equal "$(xmllint --xpath 'sum(//testsuite/@tests)' "$REPORT")" "$(xmllint --xpath 'count(//testcase)' "$REPORT")"
	assert_equal "$(xmllint --xpath 'string(//testsuite[2]/@name)' "$REPORT")" 'a/b:1 <&"'\''> # TODO é'
	run -0 xmllint --xpath 'string(//testcase[@name="no-secret-file"]/failure[contains(., "private")]/..)' "$REPORT"
}

@test "SARIF is of its schema, and each result names its rule" {
	difficult_facts "$BATS_TEST_TMPDIR/difficult.json"
	judge sarif "$FACTS" "$BATS_TEST_TMPDIR/difficult.json"
	validate tests/fixtures/reports/sarif.schema.json "$REPORT"
	assert_equal "$(jq '[.runs[] | .tool.driver.rules as $rules | .results[] | select($rules[.ruleIndex].id != .ruleId)] | length' "$REPORT")" 0
	run -0 jq -r '.runs[1].results[] | select(.ruleId == "no-secret-file") | .locations[].physicalLocation.artifactLocation.uri' "$REPORT"
	assert_output 'a%20b/%3Cc%3E%26%22d%22%23e/%C3%A9%5Cxff%5C%5C.pem
-%20%5Bx%5D%3A%20%7By%7D'
	assert_equal "$(jq -r '.runs[].automationDetails.id' "$REPORT")" $'plimsoll/plimsoll/app:release/\nplimsoll/a/b:1 <&"\'> # TODO é/'
}

@test "all formats say the same of every check" {
	local format test='structure:existence:app'
	judge json "$FACTS"
	assert_equal "$(jq -r --arg test "$test" '.images[].results[] | select(.id == $test) | .outcome' "$REPORT")" pass
	judge pretty "$FACTS"
	run -0 grep "^  pass  $test " "$REPORT"
	judge tap "$FACTS"
	run -0 grep -E "^ok [0-9]+ - [^ ]+: $test\$" "$REPORT"
	# Those of the catalogue have no spaces in their ids.
	jq 'del(.structure)' "$FACTS" >"$BATS_TEST_TMPDIR/checks.json"
	FACTS=$BATS_TEST_TMPDIR/checks.json
	judge json "$FACTS"
	jq -r '.images[].results[] | "\(.id) \(if .outcome == "error" then "fail" else .outcome end)"' "$REPORT" | sort >"$BATS_TEST_TMPDIR/json"
	for format in pretty tap; do
		judge "$format" "$FACTS"
		case $format in
		pretty) sed -nE 's/^  (pass |skip ) ([a-z0-9-]+) .*/\2 \1/p; s/^  (FAIL |ERROR|note ) ([a-z0-9-]+) .*/\2 fail/p' "$REPORT" ;;
		tap) sed -nE 's/^ok [0-9]+ - [^ ]+: ([a-z0-9-]+)$/\1 pass/p; s/^ok [0-9]+ - [^ ]+: ([a-z0-9-]+) # SKIP .*/\1 skip/p; s/^not ok [0-9]+ - [^ ]+: ([a-z0-9-]+).*/\1 fail/p' "$REPORT" ;;
		esac | sed 's/ *$//' | sort >"$BATS_TEST_TMPDIR/$format"
		run -0 diff "$BATS_TEST_TMPDIR/json" "$BATS_TEST_TMPDIR/$format"
	done
}

@test "no schema takes what is cut short, or lacks what must be there" {
	judge json "$FACTS"
	jq 'del(.images[0].results[0].severity)' "$REPORT" >"$BATS_TEST_TMPDIR/less.json"
	run -1 python3 -m jsonschema --instance "$BATS_TEST_TMPDIR/less.json" plimsoll/report/schema.json
	judge sarif "$FACTS"
	jq 'del(.runs[0].tool.driver.name)' "$REPORT" >"$BATS_TEST_TMPDIR/less.json"
	run -1 python3 -m jsonschema --instance "$BATS_TEST_TMPDIR/less.json" tests/fixtures/reports/sarif.schema.json
	judge junit "$FACTS"
	sed 's/ errors="[0-9]*"//' "$REPORT" >"$BATS_TEST_TMPDIR/less.xml"
	run -3 xmllint --noout --schema tests/fixtures/reports/junit.xsd "$BATS_TEST_TMPDIR/less.xml"
}
