# The charts of examples/: drawn from the figures, to the byte.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
	COPY=$BATS_TEST_TMPDIR/examples
	mkdir "$COPY"
	cp -r examples/charts examples/charts.py examples/*.json "$COPY"
}

@test "the charts are what examples/measured.json says" {
	run -0 examples/charts.py --check
	assert_output ''
}

@test "a changed figure makes the chart of it differ, by its name" {
	sed -i '0,/"size": [0-9]*/s//"size": 5000000/' "$COPY/measured.json"
	sed -i '0,/"source": [0-9.]*/s//"source": 99/' "$COPY/measured.json"
	run -1 "$COPY/charts.py" --check
	assert_line 'plimsoll: examples/charts/size.svg: is not what examples/measured.json says: run examples/charts.py'
	assert_line 'plimsoll: examples/charts/rebuild.svg: is not what examples/measured.json says: run examples/charts.py'
	run -0 "$COPY/charts.py"
	run -0 "$COPY/charts.py" --check
}

@test "each chart is well-formed, and has a title for those who can't see it" {
	run -0 python3 - examples/charts/*.svg <<-'END'
		import sys
		from xml.etree import ElementTree
		for name in sys.argv[1:]:
		    print(next(ElementTree.parse(name).iter("{http://purl.org/dc/elements/1.1/}title")).text)
	END
	assert_output $'Cold build against rebuilds, by cache strategy\nSize of each image'
}

@test "an unknown argument, and figures that are not there: exit 2, one line each" {
	run -2 "$COPY/charts.py" --write
	assert_output 'plimsoll: charts: --write: unknown argument: --check, or none'
	rm "$COPY/measured.json"
	run -2 "$COPY/charts.py"
	assert_output --regexp '^plimsoll: charts: examples/measured.json: .*: run make measure$'
	assert_equal "${#lines[@]}" 1
}
