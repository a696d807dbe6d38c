# Who the service runs as, when the one who starts it says so: USER_ID, --user, and volumes that belong to someone else.
# shellcheck disable=SC2154,SC2030,SC2031  # output and status are set by bats; each test is a subshell

bats_load_library bats-support
load helpers

setup() {
	use_libraries
}

teardown() {
	remove_container
	engine volume rm --force "$UNIQUE" >/dev/null
}

# A named volume whose directory belongs to 4242 alone. Not empty, or the engine would give it the image's owner.
volume_of_another() {
	engine volume create --label "plimsoll.run=$PLIMSOLL_RUN" "$UNIQUE" >/dev/null
	engine run --rm --label "plimsoll.run=$PLIMSOLL_RUN" --volumes-from "$PROBE:ro" --volume "$UNIQUE:/data" \
		--entrypoint /probe/busybox "$PROBE" sh -c '/probe/busybox touch /data/theirs && /probe/busybox chown -R 4242:4242 /data && /probe/busybox chmod 700 /data'
}

for_each_image .entrypoint -- 'USER_ID=1000, 65532 and 0 are who it runs as' chosen_user
chosen_user() {
	local id
	for id in 1000 65532 0; do
		start "$1" --env "USER_ID=$id"
		run -0 processes "$CONTAINER"
		assert_output --regexp "^1 app $id,$id,$id,$id $id,$id,$id,$id ($id)?$"
		remove_container
	done
}

for_each_image .entrypoint -- 'a bad USER_ID is refused: exit 125, the variable named, nothing changed' refused_user
refused_user() {
	local value made=''
	# A volume that the image declares, and has no directory for, gets one by the engine.
	if [[ $(engine image inspect --format '{{.Config.Volumes}}' "$1") == *'[/var/lib/app:'* ]]; then made=$'C /var\nC /var/lib\nA /var/lib/app'; fi
	for value in '' abc -5 07 70000000000 4294967296 4294967295 ' 0' 1000:0; do
		run -125 engine run --label "plimsoll.run=$PLIMSOLL_RUN" --name "$UNIQUE" --env "USER_ID=$value" "$1"
		assert_output --partial 'USER_ID'
		assert_equal "$value: ${#lines[@]} line" "$value: 1 line"
		run -0 engine diff "$UNIQUE"
		assert_output "$made"
		engine rm --volumes "$UNIQUE" >/dev/null
	done
}

for_each_image .entrypoint -- 'a volume of someone else is made the user'\''s own' volume_taken_over
volume_taken_over() {
	volume_of_another
	start "$1" --env USER_ID=65532 --volume "$UNIQUE:/var/lib/app"
	run -0 fetch /visits
	assert_output 1
	run -0 probe "$CONTAINER" stat -c '%u:%g' /var/lib/app
	assert_output 65532:65532
}

for_each_image '.user == "65532:65532"' -- 'a volume of someone else stops it, with a clear error: 09 mends that' volume_refused
volume_refused() {
	volume_of_another
	run -1 run_once --volume "$UNIQUE:/var/lib/app" "$1"
	assert_output --regexp '^app: /var/lib/app/visits: .*65532'
	assert_equal "${#lines[@]}" 1
}

for_each_image '.runs_as == "0:0"' -- 'as root it writes into anyone'\''s volume' volume_overrun
volume_overrun() {
	volume_of_another
	start "$1" --volume "$UNIQUE:/var/lib/app"
	run -0 fetch /visits
	assert_output 1
	run -0 probe "$CONTAINER" stat -c '%u:%g' /var/lib/app/visits
	assert_output 0:0
}

for_each_image -- '--user 12345 with a writable directory runs as 12345' other_user
other_user() {
	start "$1" --user 12345:12345 --tmpfs /var/lib/app:uid=12345,gid=12345,mode=0700
	run -0 processes "$CONTAINER"
	assert_output --regexp '^1 app 12345,12345,12345,12345 12345,12345,12345,12345 ?(12345)?$'
	run -0 fetch /visits
	assert_output 1
}

for_each_image -- '--user 12345 without one is a clear error that names directory and uid' other_user_refused
other_user_refused() {
	local expected=1
	if [[ -n $(promised "$1" entrypoint) ]]; then expected=125; fi
	run -"$expected" run_once --user 12345:12345 "$1"
	assert_output --regexp '/var/lib.*12345'
	assert_equal "${#lines[@]}" 1
}

for_each_image .entrypoint -- 'ARG USER_ID at build time has its effect at run time' build_argument
build_argument() {
	build_image "$1" --tag "$UNIQUE" --label "plimsoll.run=$PLIMSOLL_RUN" --build-arg USER_ID=2000 >"$BATS_TEST_TMPDIR/log" ||
		cat "$BATS_TEST_TMPDIR/log"
	start "$UNIQUE"
	run -0 pid1_user "$CONTAINER"
	assert_output 2000:2000
}
