/* cc: -Wl,-z,lazy -Wl,-z,norelro */
/* Leaves its relocations writable. */
#include "zoo.h"
