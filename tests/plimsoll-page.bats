#!/usr/bin/env bats
# What plimsoll is said to do: code, help text, plimsoll(1) and README name the same things.
# shellcheck disable=SC2154  # output, lines and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is text

bats_require_minimum_version 1.11.0

PAGE=plimsoll/plimsoll.1
README=plimsoll/README.md

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	HELP=$BATS_TEST_TMPDIR/help
	build/plimsoll --help >"$HELP"
}

# same WHAT EXPECTED FOUND: lists of words, of which there is one at least.
same() {
	assert_not_equal "$2" ''
	assert_equal "$1: $(sort -u <<<"$3" | paste -sd ' ')" "$1: $(sort -u <<<"$2" | paste -sd ' ')"
}

# tags HEADING: the tags of the list that follows it in the man page.
tags() {
	awk -v heading="$1" '$0 == heading {on = 1} on && /^\.El/ {exit} on && /^\.It/' "$PAGE"
}

@test "the commands are the same in code, help text, man page and README" {
	local commands
	commands=$(grep -oE '\{"[a-z]+", +run_' plimsoll/plimsoll.c | grep -oE '[a-z]{3,}"' | tr -d '"')
	same 'help text' "$commands" "$(grep -oE '(^|: |  )plimsoll [a-z]+ ' "$HELP" | awk '{print $NF}')"
	same 'man page, synopsis' "$commands" "$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Cm //p' "$PAGE")"
	same 'man page' "$commands" "$(tags 'The commands are:' | sed 's/^\.It Cm //')"
	same 'README' "$commands" "$(sed -nE 's/^\| `plimsoll ([a-z]+)[ `].*/\1/p' "$README")"
}

# "--option command command", a line each, as options.c has them.
known_options() {
	sed -nE 's/^ *\{"(--[a-z-]+)", [a-z]+_argument, [A-Z_]+, "([a-z ]+)"\},$/\1 \2/p' plimsoll/command/options.c
}

@test "the options are the same in code, help text, man page and README" {
	local options
	options=$(known_options | cut -d ' ' -f 1; printf -- '--help\n--version\n')
	same 'help text' "$options" "$(grep -oE -- '--[a-z-]+' <(grep '^  --' "$HELP"))"
	same 'man page' "$options" "$(tags 'The options are:' | sed -nE 's/^\.It Fl (-[a-z-]+).*/-\1/p')"
	same 'README' "$options" "$(grep '^| `--' "$README" | grep -oE -- '`--[a-z-]+' | tr -d '`')"
}

@test "which command takes which option is the same in code and README, and plimsoll says it" {
	local option takers command value
	same 'README' "$(known_options)" "$(sed -nE 's/^\| `(--[a-z-]+)[^|]*\| ([a-z, ]+) \|.*/\1 \2/p' "$README" | tr -d ,)"
	while read -r option takers; do
		value=$(sed -n "s/.*\"$option\", required_argument.*/=/p" plimsoll/command/options.c)
		for command in check facts judge list clean; do
			run -2 build/plimsoll "$command" "$option$value" --no-such-option
			if [[ " $takers " == *" $command "* ]]; then
				refute_output --partial "doesn't take it"
			else
				assert_output "plimsoll: $option: plimsoll $command doesn't take it: it is for $takers"
			fi
		done
	done < <(known_options)
}

@test "the defaults of --jobs and --timeout are the same in code, help text and man page" {
	local jobs timeout
	jobs=$(sed -nE 's/.*\.jobs = ([0-9]+).*/\1/p' plimsoll/command/options.c)
	timeout=$(sed -nE 's/.*\.timeout = ([0-9]+).*/\1/p' plimsoll/command/options.c)
	run -0 grep -F -- "(default: $jobs)" <(grep -- '--jobs' "$HELP")
	run -0 grep -F -- "(default: $timeout)" <(grep -- '--timeout' "$HELP")
	run -0 grep -F "the default is $jobs." <(grep -A 1 '^\.It Fl -jobs' "$PAGE")
	run -0 grep -F "the default is $timeout." <(grep -A 1 '^\.It Fl -timeout' "$PAGE")
}

@test "the exit statuses are the same in code, help text, man page and README" {
	local statuses
	statuses=$(sed -nE 's/^	EXIT_[A-Z]+ = ([0-9]),.*/\1/p' plimsoll/command/commands.h)
	same 'help text' "$statuses" "$(sed -n '/^Exit status:/,$p' "$HELP" | grep -oE '[0-9]')"
	same 'man page' "$statuses" "$(sed -nE '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It ([0-9])$/\1/p' "$PAGE")"
	same 'README' "$statuses" "$(sed -nE 's/^\| ([0-9]) \| .*/\1/p' "$README")"
}

@test "the formats and the profiles are the same in code, help text, man page and README" {
	local formats profiles name
	formats=$(sed -n '/^static const char \*const formats/,/^};/p' plimsoll/report/report.c | grep -oE '"[a-z]+"' | tr -d '"')
	profiles=$(sed -n '/^bool is_profile/,/^}/p' plimsoll/config/values.c | grep -oE '"[a-z-]+"' | tr -d '"')
	same 'checks' "$profiles" "$(build/plimsoll list --format json | jq -r '.[].profiles | split(" ")[]')"
	for name in $formats; do
		run -0 grep -w -- "$name" <(grep -- '--format' "$HELP")
		run -0 grep -w -- "$name" <(grep -A 4 '^\.It Fl -format' "$PAGE")
		run -0 grep -F -- "\`$name\`" <(grep -- '^| `--format' "$README")
	done
	for name in $profiles; do
		run -0 grep -w -- "$name" <(grep -- '--profile' "$HELP")
		run -0 grep -w -- "$name" <(grep -A 4 '^\.It Fl -profile' "$PAGE")
		run -0 grep -F -- "\`$name\`" <(grep -- '^| `--profile' "$README")
	done
}

example() {
	sed -n '/^```yaml$/,/^```$/{/^```/!p}' "$README"
}

@test "the keys of plimsoll.yaml are the same in code, man page and README, whose example is one" {
	local keys waiver
	keys=$(sed -n '/^static bool read_document/,/^}/p' plimsoll/config/config.c | grep -oE '\{"[a-z]+", ' | tr -cd 'a-z\n')
	waiver=$(sed -n '/^static bool read_waiver(/,/^}/p' plimsoll/config/config.c | grep -oE '\{"[a-z]+", ' | tr -cd 'a-z\n')
	same 'man page' "$keys" "$(tags '.Sh CONFIGURATION' | sed 's/^\.It Cm //')"
	same 'README' "$keys" "$(example | yq -r 'keys[]')"
	same "README, waiver" "$waiver" "$(example | yq -r '.waive[0] | keys[]')"
	for name in $waiver; do run -0 grep -E "^\.Cm $name( |\$)" "$PAGE"; done
	example >"$BATS_TEST_TMPDIR/plimsoll.yaml"
	run build/plimsoll judge --config "$BATS_TEST_TMPDIR/plimsoll.yaml" <(sed -n '/^```json$/,/^```$/{/^```/!p}' plimsoll/facts.md | jq --slurp 'add | .image.reference = "example/app:1"')
	assert_equal "$status" 1
}

@test "the help text fits a terminal of 80 columns" {
	run -1 grep -nE '.{81}' "$HELP"
}

@test "checks.md is what plimsoll lists" {
	run -0 examples/pages.sh --check plimsoll/checks.md
	same 'checks.md' "$(build/plimsoll list --format json | jq -r '.[].id')" "$(sed -nE 's/^\| `([a-z0-9-]+)` \|.*/\1/p' plimsoll/checks.md)"
}
