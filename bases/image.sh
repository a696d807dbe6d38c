# shellcheck shell=bash
# How a stand-in becomes an image: from a tree, or from a container. Sourced, not run.
# An image gets its name in the same call that makes it, so half an image never has one,
# and none is ever left without a name.

# An engine call that must not be cut off. The engine goes on when its client is killed, and would make
# its image or container after everything was cleaned up; kill_jobs waits for these calls.
unbroken() {
	: >"$WORK/$BASHPID.unbroken"
	engine "$@"
	rm "$WORK/$BASHPID.unbroken"
}

has_image() {
	engine image inspect "$1" >/dev/null 2>&1
}

# Takes a role; fills CHANGES with the --change options that label its image.
label_image() {
	local role=$1 name=${STAND_IN[$1]:-$TOOLS_NAME} official=${OFFICIAL[$1]:-} description
	if [[ -n $official ]]; then
		description="Stand-in for $official, made on this host from Debian's packages"
	else
		description="Tools of the Rust builds of this tree, to copy from"
	fi
	CHANGES=(
		--change "LABEL org.opencontainers.image.title=\"${name##*/}\""
		--change "LABEL org.opencontainers.image.description=\"$description\""
		--change "LABEL org.opencontainers.image.created=$(date --utc +%FT%TZ)"
		--change 'LABEL org.opencontainers.image.vendor=Plimsoll'
		--change "LABEL plimsoll.suite=$SUITE"
	)
	if [[ -n $official ]]; then CHANGES+=(--change "LABEL plimsoll.stand-in-for=$official"); fi
}

# import_tree ROLE NAME TREE [CHANGE]...: the files of TREE as an image of one layer.
# The archive is written before it is sent: an import can't tell a short archive from a whole one.
import_tree() {
	local role=$1 name=$2 tree=$3
	shift 3
	tar --create --numeric-owner --directory "$tree" --file "$WORK/$role.tar" .
	import_archive "$role" "$name" "$WORK/$role.tar" "$@"
}

import_archive() {
	local role=$1 name=$2 archive=$3 CHANGES change
	shift 3
	label_image "$role"
	for change; do CHANGES+=(--change "$change"); done
	printf 'importing %s\n' "$name"
	unbroken import "${CHANGES[@]}" "$archive" "$name"
	rm "$archive"
}

# start_box ROLE IMAGE: starts a container to work in; sets BOX, its name. make.sh removes it by that name.
# No --entrypoint: a commit would keep it, and no change takes it away again.
start_box() {
	BOX=$RUN-${1,,}
	unbroken run --detach --name "$BOX" "$2" sleep infinity
}

# commit_box ROLE NAME [CHANGE]...: what was done in BOX as an image, on top of the layers it began with.
commit_box() {
	local role=$1 name=$2 CHANGES change
	shift 2
	label_image "$role"
	for change in 'CMD ["bash"]' "$@"; do CHANGES+=(--change "$change"); done
	printf 'committing %s\n' "$name"
	unbroken commit "${CHANGES[@]}" "$BOX" "$name"
	engine rm --force "$BOX"
}

# install_packages PACKAGE...: in BOX, and no list or cache stays behind.
install_packages() {
	engine exec --env DEBIAN_FRONTEND=noninteractive "$BOX" sh -euc \
		'apt-get update -q; apt-get install -q --yes --no-install-recommends "$@"; rm -rf /var/lib/apt/lists/*' \
		sh "$@"
}
