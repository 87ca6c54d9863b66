/* cc: -Wl,-z,execstack */
/* Wants to run code from its stack. */
#include "zoo.h"
