# What an entry point is said to do: help text, entrypoint(8), README and code name the same things.
# shellcheck disable=SC2154  # output, lines and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is text

load entrypoint

PAGE=entrypoint/entrypoint.8
README=entrypoint/README.md

setup() {
	prepare_test
	build/entrypoint --help >"$BATS_TEST_TMPDIR/c"
	busybox sh entrypoint/entrypoint.sh --help >"$BATS_TEST_TMPDIR/sh"
}

# same WHAT EXPECTED FOUND: lists of words.
same() {
	assert_equal "$1: $(sort -u <<<"$3" | paste -sd ' ')" "$1: $(sort -u <<<"$2" | paste -sd ' ')"
}

without_init() {
	grep -vE -- 'ENTRYPOINT_INIT|--init' <<<"$1"
}

@test "the variables are the same in code, help text, man page and README" {
	local variables
	variables=$(grep -oE 'read_variable(\(|, )"[A-Z_]+"' entrypoint/settings.c | grep -oE '[A-Z_]{2,}')
	same 'help text' "$variables" "$(grep -oE '^  [A-Z_]+' "$BATS_TEST_TMPDIR/c" | tr -d ' ')"
	same 'help text of the script' "$(without_init "$variables")" "$(grep -oE '^  [A-Z_]+' "$BATS_TEST_TMPDIR/sh" | tr -d ' ')"
	same 'the script' "$variables" "$(grep -oE '\$\{[A-Z_]+' entrypoint/entrypoint.sh | tr -d '${' | grep -vxE 'PATH|PWD|LC_ALL')"
	same 'man page' "$variables" "$(sed -nE 's/^\.It Ev ([A-Z_]+)$/\1/p' "$PAGE")"
	same 'README' "$variables" "$(sed -nE 's/^\| `([A-Z_]+)` .*/\1/p' "$README")"
}

# item NAME: the man page's text on it, in one line and without macros.
item() {
	awk -v name="$1" '/^\.(It|El)/ {on = $0 == ".It Ev " name; next} on' "$PAGE" | sed 's/^\.[A-Z][a-z] //' | paste -sd ' '
}

@test "the defaults are the same in help text, man page and README, and the code's are these" {
	local name default
	run -0 sed -nE 's/^  ([A-Z_]+) .*\(default: (.*)\)$/\1 \2/p' "$BATS_TEST_TMPDIR/c"
	assert_equal "${#lines[@]} defaults" '5 defaults'
	for line in "${lines[@]}"; do
		read -r name default <<<"$line"
		run item "$name"
		assert_output --regexp "(^| )$default([ .,]|\$)"
		run grep -F "| \`$name\` | \`$default\` |" "$README"
		assert_success
	done
}

@test "the options are the same in code, help text, man page and README" {
	local options
	options=$(grep -oE 'argv, "--[a-z]*"' entrypoint/entrypoint.c | grep -oE -- '--[a-z]*')
	same 'help text' "$options" "$(grep -oE -- '^  --[a-z]*' "$BATS_TEST_TMPDIR/c" | tr -d ' ')"
	same 'help text of the script' "$(without_init "$options")" "$(grep -oE -- '^  --[a-z]*' "$BATS_TEST_TMPDIR/sh" | tr -d ' ')"
	same 'the script' "$options" "$(sed -n '/^parse_options/,/^}/p' entrypoint/entrypoint.sh | grep -oE -- '^		--[a-z |-]*\)' | grep -oE -- '--[a-z]*')"
	same 'man page' "$options" "$(grep '^\.It Fl' "$PAGE" | grep -oE -- '-[a-z]*( |$)' | sed 's/ $//; s/^/-/')"
	same 'README' "$options" "$(sed -n '/^Options:/,/^$/p' "$README" | grep -oE -- '`--[a-z]*`' | tr -d '`')"
}

@test "the exit statuses are the same in code, help text, man page and README" {
	local statuses
	statuses=$(sed -nE 's/.* = (12[0-9]),$/\1/p' su-exec/launch.h)
	same 'help text' "$statuses" "$(grep -oE '12[5-7]' "$BATS_TEST_TMPDIR/c")"
	same 'help text of the script' "$statuses" "$(grep -oE '12[5-7]' "$BATS_TEST_TMPDIR/sh")"
	same 'man page' "$statuses" "$(sed -nE 's/^\.It (12[0-9])$/\1/p' "$PAGE")"
	same 'README' "$statuses" "$(sed -n '/^Options:/,/^$/p' "$README" | grep -oE '12[5-7]')"
	run grep -l '128 + n' "$BATS_TEST_TMPDIR/c" "$PAGE" "$README"
	assert_equal "${#lines[@]}" 3
}

@test "the two help texts differ in --init alone" {
	run -0 grep '^  ' "$BATS_TEST_TMPDIR/sh"
	assert_output "$(without_init "$(grep '^  ' "$BATS_TEST_TMPDIR/c")")"
}
