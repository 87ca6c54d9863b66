/*
 * module.h - the module object and the entry function of a plugin of this repository.
 *
 * Included last by a manifest.c, which defines before: ID and VERSION (string literals, the same as in
 * its manifest), and CAPABILITIES, one OFFER(id, table) after another. Data and plain C: opening the plugin
 * runs no Swift.
 */
#ifndef TENON_PLUGINS_MODULE_H
#define TENON_PLUGINS_MODULE_H

#include <tenon/plugin.h>

#define MODULE_TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1u}

#define OFFER(capability, table) \
  {.id = MODULE_TEXT(capability), .start = &(table), .size = sizeof(table)},

static const struct {
  tenon_bytes id;
  const void *start;
  size_t size;
} offers[] = {CAPABILITIES};

static const void *get_capability(tenon_bytes id, size_t *out_size) {
  for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
    size_t same = 0;
    if (id.len != offers[i].id.len) continue;
    while (same < id.len && id.ptr[same] == offers[i].id.ptr[same]) same++;
    if (same < id.len) continue;
    *out_size = offers[i].size;
    return offers[i].start;
  }
  return NULL;
}

static const tenon_module module = {
    .struct_size = sizeof(tenon_module),
    .abi_major = TENON_ABI_MAJOR,
    .abi_minor = TENON_ABI_MINOR,
    .id = MODULE_TEXT(ID),
    .version = MODULE_TEXT(VERSION),
    .get_capability = get_capability,
};

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  if (args->abi_major == TENON_ABI_MAJOR && args->abi_minor == TENON_ABI_MINOR) return &module;
  static const char message[] = "this plugin was built for another plugin ABI";
  static const char hint[] = "install the plugin and the program of the same release";
  error->code = TENON_UNSUPPORTED;
  error->retry = TENON_RETRY_AFTER_OPERATOR;
  for (size_t i = 0; i < sizeof(message); i++) error->message[i] = message[i];
  for (size_t i = 0; i < sizeof(hint); i++) error->hint[i] = hint[i];
  return NULL;
}

#endif
