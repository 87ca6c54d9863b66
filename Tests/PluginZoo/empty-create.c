/* Claims to have made an instance and hands none over. */
#include <tenon/plugin.h>
static int32_t pretend(const tenon_host *host, tenon_join_method **out, tenon_error *error) {
  (void)host;
  (void)out;
  (void)error;
  return TENON_OK;
}
#define ZOO_CREATE pretend
#include "zoo.h"
