/* Follows a null pointer when its self-test is made. */
#include <tenon/plugin.h>
static int32_t fall_over(const tenon_host *host, tenon_self_test **out, tenon_error *error) {
  volatile int *nowhere = NULL;
  (void)host;
  (void)out;
  (void)error;
  return *nowhere;
}
#define SELF_TEST_CREATE fall_over
#include "self-test.h"
