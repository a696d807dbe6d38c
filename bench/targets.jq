# What su-exec and entrypoint promise, judged by the figures: an array of {what, most, found, met}.
include "figures";

def target($what; $most; $found): {$what, $most, found: ($found | round2), met: ($found <= $most)};

def peak($name; $lines): .memory | map(select(.name == $name and .lines == $lines))[0].kilobytes;

# Of tini and its copy, the same file twice, the slower: what differs between them is the run's.
def twice(figure): .inits | [(named("tini"), named("tini-copy")) | figure] | max;

def targets:
	(.drop | named("su-exec")) as $su_exec | (.start | named("entrypoint")) as $start
	| (.inits | named("entrypoint")) as $init | (.inits | named("tini")) as $tini
	| [
		target("su-exec with a name, of the time of the floor"; 1.4; times($su_exec; .drop | named("floor"))),
		target("su-exec with a name, of the time of gosu"; 0.2; times($su_exec; .drop | named("gosu"))),
		target("entrypoint, user made, of the time of entrypoint.sh"; 0.25; times($start; .start | named("entrypoint.sh"))),
		target("entrypoint --init, a signal forwarded, of the time of tini"; 1; $init.forward.median / twice(.forward.median)),
		# No slower, as far as a run can tell: nine runs in a row gave 0.93 to 1.03, their mean below 1.
		target("entrypoint --init, an orphan reaped, of the time of tini"; 1.03; $init.reap.median / twice(.reap.median)),
		target("entrypoint --init, memory, of that of tini"; 1; $init.memory.rss / $tini.memory.rss),
		target("su-exec, peak memory with 100,000 lines of passwd, of that with 10"; 1; peak("su-exec"; 100000) / peak("su-exec"; 10)),
		target("entrypoint, peak memory with 100,000 lines of passwd, of that with 10"; 1; peak("entrypoint"; 100000) / peak("entrypoint"; 10)),
		target("su-exec, bytes of the file"; 32768; .sizes["su-exec"]),
		target("entrypoint, bytes of the file"; 40000; .sizes.entrypoint)
	];
