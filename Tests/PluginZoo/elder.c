/* cc: -DOLDER */
/* The gatekeeper as it was built before verifiers confirmed joins: its table ends one function earlier. */
#include "gatekeeper.c"
