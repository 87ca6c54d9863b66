/* Carries no note. */
#define ZOO_NO_MANIFEST
#include "zoo.h"
