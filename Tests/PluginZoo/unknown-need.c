/* The manifest asks for something nobody can grant. */
#define ZOO_MORE ",\"needs\":[\"tpm\",\"moonlight\"]"
#include "zoo.h"
