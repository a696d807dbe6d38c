# make example and make compare: one rung, and two side by side.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

one_line() {
	assert_output --regexp "$1"
	assert_equal "${#lines[@]} line(s): $output" "1 line(s): $output"
}

@test "compare shows size, files, layers, user and checks of two images, and marks what differs" {
	PLIMSOLL_RUN=$UNIQUE run -0 --separate-stderr examples/compare.sh 02 12
	assert_line --regexp '^image +02-multi-stage +12-static-scratch +\*$'
	assert_line --regexp '^size +[0-9.]+ MB +[0-9.]+ MB +\*$'
	assert_line --regexp '^files +[0-9]+ +14 +\*$'
	assert_line --regexp '^own layers +1 +1 *$'
	assert_line --regexp '^user +0:0 +65532:65532 +\*$'
	assert_line --regexp '^user-set +fail +pass +\*$'
	assert_line --regexp '^runs-read-only +fail +pass +\*$'
	assert_line --regexp '^runs-as-anyone +fail +fail *$'
	refute_line --regexp '^stops-on-term '
	run -0 engine ps --all --quiet --filter "label=plimsoll.run=$UNIQUE"
	assert_output ''
}

@test "compare of anything but two images: exit 2, and how to call it" {
	run -2 examples/compare.sh 02
	one_line '^plimsoll: compare: two images are needed: make compare A=02 B=12$'
	run -2 examples/compare.sh '' 02
	one_line '^plimsoll: compare: two images are needed'
	run -2 examples/compare.sh 02 99-none
	one_line '^plimsoll: 99-none: no such image: there are 01-basic, '
	run -2 examples/compare.sh 02 app
	one_line '^plimsoll: app: names more than one image: name one of '
}

@test "example builds and runs one rung, and prints its row" {
	PLIMSOLL_RUN=$UNIQUE run -0 --separate-stderr examples/show.sh --one 12
	assert_line --regexp '^12-static-scratch +scratch +[0-9.]+ MB +1 +65532:65532 +/usr/local/bin/app .* [0-9]{2}/[0-9]{2}$'
	assert_line '1 image(s): every promise kept.'
}

@test "example without a name, or with one of several images: exit 2, and how to call it" {
	run -2 examples/show.sh --one
	one_line '^plimsoll: example: no name: name a rung or an image: make example NAME=04$'
	run -2 examples/show.sh --one app
	one_line '^plimsoll: app: names more than one image: name one of plimsoll/app:release, plimsoll/app:debug$'
}
