/* Has other commands than its manifest names. */
#define ZOO_NAMES "[{\"name\":\"zoo kinds\",\"summary\":\"s\"}]"
#include "commands.c"
