/*
 * tenon/host/storage.h - durable records of the instance.
 *
 * Record names are those the manifest lists in "records", [a-z0-9._-]{1,64}; any other name is
 * TENON_REFUSED. In the agent a record is a file of that name in the bot's storage directory, mode
 * 0600. Values are at most 1 MiB.
 */
#ifndef TENON_HOST_STORAGE_H
#define TENON_HOST_STORAGE_H

#include "../base.h"

#define TENON_HOST_STORAGE_ID "tenon.host.storage/1"
#define TENON_STORAGE_VALUE_MAX_BYTES 1048576u

/* One record of a put_all. An absent ptr with `remove` non-zero deletes the record. */
typedef struct tenon_record {
  tenon_bytes name;
  tenon_bytes value;
  uint32_t remove;
  uint32_t flags;
} tenon_record;

typedef struct tenon_host_storage {
  uint32_t struct_size;
  uint32_t flags;
  void *ctx;
  /* [any] Writes the record to `out`. TENON_NOT_FOUND when there is none or it is empty. */
  int32_t (*get)(void *ctx, tenon_bytes name, tenon_sink out, tenon_error *error);
  /*
   * [any] Replaces records, in the order given, each by write, fsync, rename; returns only after
   * the data and the directory are synced. A crash leaves each record old or new, never torn; order
   * the records so that every prefix is a state your `begin` can start from.
   */
  int32_t (*put_all)(void *ctx, const tenon_record *records, size_t count, tenon_error *error);
} tenon_host_storage;

TENON_STATIC_ASSERT(sizeof(tenon_record) == 40, "tenon_record layout");
TENON_STATIC_ASSERT(sizeof(tenon_host_storage) == 32, "tenon_host_storage layout");

#endif
