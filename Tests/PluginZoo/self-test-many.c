/* Says it has more checks than there are, and than may be. */
#define SELF_TEST_COUNT 33
#include "self-test.h"
