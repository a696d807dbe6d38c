#!/usr/bin/env bash
# Chooses the images of every FROM line, makes those that are missing, and writes the choice to .env.
# Runs on the host, as root where something must be made.
set -Eeuo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=${HERE%/*}
umask 022
export LC_ALL=C.UTF-8
SUITE=${SUITE:-trixie}
BASES=${BASES:-auto}

for part in engine names mirror image progress debian rust distroless tools; do
	# shellcheck source=/dev/null  # each is checked on its own
	. "$HERE/$part.sh"
done

main() {
	read_arguments "$@"
	require_engine
	take_lock
	prepare_work
	"$COMMAND"
}

print_help() {
	cat <<'END'
Usage: bases/make.sh            choose the images, make what is missing, write .env
       bases/make.sh remove     remove the stand-ins and the .env of this suite, nothing else

Variables:
  BASES=auto       official images where a registry answers, else stand-ins (default)
  BASES=official   official images; an error where no registry answers
  BASES=local      stand-ins made from Debian's packages and the host's Rust toolchain
  SUITE=trixie     Debian's release: trixie (default) or bookworm
  ENGINE=docker    the engine's client
  TMPDIR=/var/tmp  where images are put together; its file system must allow device files

Exit: 0 done, 1 an image could not be made, 2 usage, 3 engine trouble.
END
}

read_arguments() {
	case $*:$BASES in
	-h:* | --help:*) print_help; exit 0 ;;
	:auto | :official | :local) COMMAND=choose ;;
	remove:*) COMMAND=remove ;;
	:*) refuse "BASES=$BASES: not a choice: auto, official or local" ;;
	*) refuse "$*: unknown argument: none or remove; --help says more" ;;
	esac
	name_images "$SUITE" || refuse "SUITE=$SUITE: not a suite: trixie or bookworm"
}

refuse() {
	say "$1"
	exit 2
}

# Two runs at once would make the same images twice.
take_lock() {
	exec {LOCK}<"$HERE"
	flock --nonblock "$LOCK" && return
	say 'another run is at work: waiting for it'
	flock "$LOCK"
}

# All that this run makes on the way is in $WORK or is a container whose name begins with $RUN.
prepare_work() {
	WORK=''
	trap clean_up EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	WORK=$(mktemp --directory "${TMPDIR:-/var/tmp}/plimsoll-bases.XXXXXX")
	RUN=plimsoll-bases-${WORK##*.}
	RUN=${RUN,,}
}

# `return` without a number would give the status from before the trap here.
clean_up() {
	local tries=0
	trap '' HUP INT TERM
	if [[ -z $WORK ]]; then return 0; fi
	if ((${#PIDS[@]})); then clear_line; say 'interrupted: removing what is half made'; fi
	kill_jobs
	remove_boxes
	# A killed program may write for a moment yet.
	until rm -rf "$WORK" 2>/dev/null || ((++tries > 20)); do sleep 0.2; done
	rm -f "$TOP/.env.$RUN"
}

# More than once: the engine may be removing one already, and refuses to be asked again.
remove_boxes() {
	local tries
	local -a boxes
	for ((tries = 0; tries < 100; tries++)); do
		mapfile -t boxes < <(engine ps --all --quiet --filter "name=$RUN-")
		if ((${#boxes[@]} == 0)); then return 0; fi
		engine rm --force "${boxes[@]}" >/dev/null 2>&1 || sleep 0.2
	done
	say "containers not removed: ${boxes[*]}: remove them with ${ENGINE:-docker} rm --force"
}

choose() {
	ORIGIN=local
	if [[ $BASES != local ]]; then ask_registry; fi
	if [[ $ORIGIN == local ]]; then make_stand_ins; fi
	make_missing TOOLS
	write_env
}

# Sets ORIGIN=official where every official image is here or can be pulled. The first that can't ends the asking.
ask_registry() {
	local role
	set_images official
	for role in "${OFFICIAL_ROLES[@]}"; do
		if has_image "${IMAGES[$role]}"; then continue; fi
		run_jobs pull_image "$role"
		if [[ -z $FAILED ]]; then continue; fi
		if [[ $BASES == official ]]; then
			say "${IMAGES[$role]}: can't be pulled: $(last_line "$role"): try again, or use BASES=local"
			exit 1
		fi
		say "${IMAGES[$role]}: can't be pulled: using stand-ins made from Debian's packages (BASES=official tells why)"
		return
	done
	ORIGIN=official
}

pull_image() {
	engine pull "${IMAGES[$1]}"
}

make_image() {
	"make_${1,,}"
}

# Each line needs what the line before made; what stands on one line is made side by side.
make_stand_ins() {
	set_images local
	make_missing DEBIAN CC CC_DEBUG STATIC
	make_missing RUST_SLIM
	make_missing RUST TOOLS TESTS_BASE
}

set_images() {
	local role
	declare -gA IMAGES=([TOOLS]=$TOOLS_NAME)
	for role in "${OFFICIAL_ROLES[@]}"; do
		if [[ $1 == official ]]; then IMAGES[$role]=${OFFICIAL[$role]}; else IMAGES[$role]=${STAND_IN[$role]}; fi
	done
}

# make_missing ROLE...: those of them that the engine doesn't have, and the tools image where another version is pinned now.
make_missing() {
	local role
	local -a missing=()
	for role; do
		if ! has_image "${IMAGES[$role]}" || { [[ $role == TOOLS ]] && ! has_pinned_tools; }; then missing+=("$role"); fi
	done
	if ((${#missing[@]} == 0)); then return; fi
	if [[ $ORIGIN == local ]]; then require_host; fi
	run_jobs make_image "${missing[@]}"
	if [[ -n $FAILED ]]; then explain_failure; exit 1; fi
}

# What bootstrapping takes from the host. Everything that is missing is named at once.
require_host() {
	local need packages=''
	local -a needs=(debuerreotype-init:debuerreotype debootstrap:debootstrap gpgv:gpgv wget:wget
		unshare:util-linux dpkg-deb:dpkg tar:tar "$KEYRING:debian-archive-keyring")
	for need in "${needs[@]}"; do
		if ! command -v "${need%%:*}" >/dev/null && [[ ! -e ${need%%:*} ]]; then packages+=" ${need##*:}"; fi
	done
	if [[ -n $packages ]]; then
		say "missing on this host:$packages: apt-get install --yes$packages"
	elif ! find_toolchain >/dev/null; then
		say 'missing on this host: a Rust toolchain of rustup in PATH: apt-get install --yes rustup && rustup default stable'
	elif ((EUID)); then
		say 'making images from packages needs root: run this once as root, then as anyone'
	elif ! find_mirrors; then
		say "no Debian mirror in this host's apt sources: add one to /etc/apt/sources.list.d"
	else
		return 0
	fi
	exit 1
}

# Whole or not at all, so that a reader never sees half a choice.
write_env() {
	local role
	{
		printf 'BASES=%s\nSUITE=%s\n' "$ORIGIN" "$SUITE"
		for role in DEBIAN RUST RUST_SLIM CC CC_DEBUG STATIC TOOLS TESTS_BASE; do
			printf '%s_IMAGE=%s\n' "$role" "${IMAGES[$role]}"
		done
	} >"$TOP/.env.$RUN"
	mv "$TOP/.env.$RUN" "$TOP/.env"
}

# Images that stand on others go first. An image in use keeps its name, and the engine's message says by what.
remove() {
	local role image
	local -i failed=0
	set_images local
	for role in TOOLS RUST RUST_SLIM DEBIAN CC_DEBUG CC STATIC; do
		image=${IMAGES[$role]}
		if ! has_image "$image"; then continue; fi
		if engine rmi "$image" >/dev/null; then say "$image: removed"; else failed=1; fi
	done
	if grep -qsx "SUITE=$SUITE" "$TOP/.env"; then rm "$TOP/.env"; fi
	return "$failed"
}

main "$@"
