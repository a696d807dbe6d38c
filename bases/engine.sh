# shellcheck shell=bash
# The one way to the container engine. Sourced, not run.
# ENGINE names its command line client; docker when unset.

engine() {
	command "${ENGINE:-docker}" "$@"
}

# Reads the choice that bases/make.sh wrote; every name in it is exported. One line on stderr and exit 2 without it.
load_bases() {
	if [[ ! -e .env ]]; then
		printf 'plimsoll: .env: not there: run make bases\n' >&2
		exit 2
	fi
	set -a
	# shellcheck disable=SC1091  # written by bases/make.sh
	. ./.env
	set +a
}

# Takes nothing. Returns when the engine answers; else prints one line on stderr and exits 3.
require_engine() {
	local name=${ENGINE:-docker} said trouble

	# {{.Server}} makes the client ask its server too.
	if ! command -v "$name" >/dev/null; then
		trouble='not installed: install it (apt-get install docker.io), or name another with ENGINE='
	elif said=$(engine version --format '{{.Server.Version}}' 2>&1 >/dev/null); then
		return
	else
		case $said in
		*'ermission denied'*)
			trouble='no permission on its socket: run as root, or as a member of the group that owns it' ;;
		*'annot connect'* | *'o such file'* | *'onnection refused'*)
			trouble='not running: start it (systemctl start docker)' ;;
		*)
			trouble="does not answer: ${said##*$'\n'}" ;;
		esac
	fi
	printf 'plimsoll: %s: %s\n' "$name" "$trouble" >&2
	exit 3
}
