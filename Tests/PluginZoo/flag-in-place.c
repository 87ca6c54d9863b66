/* A flag that claims to be a word of its own. */
#define ZOO_LAST TENON_PARAMETER_POSITIONAL
#include "keeper.c"
