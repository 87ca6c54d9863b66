/* The manifest names a capability no host knows. */
#define ZOO_CAPABILITIES "[\"tenon.join-method/1\",\"tenon.telepathy/1\"]"
#include "zoo.h"
