# The charts of examples/: drawn from the figures, to the byte.
# shellcheck disable=SC2154  # output, lines and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
	COPY=$BATS_TEST_TMPDIR/examples
	mkdir "$COPY"
	cp -r examples/charts examples/charts.py examples/measured.json examples/published.json "$COPY"
}

# Figures of the copy, made up where they aren't measured yet, so that both charts are drawn.
draw_both() {
	change '.strategies.rows //= [{image: "plimsoll/02-multi-stage", cold: 9, source: 8, dependency: 9, lock: 9, ci: 8}]'
	run -0 "$COPY/charts.py"
	assert_output ''
}

# change JQ: makes another measured.json of the copy's.
change() {
	jq "$1" "$COPY/measured.json" >"$COPY/changed.json"
	mv "$COPY/changed.json" "$COPY/measured.json"
}

differs() {
	printf 'plimsoll: examples/charts/%s: is not what examples/measured.json says: run examples/charts.py' "$1"
}

@test "the charts are what examples/measured.json says" {
	run -0 examples/charts.py --check
}

@test "a changed figure makes its chart differ, by the name of the file; --check writes nothing" {
	draw_both
	change '.images["plimsoll/02-multi-stage"].size += 5000000'
	run -1 "$COPY/charts.py" --check
	assert_output "$(differs size.svg)"
	change '.strategies.rows[0].source += 1'
	run -1 "$COPY/charts.py" --check
	assert_output "$(differs size.svg)"$'\n'"$(differs rebuild.svg)"
	rm -r "$COPY/charts"
	run -1 "$COPY/charts.py" --check
	assert_not_exist "$COPY/charts"
}

@test "the charts are the same to the byte when they are drawn again" {
	draw_both
	mv "$COPY/charts" "$COPY/first"
	# Neither the folder nor a reader's own settings count.
	printf 'font.size: 20\nsvg.fonttype: none\n' >"$BATS_TEST_TMPDIR/matplotlibrc"
	cd "$BATS_TEST_TMPDIR"
	run -0 "$COPY/charts.py"
	run -0 diff --recursive --brief "$COPY/first" "$COPY/charts"
}

@test "each chart is well-formed, with a title and a description for those who can't see it" {
	draw_both
	run -0 python3 - "$COPY"/charts/*.svg <<-'END'
		import sys
		from xml.etree import ElementTree
		for name in sys.argv[1:]:
		    for part in "title", "desc":
		        print(ElementTree.parse(name).findtext("{http://www.w3.org/2000/svg}" + part))
	END
	assert_line --index 0 'Cold build against rebuilds, by cache strategy'
	assert_line --index 1 --partial '02-multi-stage: cold '
	assert_line --index 2 'Size of each image'
	assert_line --index 3 --regexp '02-multi-stage [0-9.]+ MB; '
	assert_equal "${#lines[@]}" 4
}

@test "without strategies their chart is left out, which one line says" {
	change 'del(.strategies)'
	rm "$COPY"/charts/*
	run -0 "$COPY/charts.py"
	assert_output 'plimsoll: examples/charts/rebuild.svg: left out, no strategies in examples/measured.json: run make measure NAME=strategies'
	assert_exist "$COPY/charts/size.svg"
	assert_not_exist "$COPY/charts/rebuild.svg"
}

@test "an unknown argument: exit 2, and one line" {
	run -2 "$COPY/charts.py" --write
	assert_output 'plimsoll: examples/charts.py: --write: unknown argument: there is --check, or none'
}

@test "figures that can't be read: exit 2, and one line" {
	change 'del(.images["plimsoll/02-multi-stage"].size)'
	run -2 "$COPY/charts.py"
	assert_output 'plimsoll: examples/measured.json: has no size: run make measure'
	printf '{' >"$COPY/measured.json"
	run -2 "$COPY/charts.py"
	assert_output --regexp '^plimsoll: examples/measured\.json: [^:]+: .*: run make measure$'
	assert_equal "${#lines[@]}" 1
	rm "$COPY/measured.json"
	run -2 "$COPY/charts.py"
	assert_output 'plimsoll: examples/measured.json: No such file or directory: run make measure'
}
