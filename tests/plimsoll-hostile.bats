#!/usr/bin/env bats
# plimsoll checks images that are made to harm who checks them: each has its outcome, or one line, in bounded time and
# memory, and leaves nothing.
# shellcheck disable=SC2030,SC2031,SC2154

load plimsoll

setup_file() {
	make_fixtures floods writes-escapes health-endless deletes-files kills-everybody tries-network forks-forever \
		takes-memory writes-sparse root-thread seizes-probe stops-probe stops-asker \
		takes-place
	load_image writes-root write.c
	load_image writes-volume write.c
	load_image names '../plimsoll/*.c'
	load_image accepted write.c
}

teardown_file() {
	remove_fixtures
}

setup() {
	prepare_test
}

# load_image KIND SOURCES: an image that the table has no words for.
load_image() {
	# shellcheck disable=SC2086  # a pattern
	musl-gcc -std=c11 -D_GNU_SOURCE -idirafter /usr/include -idirafter "/usr/include/$(gcc -dumpmachine)" \
		-Wall -Wextra -Werror -Os -static -s -o "$BATS_FILE_TMPDIR/program" "$HOSTILE"/$2
	python3 "$HOSTILE/archive.py" "$1" "$BATS_FILE_TMPDIR/image.tar" "$BATS_FILE_TMPDIR/program" "$PREFIX:$1"
	engine load --quiet --input "$BATS_FILE_TMPDIR/image.tar" >/dev/null
}

# assert_outcome CHECK OUTCOME
assert_outcome() {
	assert_equal "$1: $(outcome "$1")" "$1: $2"
}

# checked STATUS NAME [OPTION]...: a check of the image.
checked() {
	call "$1" check --quiet "${@:3}" "$PREFIX:$2"
	assert_equal "$(<"$ERR")" ''
	assert_equal "$(head -n 1 "$OUT")" "$PREFIX:$2"
	assert_nothing_left "$PREFIX:$2" 3
}

@test "an image that writes as fast as it can is judged by what it does" {
	checked 0 floods --only starts,stops-on-term
	assert_outcome starts pass
	assert_outcome stops-on-term pass
}

@test "what drives a terminal is shown as what it is" {
	checked 0 writes-escapes
	assert_outcome starts pass
}

@test "a fork bomb finds a limit, and can be stopped" {
	checked 0 forks-forever --only starts,survives-limits
	assert_outcome survives-limits pass
}

@test "an image that takes all memory is ended, and nothing else is" {
	checked 1 takes-memory
	assert_outcome starts FAIL
	assert_regex "$(grep ' starts ' "$OUT")" 'exit 137 '
}

@test "a health check that never ends is one that never succeeds" {
	checked 1 health-endless
	assert_outcome becomes-healthy FAIL
}

@test "a health check that never ends is judged though it takes all the time that there is" {
	checked 1 health-endless --timeout 12 --ready 'healthcheck within 1 s' --only becomes-healthy,runs-read-only
	assert_outcome becomes-healthy FAIL
}

@test "an entry point that deletes what it can deletes nothing of ours" {
	checked 1 deletes-files
	assert_outcome writes-nothing FAIL
}

@test "an entry point that kills every process can't pass what it prevents" {
	checked 1 kills-everybody
	assert_outcome becomes-healthy FAIL
	assert_outcome pid1-is-app ERROR
	assert_outcome runs-unprivileged ERROR
}

@test "no program of an image is run in the place of plimsoll's own" {
	checked 0 takes-place --only starts,becomes-healthy,pid1-is-app,ports-match,stops-on-term
	assert_outcome pid1-is-app pass
	assert_outcome ports-match pass
}

@test "a thread that is still root counts, whatever its process is" {
	checked 1 root-thread --only starts,runs-unprivileged,runs-read-only
	assert_outcome starts pass
	assert_outcome runs-unprivileged FAIL
}

@test "no process of an image can trace who looks at it" {
	run -0 --separate-stderr "$PLIMSOLL" facts --quiet "$PREFIX:seizes-probe"
	run -0 jq --raw-output .runs.baseline.output.last <<<"$output"
	assert_output 'service: seize: its own child: yes, the probe: no'
}

# unanswered NAME READY: none of its behaviours is decided, and what else there is of it is judged.
unanswered() {
	SECONDS_MOST=30 checked 1 "$1" --ready "$2 within 1 s" --only starts,becomes-healthy,runs-read-only,user-set
	assert_outcome user-set pass
	assert_outcome starts ERROR
	assert_outcome becomes-healthy ERROR
	assert_outcome runs-read-only ERROR
	assert_regex "$(<"$OUT")" 'probe: no answer from inside of the container within [0-9]+ s: the image stops it'
}

@test "an image that stops who looks at it is not decided, in bounded time" {
	unanswered stops-probe 'port 3000'
}

@test "a health check that stops who asks for it is not decided, in bounded time" {
	unanswered stops-asker healthcheck
}

@test "there is no network to try" {
	checked 0 tries-network
	assert_no_network "$PREFIX:tries-network"
}

@test "an image that writes 15,000 files is judged by the first of them" {
	SECONDS_MOST=100 checked 1 writes-root --only starts,writes-nothing,restarts
	assert_outcome writes-nothing FAIL
}

@test "ten thousand names of 4,000 bytes in a volume are not kept: whether one of them grew is not known" {
	checked 1 writes-volume --only starts,restarts
	assert_outcome restarts ERROR
}

@test "a sparse file of a terabyte in a volume takes a bounded time" {
	SECONDS_MOST=40 checked 1 writes-sparse --only starts,restarts
	assert_outcome starts pass
	assert_outcome restarts ERROR
	assert_regex "$(grep ' restarts ' "$OUT")" 'what the second start left was not looked at: docker cp: took too long'
}

@test "loops of links, and names that are no text" {
	checked 1 names
	assert_outcome no-setuid FAIL
	assert_outcome workdir pass
	assert_outcome starts pass
}

@test "every container has limits, and nothing of the host's" {
	local id limits=''
	"$PLIMSOLL" check --quiet --no-layers "$PREFIX:tries-network" >"$OUT" 2>"$ERR" 3>&- &
	while kill -0 $! 2>/dev/null; do
		for id in $(made_of "$PREFIX:tries-network"); do
			# A holder never runs; what is gone by now says nothing.
			limits+=$(engine inspect --format '{{if .State.StartedAt}}{{with .HostConfig}}{{.Memory}} {{.MemorySwap}} {{.PidsLimit}} {{.NetworkMode}} {{.Privileged}} {{.PidMode}} {{.LogConfig.Config}} {{.Binds}}{{end}}{{end}}' "${id%-holder}" 2>/dev/null || [[ $? == 1 ]])$'\n'
		done
	done
	wait $!
	limits=$(sed -E '/^$/d; s/plimsoll-[0-9a-f]{32}/NAME/g' <<<"$limits" | sort -ru)
	assert_regex "$limits" '^536870912 536870912 256 '
	# Those under the smaller limits may have come and gone between two looks.
	run -1 grep --invert-match --extended-regexp \
		'^(536870912 536870912 256|268435456 268435456 64) none false  map\[max-file:2 max-size:8m\] \[NAME:/.NAME:ro\]$' <<<"$limits"
}

# archive STATUS KIND: a check of a hostile archive, without an engine; nothing may appear outside of it.
archive() {
	mkdir "$BATS_TEST_TMPDIR/archives"
	python3 "$HOSTILE/archive.py" "$2" "$BATS_TEST_TMPDIR/archives/a.tar"
	read_archive "$1" a.tar
}

# read_archive STATUS FILE [OPTION]...: every process is plimsoll's own.
read_archive() {
	WATCH_ALL=1 DOCKER_HOST=unix:///nonexistent PATH=/nonexistent:$PATH SECONDS_MOST=${SECONDS_MOST:-20} \
		call "$1" check --timeout 15 "${@:3}" "docker-archive:$BATS_TEST_TMPDIR/archives/$2"
	assert_equal "$(cd "$BATS_TEST_TMPDIR/archives" && find . -type f)" "./$2"
	if [[ -e /tmp/plimsoll-escaped || -L /tmp/plimsoll-escaped ]]; then fail '/tmp/plimsoll-escaped: expected no such file'; fi
}

# refused KIND PATTERN
refused() {
	archive 3 "$1"
	assert_not_checked ".*/a.tar: $2"
}

@test "archives of both layouts need no engine" {
	archive 1 good
	assert_outcome layer-waste pass
	rm -r "$BATS_TEST_TMPDIR/archives"
	archive 1 good-oci
	assert_outcome layer-waste pass
}

@test "names of a layer lead no higher than its root" {
	archive 1 upwards
	assert_outcome no-setuid FAIL
	assert_regex "$(grep ' no-setuid ' "$OUT")" ' 2 setuid or setgid files'
}

@test "links of a layer, absolute or in a circle, lead nowhere else" {
	archive 1 links
	assert_outcome entrypoint-exists FAIL
}

@test "devices and pipes are entries, not opened" {
	archive 1 devices
}

@test "a sparse file is refused, as readers of tar take it for different things" {
	refused sparse "the layer 0.tar is damaged: readers of tar differ: more of GNU's form than names and times"
}

@test "headers that engines read differently are refused, in a layer and around it" {
	refused link-with-contents "the layer 0.tar is damaged: readers of tar differ: contents of what can't have any"
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused outer-link-with-contents "cut short or damaged: readers of tar differ: contents of what can't have any"
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused renamed-twice 'the layer 0.tar is damaged: readers of tar differ: several extended headers of one member'
}

@test "what engines make of a layer's links is not taken for known" {
	archive 1 links
	assert_outcome no-setuid ERROR
	assert_regex "$(grep ' no-setuid ' "$OUT")" 'but engines may make other files of the layers: /hard: a hard link to what its layer has not'
}

@test "what is read of tar is what the engine makes of it" {
	local id
	"$PLIMSOLL" facts --quiet --static "$PREFIX:accepted" | jq --compact-output '.files.setuid[] | [.path, .mode, .uid, .gid]' >"$BATS_TEST_TMPDIR/seen"
	id=$(engine create --network none "$PREFIX:accepted")
	engine export "$id" | python3 "$HOSTILE/archive.py" list-setuid "$BATS_TEST_TMPDIR/made"
	engine rm "$id" >/dev/null
	assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/made")" 12
	diff "$BATS_TEST_TMPDIR/made" "$BATS_TEST_TMPDIR/seen"
}

@test "links around the layers, by which an engine would find other ones, are refused" {
	refused outer-link 'cut short or damaged: a member lies below another'
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused outer-link-for-directory 'cut short or damaged: a member lies below another'
}

@test "a manifest that can't be read is not passed over for another layout's" {
	local kind
	for kind in behind-json json-twice json-as-tar; do
		refused $kind "manifest.json can't be read"
		rm -r "$BATS_TEST_TMPDIR/archives"
	done
}

@test "a terabyte that is promised and not there is an archive that is cut short" {
	refused claims-terabyte 'the layer 0.tar is damaged: Truncated'
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused outer-claims-terabyte 'cut short or damaged: Truncated'
}

@test "two manifests, two images of a name, and manifests that lead to one another" {
	local kind
	for kind in two-manifests loop index-loop index-upwards; do
		refused $kind "(the image's configuration is missing|manifest.json can't be read|its indexes lead to no image)"
		rm -r "$BATS_TEST_TMPDIR/archives"
	done
	refused two-images 'holds several images'
}

@test "texts of an archive that drive a terminal are shown as what they are, in every format" {
	local format
	archive 1 escapes
	for format in tap junit json sarif; do
		read_archive 1 a.tar --format "$format"
	done
}

@test "paths of 4,096 bytes and more are read, or said not to be" {
	archive 1 long-names
	assert_outcome no-file-caps ERROR
}

@test "what is asked for is found behind more files than are kept, and what is not there is not an error" {
	archive 1 behind-many-files
	assert_outcome no-setuid FAIL
	assert_regex "$(grep ' no-setuid ' "$OUT")" ' /last/bin/su: mode 4755 of 0:0'
	assert_outcome no-secret-file FAIL
	assert_outcome no-file-caps pass
	assert_outcome no-world-writable pass
	assert_outcome no-unowned note
	assert_outcome no-sudo pass
	assert_outcome no-secret-layer pass
	assert_outcome entrypoint-exists ERROR
	assert_outcome layer-waste ERROR
}

@test "a hundred shells hide no sudo" {
	archive 1 many-shells
	assert_outcome no-sudo FAIL
	assert_outcome no-sshd pass
}

@test "more names than are kept are let go, and more members than are read are refused" {
	archive 1 many-long-names
	assert_outcome no-setuid ERROR
	assert_regex "$(grep ' no-setuid ' "$OUT")" ': /: more directories than are kept'
	assert_outcome entrypoint-exists ERROR
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused many-members 'has more files than are read: at most 10,000 outside of its layers'
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused many-layers 'has more than 1000 layers'
}

@test "headers of 300 MB are refused" {
	refused long-pax 'the layer 0.tar is damaged: readers of tar differ: an extended header of more than 1 MiB'
	rm -r "$BATS_TEST_TMPDIR/archives"
	refused long-gnu 'the layer 0.tar is damaged: readers of tar differ: an extended header of more than 1 MiB'
}

@test "200,000 files, 100,000 owners, a thousand layers" {
	archive 1 many-files
	rm -r "$BATS_TEST_TMPDIR/archives"
	archive 1 wide-owners
	rm -r "$BATS_TEST_TMPDIR/archives"
	archive 1 many-reads
}

@test "the most that is kept, with the most that is told of it" {
	archive 1 worst
	rm -r "$BATS_TEST_TMPDIR/archives"
	archive 1 overwritten
	assert_outcome layer-waste ERROR
}

@test "a bomb of gzip takes the time that it is given, and no memory" {
	refused gzip-bomb 'took too long, and was ended'
}

@test "gzip in gzip in gzip is no layer" {
	refused nested-gzip 'the layer 0.tar is damaged: Unrecognized archive format'
}

@test "a frame of zstd that asks for 2 GiB is refused" {
	refused zstd-window 'the layer 0.tar is damaged: zstd: Frame requires too much memory'
}

@test "zeros behind the end of an archive are not read" {
	mkdir "$BATS_TEST_TMPDIR/archives"
	python3 "$HOSTILE/archive.py" good "$BATS_TEST_TMPDIR/archives/a.tar"
	truncate --size 1T "$BATS_TEST_TMPDIR/archives/a.tar"
	SECONDS_MOST=5 read_archive 1 a.tar
}

@test "an archive that is cut short anywhere is refused" {
	local size at
	mkdir "$BATS_TEST_TMPDIR/archives"
	python3 "$HOSTILE/archive.py" good "$BATS_TEST_TMPDIR/whole.tar"
	size=$(stat --format %s "$BATS_TEST_TMPDIR/whole.tar")
	# The last 1,024 bytes only mark the end.
	for ((at = 0; at < size - 1024; at += 256)); do
		head -c $at "$BATS_TEST_TMPDIR/whole.tar" >"$BATS_TEST_TMPDIR/archives/a.tar"
		read_archive 3 a.tar
		assert_not_checked '.*/a.tar: .*(cut short|not an archive of an image|is damaged)'
	done
}

@test "wrong types anywhere in an archive's JSON are refused, or not there" {
	local file what status
	mkdir "$BATS_TEST_TMPDIR/archives"
	python3 "$HOSTILE/archive.py" wrong-types "$BATS_TEST_TMPDIR/archives" >"$BATS_TEST_TMPDIR/list"
	assert [ "$(wc -l <"$BATS_TEST_TMPDIR/list")" -gt 250 ]
	while read -r file what; do
		status=0
		timeout 20 "$PLIMSOLL" check --format json "docker-archive:$BATS_TEST_TMPDIR/archives/$file" \
			>"$OUT" 2>"$ERR" || status=$?
		if [[ $status != [13] || -s $ERR ]] || grep -q 'crashed' "$OUT"; then
			fail "$what: expected status 1 or 3 and a report, found $status, $(<"$ERR") $(grep trouble "$OUT")"
		fi
		assert_plain "$OUT"
	done <"$BATS_TEST_TMPDIR/list"
}
