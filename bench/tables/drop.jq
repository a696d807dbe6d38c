# A start as another user.
include "figures";

table(.sizes; .drop)
