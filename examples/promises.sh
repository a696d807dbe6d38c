# shellcheck shell=bash
# What the folders promise of their images. Sourced; the promises stand in each plimsoll.yaml, a document an image.
#
# load_promises             reads and validates them all into build/promises.json; exits 2 on a bad one
# promised_images [NAME]    the images, in the ladder's order; NAME narrows to a folder ("07", "07-user") or an image ("app:debug")
# promised IMAGE KEY        the promise for KEY (a jq path without the dot), or nothing
# source_of IMAGE           the folder whose Containerfile builds it

PROMISES=build/promises.json

# Every key there is, and what it may hold: a jq test on the value.
PROMISE_KEYS='{
  "image": "type == \"string\"",
  "target": "type == \"string\"",
  "base": "test(\"^[A-Z_]+_IMAGE$\")",
  "size": "keys - [\"at_least\", \"at_most\"] == []",
  "layers": "type == \"number\"",
  "user": "test(\"^[0-9]+:[0-9]+$\")",
  "pid1": "startswith(\"/\")",
  "stop": "keys == [\"exit\", \"within\"]",
  "shell": "type == \"boolean\"",
  "toolchain": "type == \"boolean\"",
  "healthcheck": "type == \"boolean\"",
  "entrypoint": "test(\"^(none|script|c)$\")",
  "rebuild": "keys - [\"compiles\", \"at_most\"] == [] and (.compiles | test(\"^(own|all)$\"))"
}'

load_promises() {
	local file all='[]' documents
	mkdir -p build
	for file in examples/[0-9]*/plimsoll.yaml plimsoll.yaml; do
		documents=$(yq --slurp . "$file") || {
			printf 'plimsoll: %s: not valid YAML: mend the line named above\n' "$file" >&2
			return 2
		}
		check_promises "$file" "$documents" || return 2
		all=$(jq --arg folder "$(dirname "$file")" \
			'$ARGS.positional[0] + ($ARGS.positional[1] | map(. + {folder: $folder}))' \
			--null-input --jsonargs "$all" "$documents")
	done
	printf '%s\n' "$all" >"$PROMISES.$$"
	mv "$PROMISES.$$" "$PROMISES"
}

check_promises() {
	local file=$1 documents=$2 key test found
	while IFS=$'\t' read -r key found; do
		if ! test=$(jq -er --arg key "$key" '.[$key]' <<<"$PROMISE_KEYS"); then
			printf 'plimsoll: %s: %s: unknown key: allowed are %s\n' "$file" "$key" \
				"$(jq -r 'keys | join(", ")' <<<"$PROMISE_KEYS")" >&2
			return 2
		fi
		if ! jq -e "$test" <<<"$found" >/dev/null 2>&1; then
			printf 'plimsoll: %s: %s: %s is not allowed: it must satisfy %s\n' "$file" "$key" "$found" "$test" >&2
			return 2
		fi
	done < <(jq -r '.[] | to_entries[] | [.key, (.value | tojson)] | join("\t")' <<<"$documents")
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

promised() {
	jq -r --arg image "$1" ".[] | select(.image == \$image) | .$2 | if . == null then empty else tostring end" "$PROMISES"
}

source_of() {
	jq -r --arg image "$1" '.[] | select(.image == $image) | .folder' "$PROMISES"
}
