# shellcheck shell=bash
# Every image name and pinned version of bases/. Sourced, not run.
# shellcheck disable=SC2034  # used by those who source it
# A role is what a Containerfile asks for: ARG <role>_IMAGE.

# In this order they are asked of a registry: the smallest first, and each registry early.
OFFICIAL_ROLES=(STATIC DEBIAN CC CC_DEBUG RUST_SLIM RUST TESTS_BASE)

# The tools image: each tool's version, and where its archive for x86_64 lies on the release host, with the archive's
# sha256. Rung 05 pins the same archives in its Containerfile; a test compares them.
RELEASES=https://github.com
declare -gA TOOL_VERSIONS=(
	[cargo-auditable]=0.7.5
	[cargo-binstall]=1.22.0
	[cargo-chef]=0.1.71
	[cargo-nextest]=0.9.143
)
declare -gA TOOL_ARCHIVES=(
	[cargo-auditable]=rust-secure-code/cargo-auditable/releases/download/v0.7.5/cargo-auditable-x86_64-unknown-linux-musl.tar.xz
	[cargo-binstall]=cargo-bins/cargo-binstall/releases/download/v1.22.0/cargo-binstall-x86_64-unknown-linux-musl.tgz
	[cargo-chef]=LukeMathWalker/cargo-chef/releases/download/v0.1.71/cargo-chef-x86_64-unknown-linux-gnu.tar.gz
	[cargo-nextest]=nextest-rs/nextest/releases/download/cargo-nextest-0.9.143/cargo-nextest-0.9.143-x86_64-unknown-linux-gnu.tar.gz
)
declare -gA TOOL_CHECKSUMS=(
	[cargo-auditable]=3374daaf153e6f82028add5e4bf7cc2deab46537dee24f20be80df831193aeb4
	[cargo-binstall]=df2921254924066627685ee09f6c8b9acd7acef68a338668f879d2b033c09458
	[cargo-chef]=0ac1c3668f81dcbc8867e3ba41e939d98ff4a3f4ce1aeda795da138685618815
	[cargo-nextest]=66786b9abe23920d022a182d1416b1bbc8130dd4872a9553d76985a1708dcd1e
)

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
