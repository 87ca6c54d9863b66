/* Its module leaves get_capability out. */
#define ZOO_CAPABILITY NULL
#include "zoo.h"
