# shellcheck shell=bash
# What is promised of the images. Sourced. Budgets, and the checks that an image still fails, stand in the plimsoll.yaml
# of its folder, which plimsoll reads itself; what else the ladder knows of it in examples/ladder.yaml.
#
# load_promises             reads both into build/promises.json; exits 2 where ladder.yaml is wrong
# promised_images [NAME]    the images, in the ladder's order; NAME narrows to a rung ("07", "07-user") or an image ("app:debug")
# one_image NAME            the one image that NAME names; exits 2 where it names none or more
# promised IMAGE KEY        the promise for KEY (a jq path without the dot), or nothing
# source_of IMAGE           the folder whose Containerfile builds it
# rung_before IMAGE         the folder of the rung that it follows; nothing for the first, and for the production images

PROMISES=build/promises.json

# Every key of ladder.yaml: what it may hold, in words, and as a test of the value.
# shellcheck disable=SC2016  # jq's own variables
PROMISE_RULES='
def rules: [
	["target", "the name of a stage", (tostring | test("^[a-z][a-z0-9_-]*\\z"))],
	["follows", "the folder of the rung that its README compares it with", (tostring | test("^[0-9]{2}-[a-z0-9-]+\\z"))],
	["builder", "buildkit, where the classic builder can\u0027t read the Containerfile", . == "buildkit"],
	["base", "a variable of .env, like DEBIAN_IMAGE, or SCRATCH", (tostring | test("^([A-Z_]+_IMAGE|SCRATCH)\\z"))],
	["own_layers", "a number: those above the base", type == "number" and . >= 0],
	["at_least", "a size in MB", type == "number" and . >= 0],
	["pid1", "an absolute path", (tostring | startswith("/"))],
	["entrypoint", "elf or script", IN("elf", "script")],
	["rebuild", "compiles (own or all), and at_most if you like", type == "object" and (.compiles | IN("own", "all")) and (.at_most // 0 | type == "number") and keys - ["at_most", "compiles"] == []]
];
def faults($image):
	(((["base", "own_layers", "pid1", "rebuild"]) - keys)[] | "\($image): \(.): missing: every image promises it"),
	(to_entries[] | .key as $key | .value
	| ([rules[] | select(.[0] == $key)][0] // [$key, null, false]) as $rule
	| if $rule[1] == null then "\($image): \($key): unknown key: allowed are \([rules[][0]] | sort | join(", "))"
	  elif $rule[2] then empty
	  else "\($image): \($key): \(tojson) is not allowed: it must be \($rule[1])" end);
def misses($named):
	if type != "object" or any(.[]; type != "object") then "must hold a mapping for each image"
	else (keys - $named | .[] | "\(.): no plimsoll.yaml names this image"),
	     ($named - keys | .[] | "\(.): missing: its plimsoll.yaml names it"),
	     (to_entries[] | .key as $image | .value | faults($image)) end;
'

load_promises() {
	local own ladder misses
	if ! promises_changed; then return; fi
	mkdir -p build
	if ! own=$(yq --slurp . examples/[0-9]*/plimsoll.yaml plimsoll.yaml) || ! ladder=$(yq --slurp ".[0]" examples/ladder.yaml); then
		printf 'plimsoll: examples: not valid YAML: mend the line named above\n' >&2
		return 2
	fi
	misses=$(jq -r --argjson own "$own" "$PROMISE_RULES"'"plimsoll: examples/ladder.yaml: \(misses([$own[] | .image? | strings]))"' <<<"$ladder")
	if [[ -n $misses ]]; then
		printf '%s\n' "$misses" >&2
		return 2
	fi
	jq --argjson ladder "$ladder" 'map(. + $ladder[.image] | . + {
		folder: (.image | ltrimstr("plimsoll/") | if startswith("app:") then "." else "examples/" + . end),
		runs_as: (.user // if .entrypoint then "1000:1000" else "0:0" end)})' <<<"$own" >"$PROMISES.$$"
	mv "$PROMISES.$$" "$PROMISES"
}

promises_changed() {
	local source
	if [[ ! -e $PROMISES ]]; then return 0; fi
	for source in examples examples/promises.sh examples/ladder.yaml examples/[0-9]*/plimsoll.yaml plimsoll.yaml; do
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
