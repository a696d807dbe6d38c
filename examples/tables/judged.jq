# The checks, by name, that an image's facts pass or fail: the columns of the table, and the rows of make compare.

def checks: [
	{name: "service not root", passed: (.user | startswith("0:") | not)},
	{name: "no shell", passed: (.shell | not)},
	{name: "no compiler", passed: (.toolchain | not)},
	{name: "tells its health", passed: .healthcheck},
	{name: "needs nothing of the host", passed: (.cage and (.user | startswith("0:") | not))},
	{name: "stops within 1 s", passed: (.stop_ms <= 1000)}
];
