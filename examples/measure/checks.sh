# shellcheck shell=bash
# What each check of plimsoll says of each image. Sourced by examples/measure.sh.

# Prints one JSON object.
measure_checks() {
	local images
	mapfile -t images < <(promised_images)
	look_at "${images[@]}" >"$SCRATCH/looks"
	jq --arg engine "$(engine version --format 'Docker Engine {{.Server.Version}}')" --arg suite "$SUITE" --arg bases "$BASES" \
		'{date: (now | strftime("%F")), engine: $engine, suite: $suite, bases: $bases,
		  notes: [.[0].results[] | select(.severity == "info").id],
		  images: (map({key: .image, value: (.results | map({key: .id, value: .outcome}) | from_entries)}) | from_entries)}' "$SCRATCH/looks"
}
