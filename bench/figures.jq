# What the tables and the targets of su-exec/benchmarks.json have in common.

def named($name): map(select(.name == $name))[0];

# How many times as long: the worse of the fastest and the median.
def times($one; $other): [$one.fastest / $other.fastest, $one.median / $other.median] | max;

def round2: . * 100 | round / 100;
def microseconds: . * 10 | round / 10 | "\(.) µs";
def kilobytes: . / 100 | round / 10 | "\(.) kB";

# Rows of times, each beside the first: the floor.
def table($sizes; $rows):
	"| | fastest | of the floor | median | of the floor | page faults | file |",
	"|---|--:|--:|--:|--:|--:|--:|",
	($rows[0] as $floor | $rows[]
	 | "| \(.name) | \(.fastest | microseconds) | \(.fastest / $floor.fastest | round2) | \(.median | microseconds) | \(.median / $floor.median | round2) | \(.faults) | \(.name as $name | $sizes[$name | sub("[ ,].*"; "")] // 0 | if . > 0 then kilobytes else "" end) |");
