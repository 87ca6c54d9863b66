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
  /*
   * [any] The instance's health, TENON_HEALTH_*, with a reason of at most 256 bytes; other states are
   * ignored. It holds until the next call.
   *
   * The agent shows it as the health of what the instance works for, the service of an output or
   * `identity` for a join method: in /readyz, in tenon_service_healthy and, when it changes and at most
   * once in ten seconds, in the log. The worse of it and of how the last run went counts: while it is
   * UNHEALTHY or INITIALIZING, /readyz is 503. An instance that never calls is judged by its runs alone.
   * Instances of commands, self-tests and verifiers are not watched: there the call does nothing.
   */
  void (*health)(void *ctx, uint32_t state, tenon_bytes reason);
  /*
   * [any] Asks for a renewal now, for instance because the evidence behind the identity changed.
   *
   * An agent that keeps running joins again with its join method; outputs are written anew at their own
   * intervals. The first join or renewal that begins after the call serves it, so calls before that are one.
   * The agent begins at most one renewal in 60 seconds for the sake of all such calls; what comes sooner
   * waits. An agent that runs once ignores the call, and so does every host of the instances above.
   */
  void (*request_renewal)(void *ctx);
} tenon_host_event;

TENON_STATIC_ASSERT(sizeof(tenon_host_event) == 32, "tenon_host_event layout");

#endif
