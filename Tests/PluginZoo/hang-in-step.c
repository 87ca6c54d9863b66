/* Takes a challenge and never answers, whatever the task handle says. */
#include <unistd.h>
#include <tenon/plugin.h>
static int32_t brood(tenon_join_session *session, uint32_t field, tenon_bytes message,
                     const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                     tenon_error *error) {
  (void)session, (void)field, (void)message, (void)task;
  (void)out_field, (void)solution, (void)error;
  for (;;) pause();
  return TENON_OK;
}
#define ZOO_STEP brood
#include "zoo.h"
