# The same, with a passwd of 100,000 lines.
include "figures";

table(.sizes; .long)
