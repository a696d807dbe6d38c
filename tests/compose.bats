# docker-compose.yml: the production image as it is meant to run.
# shellcheck disable=SC2154  # output and status are set by bats

bats_load_library bats-support
load helpers

setup() {
	use_libraries
	export COMPOSE_PROJECT_NAME=$UNIQUE APP_PORT=0
}

teardown() {
	if [[ -z ${BATS_TEST_COMPLETED:-} ]]; then engine compose logs; fi
	engine compose down --volumes --timeout 1
}

@test "compose: the file is valid, for this Compose" {
	run -0 engine compose config --quiet
	assert_output ''
}

@test "compose: app turns healthy in its cage, runs as USER_ID without a capability, and stops cleanly" {
	USER_ID=4321 run -0 engine compose up --detach --no-build --wait --wait-timeout 20 app
	local container
	container=$(engine compose ps --quiet app)
	run -0 engine inspect --format '{{.State.Health.Status}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$container"
	assert_output 'healthy true [ALL]'
	run -0 engine top "$container" -eo pid,uid,gid,cmd
	assert_line --regexp '^ *[0-9]+ +4321 +4321 +/usr/local/bin/app$'
	run -0 engine compose stop app
	run -0 engine inspect --format '{{.State.ExitCode}}' "$container"
	assert_output 0
}

@test "compose: the volume's data outlive the container" {
	local round
	for round in 1 2; do
		run -0 engine compose up --detach --no-build --wait --wait-timeout 20 app
		run -0 engine run --rm --network "container:$(engine compose ps --quiet app)" --entrypoint curl plimsoll/tests \
			--silent --fail http://127.0.0.1:3000/visits
		assert_output "$round"
		engine compose down --timeout 5
	done
}

@test "compose: make clean knows a run of its tests by the label" {
	run -0 engine compose --profile tests config --format json
	run -0 jq -r '.services.tests.labels["plimsoll.run"]' <<<"$output"
	assert_output tests
}
