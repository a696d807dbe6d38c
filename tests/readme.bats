# The READMEs: their commands run, their figures are the measured ones, their links lead somewhere.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

for readme in examples/README.md examples/[0-9]*/README.md; do
	name=${readme#examples/}
	bats_test_function --description "${name%/*}: the README's commands run as written" -- commands_run "$readme"
done
commands_run() {
	fenced sh "$1" >"$BATS_TEST_TMPDIR/commands"
	assert_file_not_empty "$BATS_TEST_TMPDIR/commands"
	# A run of their own: some remove what their run made when they end.
	refuse_taken_names
	PLIMSOLL_RUN=$UNIQUE run bash -euxo pipefail "$BATS_TEST_TMPDIR/commands"
	remove_named_containers
	assert_success
}

names_in_commands() {
	sed -n 's/.* --name \([^ ]*\).*/\1/p' "$BATS_TEST_TMPDIR/commands"
}

# A reader's own container is not this test's to remove.
refuse_taken_names() {
	local name
	while read -r name; do
		refute engine container inspect --format "{{.Name}}: expected that nobody has this name" "$name"
	done < <(names_in_commands)
}

# What a README's commands leave behind where one of them fails: by the names that stand in it.
remove_named_containers() {
	local name
	while read -r name; do
		if engine container inspect "$name" >/dev/null 2>&1; then engine rm --force --volumes "$name"; fi
	done < <(names_in_commands)
}

# fenced LANGUAGE FILE: what stands in the file's blocks of that language.
fenced() {
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/!p}" "$2"
}

while read -r readme; do
	bats_test_function --description "$readme: its transcripts are what the commands print" -- transcripts_hold "$readme"
done < <(grep --files-with-matches '^```console$' README.md plimsoll/README.md examples/README.md examples/*/README.md)
transcripts_hold() {
	local line expected='' found='' output status
	while IFS= read -r line; do
		expected+=$line$'\n'
		if [[ $line != '$ '* ]]; then continue; fi
		output=$(bash -c "${line#'$ '}" 2>&1) || status=$? # a refusal is part of the transcript
		found+=$line$'\n'${output:+$output$'\n'}
	done < <(fenced console "$1")
	# How long it took is the machine's doing.
	assert_equal "$(sed -E 's/ in [0-9.]+ s$/ in N s/' <<<"$found")" "$(sed -E 's/ in [0-9.]+ s$/ in N s/' <<<"$expected")"
	assert_not_equal "$found" ''
}

# A command in a block of another language, or in an indented one, would be run by nobody.
@test "every block of a README of the ladder is one that a test runs, or no command" {
	local found
	found=$(grep --line-number --extended-regexp '^```[a-z]+$' README.md plimsoll/README.md examples/README.md examples/*/README.md |
		grep --invert-match --extended-regexp ':```(sh|console|diff|Dockerfile|json|yaml)$' || [[ $? == 1 ]])
	assert_equal "$found" ''
	run -1 grep --line-number --perl-regexp '^(\t|    )(make|docker|cargo|curl) ' README.md plimsoll/README.md examples/README.md examples/*/README.md
}

@test "every link between the files of the tree leads somewhere" {
	local file link broken=''
	while IFS=: read -r file link; do
		link=${link#*](} link=${link%)} link=${link%%#*}
		if [[ $link != *://* && ! -e $(dirname "$file")/$link ]]; then broken+="$file: $link"$'\n'; fi
	done < <(grep --only-matching --with-filename '\[[^]]*\]([^)]*)' ./*.md ./*/*.md examples/*/README.md)
	assert_equal "$broken" ''
}

@test "README: the production commands run as written" {
	export COMPOSE_PROJECT_NAME=$UNIQUE APP_PORT=0
	# shellcheck disable=SC2016  # a sed program
	sed -n '/^## Run it in production/,/^## /{/^```sh$/,/^```$/{/^```/!p}}' README.md >"$BATS_TEST_TMPDIR/commands"
	assert_file_not_empty "$BATS_TEST_TMPDIR/commands"
	run bash -euxo pipefail "$BATS_TEST_TMPDIR/commands"
	engine compose down --volumes
	assert_success
}

@test "README: any image is checked as written" {
	# shellcheck disable=SC2016  # a sed program
	sed -n '/^## Check any image/,/^## /{/^```sh$/,/^```$/{/^```/!p}}' README.md >"$BATS_TEST_TMPDIR/commands"
	assert_file_not_empty "$BATS_TEST_TMPDIR/commands"
	run -0 bash -euxo pipefail "$BATS_TEST_TMPDIR/commands"
}

# Two sections have tests of their own. `make examples` is what tests/rungs.bats runs, `make test` runs this, and .ci/run installs what set-up asks for.
@test "README: its other commands are four, and set-up's packages are those that CI installs" {
	local packages
	# shellcheck disable=SC2016  # a sed program
	run -0 sed -n '/^## Check any image/,/^## One transcript/d; /^```sh$/,/^```$/{/^```/!p}' README.md
	packages=$(sed -n 's/.*apt-get install --yes --no-install-recommends //p' .ci/run)
	assert_output $'make examples\nmake test\napt-get install '"$packages"$'\nmake help'
	run -0 make help
}

@test "every make target that a text names exists, and make help shows each" {
	local help target missing=''
	help=$(make help)
	while read -r target; do
		if [[ $help != *"make $target "* ]]; then missing+="$target "; fi
	done < <(
		sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' Makefile
		# shellcheck disable=SC2016  # literal backquotes
		grep --no-filename --only-matching '[`]make [a-z][a-z-]*' ./*.md ./*/*.md examples/*/README.md | sed 's/.*make //'
	)
	assert_equal "$missing" ''
}
