/* Falls over as soon as it is opened. */
#define ZOO_OPEN
#include "zoo.h"
const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  (void)args;
  (void)error;
  __builtin_trap();
}
