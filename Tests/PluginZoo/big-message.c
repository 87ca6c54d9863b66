/* Writes a byte more than a message may have, and ignores that the sink says so. */
#include <tenon/plugin.h>
static int32_t babble(tenon_join_session *session, uint32_t field, tenon_bytes message,
                      const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                      tenon_error *error) {
  static uint8_t noise[TENON_JOIN_MESSAGE_MAX_BYTES];
  (void)session, (void)message, (void)task, (void)error;
  *out_field = field;
  solution.write(solution.ctx, noise, sizeof noise);
  solution.write(solution.ctx, noise, 1);
  return TENON_OK;
}
#define ZOO_STEP babble
#include "zoo.h"
