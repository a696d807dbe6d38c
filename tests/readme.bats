# The READMEs: their commands run, their figures are the measured ones, their links lead somewhere.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

for folder in examples/[0-9]*/; do
	bats_test_function --description "$(basename "$folder"): the README's commands run as written" -- commands_run "$folder"
done
commands_run() {
	# shellcheck disable=SC2016  # a sed program
	sed -n '/^```sh$/,/^```$/{/^```/!p}' "$1README.md" >"$BATS_TEST_TMPDIR/commands"
	assert_file_not_empty "$BATS_TEST_TMPDIR/commands"
	run -0 bash -euxo pipefail "$BATS_TEST_TMPDIR/commands"
}

@test "README: the transcript is what the commands print" {
	local line expected='' found='' output status
	# shellcheck disable=SC2016  # a sed program, and a literal dollar
	while IFS= read -r line; do
		expected+=$line$'\n'
		if [[ $line != '$ '* ]]; then continue; fi
		output=$(bash -c "${line#'$ '}" 2>&1) || status=$? # a refusal is part of the transcript
		found+=$line$'\n'$output$'\n'
	done < <(sed -n '/^```console$/,/^```$/{/^```/!p}' README.md)
	assert_equal "$found" "$expected"
	assert_not_equal "$found" ''
}

@test "the tables hold the figures of examples/measured.json" {
	run -0 examples/tables.sh --check
}

@test "every link between the files of the tree leads somewhere" {
	local file link broken=''
	while IFS=: read -r file link; do
		link=${link#*](} link=${link%)} link=${link%%#*}
		if [[ $link != *://* && ! -e $(dirname "$file")/$link ]]; then broken+="$file: $link"$'\n'; fi
	done < <(grep --only-matching --with-filename '\[[^]]*\]([^)]*)' ./*.md ./*/README.md examples/*/README.md)
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

@test "every make target that a text names exists, and make help shows each" {
	local help target missing=''
	help=$(make help)
	while read -r target; do
		if [[ $help != *"make $target "* ]]; then missing+="$target "; fi
	done < <(
		sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' Makefile
		# shellcheck disable=SC2016  # literal backquotes
		grep --no-filename --only-matching '[`]make [a-z-]*' ./*.md examples/*/README.md | sed 's/.*make //'
	)
	assert_equal "$missing" ''
}
