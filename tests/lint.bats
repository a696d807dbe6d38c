# Every file in the form that its kind asks for.
# shellcheck disable=SC2154  # output and status are set by bats

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return
	bats_load_library bats-support
	bats_load_library bats-assert
}

# Files git knows or would add; the tree may belong to another user than the one in this container.
files() {
	git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@" | sort -u
}

check_files() {
	local -a found
	mapfile -t found < <(files "${@:2}")
	assert [ "${#found[@]}" -gt 0 ]
	# shellcheck disable=SC2086  # a command and its options
	run -0 $1 "${found[@]}"
}

@test "shellcheck is content with every script and suite" {
	check_files 'shellcheck --external-sources --source-path=SCRIPTDIR/..' '*.sh' '*.bats' '*.bash' .ci/run
}

@test "hadolint is content with every Containerfile" {
	check_files 'hadolint --config .hadolint.yaml' Containerfile '*/Containerfile' '*/Containerfile.*'
}

@test "clang-format would change nothing in the C sources" {
	check_files 'clang-format --dry-run --Werror' '*.c' '*.h'
}

@test "mandoc finds nothing in the man pages" {
	check_files 'mandoc -T lint -W warning' '*.1' '*.8'
}

@test "the Rust sources are formatted" {
	run -0 cargo fmt --manifest-path examples/app/Cargo.toml --all --check
}

@test "clippy finds nothing in the Rust sources" {
	CARGO_TARGET_DIR=$PWD/build/clippy CARGO_HOME=$PWD/build/cargo \
		run -0 cargo clippy --quiet --locked --manifest-path examples/app/Cargo.toml --workspace --all-targets --all-features -- -D warnings
}

@test "every Containerfile does without heredocs, syntax lines and mounts, so that every builder reads it" {
	local -a found
	mapfile -t found < <(files Containerfile '*/Containerfile' '*/Containerfile.*')
	run -1 grep --line-number --extended-regexp '<<-?["'\'']?[A-Z]+|^# *syntax=|COPY --chmod' "${found[@]}"
	# Mounts are for a rung that says so.
	local file
	for file in "${found[@]}"; do
		if grep --quiet "^plimsoll/$(basename "$(dirname "$file")"): .*builder: buildkit" examples/ladder.yaml; then continue; fi
		run -1 grep --line-number --with-filename -e '--mount=' "$file"
	done
}
