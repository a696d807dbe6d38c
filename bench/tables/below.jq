# A start of a program below an init, as the first process of a PID namespace.
include "figures";

table(.sizes; .init_start)
