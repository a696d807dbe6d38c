# shellcheck shell=bash
# What the folders promise of their images. Sourced; the promises stand in each plimsoll.yaml, a document an image.
#
# load_promises             reads and validates them all into build/promises.json; exits 2 on a bad one
# promised_images [NAME]    the images, in the ladder's order; NAME narrows to a folder ("07", "07-user") or an image ("app:debug")
# one_image NAME            the one image that NAME names; exits 2 where it names none or more
# promised IMAGE KEY        the promise for KEY (a jq path without the dot), or nothing
# source_of IMAGE           the folder whose Containerfile builds it
# rung_before IMAGE         the folder of the rung that it follows; nothing for the first, and for the production images

PROMISES=build/promises.json

# Every key there is: what it may hold, in words, and as a test of the value.
# shellcheck disable=SC2016  # jq's own variables
PROMISE_RULES='
def rules: [
	["image", "a name like plimsoll/07-user or plimsoll/app:release", (tostring | test("^plimsoll/[a-z0-9][a-z0-9.-]*(:[a-z0-9][a-z0-9.-]*)?\\z"))],
	["target", "the name of a stage", (tostring | test("^[a-z][a-z0-9_-]*\\z"))],
	["follows", "the folder of the rung that its README compares it with", (tostring | test("^[0-9]{2}-[a-z0-9-]+\\z"))],
	["builder", "buildkit, where the classic builder can\u0027t read the Containerfile", . == "buildkit"],
	["base", "a variable of .env, like DEBIAN_IMAGE, or SCRATCH", (tostring | test("^([A-Z_]+_IMAGE|SCRATCH)\\z"))],
	["size", "at_most, and at_least if you like, in MB", type == "object" and all(.[]; type == "number" and . >= 0) and has("at_most") and keys - ["at_least", "at_most"] == []],
	["layers", "a number: those above the base", type == "number" and . >= 0],
	["user", "\"uid:gid\", in quotes", (tostring | test("^[0-9]+:[0-9]+\\z"))],
	["pid1", "an absolute path", (tostring | startswith("/"))],
	["stop", "within, in seconds, and exit", type == "object" and keys == ["exit", "within"] and all(.[]; type == "number" and . >= 0)],
	["shell", "true or false", type == "boolean"],
	["toolchain", "true or false", type == "boolean"],
	["healthcheck", "true or false", type == "boolean"],
	["cage", "true or false: whether it needs no writable root, no capability and no new privileges", type == "boolean"],
	["entrypoint", "none, script or c", IN("none", "script", "c")],
	["rebuild", "compiles (own or all), and at_most if you like", type == "object" and (.compiles | IN("own", "all")) and (.at_most // 0 | type == "number") and keys - ["at_most", "compiles"] == []]
];
def faults:
	(([rules[][0]] - ["builder", "follows", "target"] - keys)[] | "\(.): missing: every image promises it"),
	(to_entries[] | .key as $key | .value
	| ([rules[] | select(.[0] == $key)][0] // [$key, null, false]) as $rule
	| if $rule[1] == null then "\($key): unknown key: allowed are \([rules[][0]] | sort | join(", "))"
	  elif $rule[2] then empty
	  else "\($key): \(tojson) is not allowed: it must be \($rule[1])" end);
def misses:
	if length == 0 or any(.[]; type != "object") then "must hold a mapping for each image"
	else .[] | faults end;
'

load_promises() {
	local file all='[]' documents misses miss
	if ! promises_changed; then return; fi
	mkdir -p build
	for file in examples/[0-9]*/plimsoll.yaml plimsoll.yaml; do
		documents=$(yq --slurp . "$file") || {
			printf 'plimsoll: %s: not valid YAML: mend the line named above\n' "$file" >&2
			return 2
		}
		misses=$(jq -r "$PROMISE_RULES misses" <<<"$documents")
		if [[ -n $misses ]]; then
			while read -r miss; do printf 'plimsoll: %s: %s\n' "$file" "$miss"; done <<<"$misses" >&2
			return 2
		fi
		all=$(jq --arg folder "$(dirname "$file")" --argjson all "$all" '$all + map(. + {folder: $folder})' <<<"$documents")
	done
	if ! jq -e 'map(.image) | length == (unique | length)' <<<"$all" >/dev/null; then
		printf 'plimsoll: plimsoll.yaml: an image is promised twice: %s\n' "$(jq -r 'map(.image) | group_by(.)[] | select(length > 1)[0]' <<<"$all")" >&2
		return 2
	fi
	printf '%s\n' "$all" >"$PROMISES.$$"
	mv "$PROMISES.$$" "$PROMISES"
}

# Reading YAML costs seconds; nothing is read again that is older than what was made of it.
promises_changed() {
	local source
	if [[ ! -e $PROMISES ]]; then return 0; fi
	for source in examples examples/promises.sh examples/[0-9]*/plimsoll.yaml plimsoll.yaml; do
		if [[ $source -nt $PROMISES ]]; then return 0; fi
	done
	return 1
}

promised_images() {
	local name=${1:-} images
	images=$(jq -r --arg name "$name" '.[].image | select($name == "" or . == $name
		or (ltrimstr("plimsoll/") | . == $name or startswith($name + "-") or startswith($name + ":")))' "$PROMISES")
	if [[ -z $images ]]; then
		printf 'plimsoll: %s: no such image: there are %s\n' "$name" "$(jq -r 'map(.image | ltrimstr("plimsoll/")) | join(", ")' "$PROMISES")" >&2
		return 2
	fi
	printf '%s\n' "$images"
}

one_image() {
	local images
	images=$(promised_images "$1") || exit
	if [[ $images == *$'\n'* ]]; then
		printf 'plimsoll: %s: names more than one image: name one of %s\n' "$1" "${images//$'\n'/, }" >&2
		exit 2
	fi
	printf '%s\n' "$images"
}

promised() {
	jq -r --arg image "$1" ".[] | select(.image == \$image) | .$2 | if . == null then empty else tostring end" "$PROMISES"
}

source_of() {
	jq -r --arg image "$1" '.[] | select(.image == $image) | .folder' "$PROMISES"
}

# The one that the promises name, else the one with the next smaller number.
rung_before() {
	jq -r --arg image "$1" '
		[.[] | select(.folder | startswith("examples/"))] as $rungs
		| (.[] | select(.image == $image)) as $own
		| if $own.follows then "examples/" + $own.follows
		  else [$rungs[].folder | select(. < $own.folder and ($own.folder | startswith("examples/")))] | max // empty end' "$PROMISES"
}
