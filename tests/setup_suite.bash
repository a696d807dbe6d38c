# Once for the whole run: the probe, and afterwards proof that nothing stayed behind.

setup_suite() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/helpers.bash
	. tests/helpers.bash
	require_engine
	make_probe
}

teardown_suite() {
	# shellcheck source=tests/helpers.bash
	. tests/helpers.bash
	local left
	left=$(engine ps --all --filter "label=plimsoll.run=$PLIMSOLL_RUN" --format '{{.Names}} ({{.Image}})' | grep -v "^$PROBE " || [[ $? == 1 ]])
	remove_run
	if [[ -n $left ]]; then
		printf 'teardown_suite: containers: expected none left by a test, found:\n%s\n' "$left" >&2
		return 1
	fi
}
