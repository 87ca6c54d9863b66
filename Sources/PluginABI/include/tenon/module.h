/*
 * tenon/module.h - the one function a plugin exports, and the module it returns.
 */
#ifndef TENON_MODULE_H
#define TENON_MODULE_H

#include "base.h"

/* What the host tells a module at open. */
typedef struct tenon_open_args {
  uint32_t struct_size;
  uint32_t abi_major; /* the host's TENON_ABI_MAJOR */
  uint32_t abi_minor; /* the host's TENON_ABI_MINOR */
  uint32_t flags;     /* 0 */
} tenon_open_args;

/*
 * A loaded module. Static, owned by the plugin, valid until the process exits. `id`, `version` and
 * the ABI numbers must equal the manifest; a difference is a refusal.
 */
typedef struct tenon_module {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t flags; /* 0 */
  tenon_bytes id;
  tenon_bytes version;
  /*
   * [any] The table behind a capability id ("tenon.join-method/1"), or null when the module has
   * none. *out_size receives the table's struct_size. The same id gives the same pointer each time.
   */
  const void *(*get_capability)(tenon_bytes id, size_t *out_size);
} tenon_module;

/*
 * [loader] The only exported symbol of a plugin. Cheap: allocates nothing that lasts, starts no
 * thread, does no I/O. May be called again and then returns the same pointer. Returns null and fills
 * `error` when the host's ABI numbers do not suit. No host service exists yet.
 */
TENON_EXTERN_C TENON_EXPORT const tenon_module *tenon_module_open(const tenon_open_args *args,
                                                                  tenon_error *error);

/* The type of that function, for dlsym. */
typedef const tenon_module *(*tenon_module_open_function)(const tenon_open_args *, tenon_error *);

TENON_STATIC_ASSERT(sizeof(tenon_open_args) == 16, "tenon_open_args layout");
TENON_STATIC_ASSERT(sizeof(tenon_module) == 56, "tenon_module layout");
TENON_STATIC_ASSERT(offsetof(tenon_module, get_capability) == 48, "tenon_module layout");

#endif
