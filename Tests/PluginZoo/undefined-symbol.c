/* cc: -Wl,-z,undefs */
/* Counts on a function nobody has. */
#include <tenon/plugin.h>
extern void zoo_feed(void);
static int32_t feed_first(const tenon_host *host, tenon_join_method **out, tenon_error *error);
#define ZOO_CREATE feed_first
#include "zoo.h"
static int32_t feed_first(const tenon_host *host, tenon_join_method **out, tenon_error *error) {
  zoo_feed();
  return zoo_create(host, out, error);
}
