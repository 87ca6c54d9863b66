/* Never comes back from one check of its self-test. */
#define SELF_TEST_HANGS
#include "self-test.h"
