/* Follows a null pointer when an instance is made. */
#include <tenon/plugin.h>
static int32_t fall_over(const tenon_host *host, tenon_join_method **out, tenon_error *error) {
  volatile int *nowhere = NULL;
  (void)host;
  (void)out;
  (void)error;
  return *nowhere;
}
#define ZOO_CREATE fall_over
#include "zoo.h"
