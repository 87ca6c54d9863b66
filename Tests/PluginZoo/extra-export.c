/* Exports a function of its own. */
#include "zoo.h"
__attribute__((visibility("default"))) int zoo_helper(void) { return 1; }
