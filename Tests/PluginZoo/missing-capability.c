/* Does not have what its manifest promises. */
#include <tenon/plugin.h>
static const void *none(tenon_bytes id, size_t *size) {
  (void)id;
  *size = 0;
  return NULL;
}
#define ZOO_CAPABILITY none
#include "zoo.h"
