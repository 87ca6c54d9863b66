/* Gives another module each time it is opened. */
#define ZOO_OPEN
#include "zoo.h"
const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module modules[2] = {{ZOO_MODULE}, {ZOO_MODULE}};
  static unsigned turn = 0;
  if (args->abi_major != TENON_ABI_MAJOR) {
    strcpy(error->message, "this build is for another version of the plugin interface");
    return NULL;
  }
  return &modules[turn++ % 2];
}
