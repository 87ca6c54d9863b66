/* Makes no instance and gives no reason. */
#include <tenon/plugin.h>
static int32_t shrug(const tenon_host *host, tenon_join_method **out, tenon_error *error) {
  (void)host;
  (void)out;
  (void)error;
  return TENON_UNAVAILABLE;
}
#define ZOO_CREATE shrug
#include "zoo.h"
