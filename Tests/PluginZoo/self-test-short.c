/* Its checks say they end before their question. */
#define SELF_TEST_ENTRY 16
#include "self-test.h"
