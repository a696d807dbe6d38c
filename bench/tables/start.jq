# A start of a container: the user made, a directory looked through, the drop.
include "figures";

table(.sizes; .start)
