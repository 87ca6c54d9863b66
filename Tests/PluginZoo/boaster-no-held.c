/* Is a join method with allowances, and leaves out what the method was told. */
#define BOASTER_HELD NULL
#include "boaster.c"
