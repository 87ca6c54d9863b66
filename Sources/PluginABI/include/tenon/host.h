/*
 * tenon/host.h - what the host gives an instance: services by id.
 */
#ifndef TENON_HOST_H
#define TENON_HOST_H

#include "base.h"

/*
 * One per instance, valid from the moment `create` is entered until `destroy` returns. Services are
 * scoped to that instance.
 */
typedef struct tenon_host {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t flags; /* 0 */
  void *ctx;
  /*
   * [any] The table behind a service id ("tenon.host.storage/1"), or null when this host does not
   * offer it to this kind of instance. Valid as long as the host struct. *out_size receives the
   * table's struct_size.
   */
  const void *(*get_service)(const struct tenon_host *host, tenon_bytes id, size_t *out_size);
} tenon_host;

TENON_STATIC_ASSERT(sizeof(tenon_host) == 32, "tenon_host layout");
TENON_STATIC_ASSERT(offsetof(tenon_host, get_service) == 24, "tenon_host layout");

#endif
