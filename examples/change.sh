# shellcheck shell=bash
# A one-line change of the source, for measuring and testing a rebuild. Sourced.
#
# changed_tree DIR GREETING    copies what a build sees into DIR, with another greeting on the one line that holds it

GREETING_FILE=examples/app/service/src/lib.rs
GREETING='Plimsoll example app'

changed_tree() {
	local folder=$1 greeting=$2
	mkdir -p "$folder"
	tar --create --exclude=target Containerfile .dockerignore examples su-exec entrypoint | tar --extract --directory "$folder"
	sed -i "s/$GREETING/$greeting/" "$folder/$GREETING_FILE"
	if cmp --silent "$GREETING_FILE" "$folder/$GREETING_FILE"; then
		printf 'plimsoll: %s: no line holds "%s": say in examples/change.sh where the greeting stands\n' "$GREETING_FILE" "$GREETING" >&2
		return 1
	fi
}
