# Where, on what and when figures were taken: the line below every table.

# With so many decimals, whatever jq makes of a number like 14.0.
def fixed($digits):
	(. * pow(10; $digits) | round | tostring) | ("0" * ($digits + 1 - length)) + . | .[:-$digits] + "." + .[-$digits:];

def mb: . / 1e6 | fixed(1);

def taken($dates; $how):
	"Measured by `make measure` on \($dates | unique | join(", ")), \($how): \(.host); \(.engine), \(.builder); \(.rustc); Debian \(.suite)."
	+ (if any(.bases[]; .stand_in) then " The bases are stand-ins made by `make bases`, not the official images." else "" end);

# The images in the ladder's order, the production ones last: an array of {key, value}.
def in_order:
	.images | to_entries | sort_by(.key | if startswith("plimsoll/app") then "z" + . else . end);

def short: ltrimstr("plimsoll/");

def base_name($all):
	if .base == "SCRATCH" then "scratch" else $all.bases[.base].name end;

# What a check says, where it counts against the image.
def fails: IN("fail", "error");
