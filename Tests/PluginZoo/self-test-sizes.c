/* One check says it is larger than the others. */
#define SELF_TEST_SECOND 25, 0, "hay", "is there hay?"
#include "self-test.h"
