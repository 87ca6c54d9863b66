/*
 * tenon/host/event.h - what an instance may tell the host on its own.
 */
#ifndef TENON_HOST_EVENT_H
#define TENON_HOST_EVENT_H

#include "../base.h"

#define TENON_HOST_EVENT_ID "tenon.host.event/1"

#define TENON_HEALTH_INITIALIZING 1u
#define TENON_HEALTH_HEALTHY 2u
#define TENON_HEALTH_UNHEALTHY 3u

typedef struct tenon_host_event {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] The instance's health, TENON_HEALTH_*, with a reason of at most 256 bytes. */
  void (*health)(void *ctx, uint32_t state, tenon_bytes reason);
  /* [any] Asks for a renewal now, for instance because the evidence behind the identity changed. */
  void (*request_renewal)(void *ctx);
} tenon_host_event;

TENON_STATIC_ASSERT(sizeof(tenon_host_event) == 32, "tenon_host_event layout");

#endif
