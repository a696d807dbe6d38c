# The two static programs as files: what they are, and that building them again gives the same bytes.
# shellcheck disable=SC2154  # output and status are set by bats

bats_require_minimum_version 1.11.0

setup() {
	cd "$BATS_TEST_DIRNAME/.." || return
	bats_load_library bats-support
	bats_load_library bats-assert
}

both() {
	bats_test_function --description "su-exec: $1" -- "$2" build/su-exec
	bats_test_function --description "entrypoint: $1" -- "$2" build/entrypoint
}

both 'the file is small' small
small() {
	local -A most=([build/su-exec]=32768 [build/entrypoint]=40000)
	local size
	size=$(stat --format %s "$1")
	if ((size > most[$1])); then fail "expected at most ${most[$1]} bytes, found $size"; fi
}

both 'the file is static and stripped: no loader, no library, no symbol' static
static() {
	run -0 readelf --wide --program-headers --section-headers --dynamic "$1"
	assert_line --regexp '^ +LOAD '
	refute_line --regexp '^ +INTERP|NEEDED|RPATH|RUNPATH'
	refute_line --regexp '\.(symtab|strtab|debug_[a-z]+|note\.gnu\.build-id) '
}

both 'the file is position-independent, without relocations in its code' position_independent
position_independent() {
	run -0 readelf --wide --file-header --dynamic "$1"
	assert_line --regexp '^ +Type: +DYN '
	assert_line --regexp 'FLAGS_1.* PIE'
	refute_line --regexp 'TEXTREL'
}

both 'no segment is writable and executable, the stack is not executable' not_executable
not_executable() {
	run -0 readelf --wide --program-headers "$1"
	assert_line --regexp '^ +GNU_STACK .* RW +0x'
	refute_line --regexp ' [R ]WE +0x'
}

both 'what is relocated is marked to be read-only afterwards, and bound at once' relro
relro() {
	run -0 readelf --wide --program-headers --dynamic "$1"
	assert_line --regexp '^ +GNU_RELRO '
	assert_line --regexp '\(FLAGS\) +BIND_NOW'
	assert_line --regexp 'FLAGS_1.* NOW'
}

# Each protected function takes the canary from %fs:0x28 twice. The C library's do as well, so a build without
# protection of our own is what the count is held against.
both 'functions with arrays have a stack protector' stack_protector
stack_protector() {
	if [[ $(uname -m) != x86_64 ]]; then skip 'not on this host: where the canary stands is known for x86_64'; fi
	local bare=$BATS_TEST_TMPDIR/bare count least
	mkdir "$bare"
	cp --recursive su-exec entrypoint "$bare"
	make --no-print-directory --directory "$bare" HARDEN=-fPIE -f "${1#build/}/build.mk" "$1" >&2
	least=$(($(count_canaries "$bare/$1") + 20))
	count=$(count_canaries "$1")
	if ((count < least)); then fail "expected at least $least uses of the canary, found $count"; fi
}

count_canaries() {
	objdump --disassemble "$1" | grep --count '%fs:0x28' || [[ $? == 1 ]]
}

# build_in FOLDER [NAME=VALUE]...: what is built from the sources alone, in an environment of nothing else.
build_in() {
	local folder=$1
	shift
	mkdir --parents "$folder"
	cp --recursive su-exec entrypoint "$folder"
	find "$folder" -exec touch --date "${DAY:-now}" '{}' +
	env --ignore-environment --chdir "$folder" PATH="$PATH" "$@" make --jobs 2 -f su-exec/build.mk build/su-exec
	env --ignore-environment --chdir "$folder" PATH="$PATH" "$@" make -f entrypoint/build.mk build/entrypoint
}

@test "builds on another path, day, locale, time zone, umask and home give the same bytes, and say their hash" {
	local one=$BATS_TEST_TMPDIR/one two="$BATS_TEST_TMPDIR/another/path, and a longer one" file hash
	build_in "$one" >"$BATS_TEST_TMPDIR/said"
	(
		umask 077
		DAY='2001-02-03 04:05' build_in "$two" LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu HOME=/nowhere SOURCE_DATE_EPOCH=12345 >"$BATS_TEST_TMPDIR/said-too"
	)
	for file in build/su-exec build/entrypoint; do
		run -0 cmp "$one/$file" "$two/$file"
		hash=$(sha256sum "$one/$file" | cut -d ' ' -f 1)
		run -0 grep --fixed-strings "$hash  $file" "$BATS_TEST_TMPDIR/said"
		run -0 grep --fixed-strings "$hash  $file" "$BATS_TEST_TMPDIR/said-too"
	done
}

@test "what is in build/ is what its sources give" {
	local fresh=$BATS_TEST_TMPDIR/fresh
	build_in "$fresh" >&2
	run -0 cmp build/su-exec "$fresh/build/su-exec"
	run -0 cmp build/entrypoint "$fresh/build/entrypoint"
}
