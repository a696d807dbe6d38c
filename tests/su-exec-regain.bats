# No way back: in containers, a program that su-exec executed tries everything that su-exec/unit/regain.c knows to
# become root again. PID 1 beside it is root's.
# shellcheck disable=SC2154  # output, lines, stderr and status are set by bats
# shellcheck disable=SC2016  # what is in single quotes is for the shell in the container

bats_require_minimum_version 1.11.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
	build_su_exec_image
}

teardown_file() {
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
	remove_su_exec_image
}

setup() {
	bats_load_library bats-support
	bats_load_library bats-assert
	cd "$BATS_TEST_DIRNAME/.." || return
	# shellcheck source=tests/su-exec.bash
	. tests/su-exec.bash
}

teardown() {
	remove_containers
}

# Where a way may be tried that the engine's filter closes to all, root too.
UNFILTERED=(--security-opt seccomp=unconfined)

# ways_back [OPTION]... -- COMMAND...: what works for the program regain after COMMAND, a line each.
ways_back() {
	local -a options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	# The shell stays PID 1; its status would be regain's, which says the same as the lines.
	in_container "${options[@]}" -- sh -c '"$@"; [ $? -le 1 ]' sh regain prepare "$@"
}

# assert_ways WAY... -- [OPTION]... -- COMMAND...: just these work.
assert_ways() {
	local expected=''
	while [[ $1 != -- ]]; do
		expected+=$1$'\n'
		shift
	done
	shift
	run -0 ways_back "$@"
	assert_output "${expected%$'\n'}"
}

need_namespaces() {
	in_container "${UNFILTERED[@]}" -- unshare -U true || skip 'not on this host: containers may not make user namespaces'
}

@test "each way works for root, so that none is tried in vain" {
	need_namespaces
	run in_container "${UNFILTERED[@]}" --cap-add SYS_ADMIN -- true
	if ((status != 0)); then skip 'not on this host: no container gets CAP_SYS_ADMIN'; fi
	run -0 in_container -- regain list
	local all=$output
	assert [ "${#lines[@]}" -gt 30 ]
	run -0 ways_back "${UNFILTERED[@]}" --cap-add SYS_ADMIN -- regain
	assert_output "$all"
}

@test "--lock: there is no way back to root" {
	assert_ways -- -- su-exec --lock games regain
	assert_ways -- -- su-exec --lock 1500:1500 regain
}

@test "without --lock: what root left open can be read, and there is no other way" {
	assert_ways 'descriptor of a file' 'descriptor of a directory' -- -- su-exec games regain
	assert_ways 'descriptor of a file' 'descriptor of a directory' -- -- su-exec 1500:1500 regain
}

@test "no boundary: without the engine's filter, a key in the session keyring stays readable, with --lock too" {
	need_namespaces
	assert_ways 'key in the session keyring' -- "${UNFILTERED[@]}" -- su-exec --lock games regain
	assert_ways 'descriptor of a file' 'descriptor of a directory' 'key in the session keyring' -- \
		"${UNFILTERED[@]}" -- su-exec games regain
}

@test "on a read-only root there is no way back either" {
	assert_ways -- --read-only --tmpfs /tmp -- su-exec --lock games regain
	assert_ways -- --read-only -- su-exec --lock 1500:1500 regain
}

@test "CAP_SETUID and CAP_SETGID are enough for a drop, and --lock asks for CAP_SETPCAP" {
	local caps=(--cap-drop ALL --cap-add SETUID --cap-add SETGID)
	assert_ways 'descriptor of a file' 'descriptor of a directory' -- "${caps[@]}" -- su-exec 1500:1500 regain
	run -125 in_container "${caps[@]}" -- su-exec --lock games true
	assert_output 'su-exec: capability bounding set: Operation not permitted: emptying it needs CAP_SETPCAP'
	assert_ways -- "${caps[@]}" --cap-add SETPCAP -- su-exec --lock 1500:1500 regain
}

@test "a container without one of the two capabilities: the message names it, and nothing is executed" {
	run -125 in_container --cap-drop SETGID -- su-exec games echo executed
	assert_output 'su-exec: setgroups: Operation not permitted: start it as root, or with CAP_SETGID'
	run -125 in_container --cap-drop SETUID -- su-exec games echo executed
	assert_output 'su-exec: setresuid: Operation not permitted: start it as root, or with CAP_SETUID'
	run -125 in_container --cap-drop ALL -- su-exec games echo executed
	assert_output 'su-exec: setgroups: Operation not permitted: start it as root, or with CAP_SETGID'
	run -0 in_container --cap-drop ALL -- su-exec root echo executed
}

@test "a container whose user is not root: it becomes what it is, and nobody else" {
	run -0 in_container --user 1500:1500 -- su-exec 1500:1500 id
	assert_output 'uid=1500 gid=1500 groups=1500'
	run -0 in_container --user 1500:1500 --cap-drop ALL --security-opt no-new-privileges -- su-exec 1500:1500 true
	run -125 in_container --user 1500:1500 -- su-exec root echo executed
	assert_output 'su-exec: setgroups: Operation not permitted: start it as root, or with CAP_SETGID'
	run -125 in_container --user 1500:1500 -- su-exec 1500:0 echo executed
}

@test "a setuid program of root gives root back without --lock, and with it gives nothing" {
	run -0 ways_back -- su-exec games regain-setuid
	assert_line setuid
	assert_ways -- -- su-exec --lock games regain-setuid
	run -0 ways_back --security-opt no-new-privileges -- su-exec games regain-setuid
	refute_line setuid
}

@test "a setuid or setgid copy of su-exec is refused to everyone, root too" {
	local user copy
	for user in root nobody 1500:1500; do
		for copy in su-exec-setuid su-exec-setgid; do
			run -125 in_container --user "$user" -- "$copy" root echo executed
			assert_output 'su-exec: setuid or setgid file: refused, as it would make anyone root: mend it with chmod u-s,g-s'
		done
	done
	# Where the bits have no effect, the file is still one that makes root of anyone elsewhere.
	run -125 in_container --user nobody --security-opt no-new-privileges -- su-exec-setuid nobody echo executed
}

@test "in a user namespace of its own, root alone is mapped: it stays root, and becomes nobody else" {
	need_namespaces
	run -0 in_container "${UNFILTERED[@]}" --user 1500:1500 -- unshare -Ur su-exec 0:0 id -u
	assert_output 0
	run -125 in_container "${UNFILTERED[@]}" --user 1500:1500 -- unshare -Ur su-exec games echo executed
	assert_output --partial 'su-exec: setgroups: Operation not permitted'
	run -125 in_container "${UNFILTERED[@]}" -- unshare -U --map-users=0,0,100 --map-groups=0,0,100 su-exec 1500:1500 echo executed
	assert_output --partial 'su-exec: setresgid: Invalid argument: is the id mapped in this user namespace?'
}

@test "in a user namespace that does not have root, who reads as 65534 there, nobody is taken for being it already" {
	need_namespaces
	run -125 in_container "${UNFILTERED[@]}" -- unshare -U su-exec 65534:65534 cat /etc/secret
	assert_output 'su-exec: setresgid: Invalid argument: is the id mapped in this user namespace?'
}

@test "in a user namespace with ids to become, there is no way back" {
	need_namespaces
	assert_ways 'key in the session keyring' -- "${UNFILTERED[@]}" -- \
		unshare -U --map-users=0,0,2000 --map-groups=0,0,2000 su-exec --lock games regain
}
