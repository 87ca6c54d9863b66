/* Exports nothing. */
#define ZOO_OPEN
#include "zoo.h"
