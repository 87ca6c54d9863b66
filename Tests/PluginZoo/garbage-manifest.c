/* The note holds no JSON. */
#define ZOO_MANIFEST "{\"manifest\":1,,}"
#include "zoo.h"
