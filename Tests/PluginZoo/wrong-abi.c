/* Built for an interface of the far future. */
#define ZOO_ABI "{\"major\":9,\"minor\":1}"
#include "zoo.h"
