/* Is a verifier with allowances, and leaves out what a token grants. */
#define BOASTER_GRANTED NULL
#include "boaster.c"
