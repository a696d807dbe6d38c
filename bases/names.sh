# shellcheck shell=bash
# Every image name and pinned version of bases/. Sourced, not run.
# shellcheck disable=SC2034  # used by those who source it
# A role is what a Containerfile asks for: ARG <role>_IMAGE.

# In this order they are asked of a registry: the smallest first, and each registry early.
OFFICIAL_ROLES=(STATIC DEBIAN CC CC_DEBUG RUST_SLIM RUST TESTS_BASE)

# What the tools image holds where binaries are fetched or compiled; a host's own may be older or newer.
CARGO_BINSTALL_VERSION=1.24.0
declare -A TOOL_VERSIONS=([cargo-chef]=0.1.78 [cargo-nextest]=0.9.151)

# Takes a Debian suite; fills OFFICIAL and STAND_IN, role to image name. Fails for another suite.
# TESTS_BASE is trixie in either suite: the tests image needs its versions of bats and buildx.
name_images() {
	local suite=$1 release
	case $suite in
	trixie) release=13 ;;
	bookworm) release=12 ;;
	*) return 1 ;;
	esac
	declare -gA OFFICIAL=(
		[DEBIAN]=docker.io/library/debian:$suite-slim
		[RUST]=docker.io/library/rust:1-$suite
		[RUST_SLIM]=docker.io/library/rust:1-slim-$suite
		[TESTS_BASE]=docker.io/library/rust:1-slim-trixie
		[CC]=gcr.io/distroless/cc-debian$release:latest
		[CC_DEBUG]=gcr.io/distroless/cc-debian$release:debug
		[STATIC]=gcr.io/distroless/static-debian$release:latest
	)
	declare -gA STAND_IN=(
		[DEBIAN]=localhost/plimsoll/debian:$suite-slim
		[RUST]=localhost/plimsoll/rust:1-$suite
		[RUST_SLIM]=localhost/plimsoll/rust:1-slim-$suite
		[TESTS_BASE]=localhost/plimsoll/rust:1-slim-trixie
		[CC]=localhost/plimsoll/cc-debian$release:latest
		[CC_DEBUG]=localhost/plimsoll/cc-debian$release:debug
		[STATIC]=localhost/plimsoll/static-debian$release:latest
	)
	# Stands for no official image; made in either case.
	TOOLS_NAME=localhost/plimsoll/tools:$suite
}
