/* cc: -Wl,--no-as-needed -lresolv */
/* Needs a library plugins may not bring along. */
#include "zoo.h"
