/* Its table says it ends before its functions. */
#define SELF_TEST_SIZE 16
#include "self-test.h"
