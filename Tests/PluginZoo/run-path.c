/* cc: -Wl,-rpath,/opt/zoo */
/* Tells the loader where to look for libraries. */
#include "zoo.h"
