/*
 * tenon/host/task.h - cancellation and deadline of one call.
 *
 * Passed to every call that may take long. There is no cancel entry to race with: cancelling sets a
 * flag the plugin polls, at least every 250 ms, or it documents why it cannot. After the deadline
 * and a grace period the host stops waiting, marks the instance stuck and never calls it again.
 */
#ifndef TENON_HOST_TASK_H
#define TENON_HOST_TASK_H

#include "../base.h"

typedef struct tenon_task {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Non-zero once the call should end with TENON_CANCELLED. */
  int32_t (*is_cancelled)(void *ctx);
  /* [any] Monotonic deadline (tenon.host.clock/1), 0 when none. */
  uint64_t (*deadline_ns)(void *ctx);
  /* [any] One line of what is going on, shown while the call lasts. At most 256 bytes. */
  void (*progress)(void *ctx, tenon_bytes text);
} tenon_task;

TENON_STATIC_ASSERT(sizeof(tenon_task) == 40, "tenon_task layout");

#endif
