# What plimsoll check promises, judged by the figures: an array of {what, most, found, met}.
def round2: . * 100 | round / 100;
def named($name): map(select(.name == $name))[0];
def target($what; $most; $found): {$what, $most, found: ($found | round2), met: ($found <= $most)};

# How many times as long, by the median.
def times($one; $other): $one.median / $other.median;
def of($image; $one; $other): (.images | named($image) | .times) as $times | times($times | named($one); $times | named($other));
def worst($one; $other): [.images[].name as $image | of($image; $one; $other)] | max;

def targets: [
	target("static, without layers, of the time of container-structure-test"; 0.25; worst("plimsoll-static"; "container-structure-test")),
	target("the layers, of the time of docker save into nothing"; 1.15; worst("plimsoll-layers"; "save")),
	target("the layers, of the time of dive --ci"; 1; worst("plimsoll-layers"; "dive")),
	target("all of the production image, of the time of container-structure-test"; 1.5; of("production"; "plimsoll"; "container-structure-test")),
	target("ten images, four at a time, of the time of one"; 4; times(.many | named("ten"); .many | named("one"))),
	target("the walk, of the time of find"; 1.2; times(.walk | named("plimsoll"); .walk | named("find"))),
	target("memory, in MB, of an image of 1.2 GB"; 32; .memory.kilobytes / 1024),
	target("the program, in MB"; 2; .size / 1000000)
];
