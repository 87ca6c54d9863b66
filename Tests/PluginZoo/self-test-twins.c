/* Two checks have one name. */
#define SELF_TEST_SECOND sizeof(tenon_check), 0, "food", "what is to eat?"
#include "self-test.h"
