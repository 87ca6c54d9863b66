/*
 * tenon/host/cluster.h - what a verifier may know of its cluster. Offered to join verifiers only.
 */
#ifndef TENON_HOST_CLUSTER_H
#define TENON_HOST_CLUSTER_H

#include "../base.h"

#define TENON_HOST_CLUSTER_ID "tenon.host.cluster/1"

typedef struct tenon_host_cluster {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] The cluster name. */
  int32_t (*name)(void *ctx, tenon_sink out);
  /* [any] The signature algorithm suite: "legacy", "balanced-v1", "fips-v1" or "hsm-v1". */
  int32_t (*suite)(void *ctx, tenon_sink out);
} tenon_host_cluster;

TENON_STATIC_ASSERT(sizeof(tenon_host_cluster) == 32, "tenon_host_cluster layout");

#endif
