/* The manifest has a key no host knows. */
#define ZOO_MORE ",\"colour\":\"red\""
#include "zoo.h"
