/*
 * zoo.h - a join method called "zoo" that is right in every way.
 *
 * Each animal of the zoo defines the one thing it gets wrong and includes this file for the rest. A
 * first line "cc: <flags>" of an animal names flags it is compiled with beyond the usual ones.
 */
#include <stdlib.h>
#include <string.h>
#include <tenon/plugin.h>

#define ZOO_TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

#ifndef ZOO_ABI
#define ZOO_ABI "{\"major\":0,\"minor\":1}"
#endif
#ifndef ZOO_CAPABILITIES
#define ZOO_CAPABILITIES "[\"tenon.join-method/1\"]"
#endif
#ifndef ZOO_MORE
#define ZOO_MORE "" /* further members, each with a comma in front */
#endif
#ifndef ZOO_CONFIG
#define ZOO_CONFIG "" /* keys of the join method */
#endif
#ifndef ZOO_MANIFEST
#define ZOO_MANIFEST                                                                               \
  "{\"manifest\":1,\"id\":\"org.example.zoo\",\"version\":\"1.2.3\",\"abi\":" ZOO_ABI               \
  ",\"summary\":\"an animal of the zoo\",\"runtime\":\"c\",\"capabilities\":" ZOO_CAPABILITIES       \
  ",\"join_method\":{\"name\":\"zoo\",\"config\":[" ZOO_CONFIG "]}" ZOO_MORE "}"
#endif
#ifndef ZOO_NO_MANIFEST
TENON_MANIFEST(ZOO_MANIFEST);
#endif

struct tenon_join_method {
  const tenon_host *host;
};
struct tenon_join_session {
  tenon_join_method *method;
};

__attribute__((unused)) static int32_t zoo_create(const tenon_host *host, tenon_join_method **out,
                                                  tenon_error *error) {
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

__attribute__((unused)) static void zoo_destroy(tenon_join_method *method) { free(method); }

__attribute__((unused)) static int32_t zoo_begin(tenon_join_method *method,
                                                 const tenon_join_params *params,
                                                 const tenon_task *task, tenon_join_session **out,
                                                 tenon_sink init, tenon_error *error) {
  (void)task;
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->method = method;
  return init.write(init.ctx, params->token_name.ptr, params->token_name.len);
}

/* Answers with the message it got, on the next field. */
__attribute__((unused)) static int32_t zoo_step(tenon_join_session *session, uint32_t field,
                                                tenon_bytes message, const tenon_task *task,
                                                uint32_t *out_field, tenon_sink solution,
                                                tenon_error *error) {
  (void)session;
  (void)task;
  (void)error;
  *out_field = field + 1;
  return solution.write(solution.ctx, message.ptr, message.len);
}

__attribute__((unused)) static int32_t zoo_finish(tenon_join_session *session, tenon_bytes result,
                                                  const tenon_task *task, tenon_error *error) {
  (void)result;
  (void)task;
  (void)error;
  free(session);
  return TENON_OK;
}

__attribute__((unused)) static void zoo_abort(tenon_join_session *session) { free(session); }

#ifndef ZOO_CREATE
#define ZOO_CREATE zoo_create
#endif
#ifndef ZOO_BEGIN
#define ZOO_BEGIN zoo_begin
#endif
#ifndef ZOO_STEP
#define ZOO_STEP zoo_step
#endif
#ifndef ZOO_FINISH
#define ZOO_FINISH zoo_finish
#endif
#ifndef ZOO_ABORT
#define ZOO_ABORT zoo_abort
#endif
#ifndef ZOO_TABLE_SIZE
#define ZOO_TABLE_SIZE sizeof(tenon_cap_join_method)
#endif

__attribute__((unused)) static const tenon_cap_join_method zoo_table = {
    ZOO_TABLE_SIZE, 0,        ZOO_CREATE, zoo_destroy,
    ZOO_BEGIN,      ZOO_STEP, ZOO_FINISH, ZOO_ABORT};

__attribute__((unused)) static const void *zoo_capability(tenon_bytes id, size_t *size) {
  static const char wanted[] = TENON_CAP_JOIN_METHOD_ID;
  *size = 0;
  if (id.len != sizeof wanted - 1 || memcmp(id.ptr, wanted, id.len) != 0) return NULL;
  *size = ZOO_TABLE_SIZE;
  return &zoo_table;
}

#ifndef ZOO_CAPABILITY
#define ZOO_CAPABILITY zoo_capability
#endif
#ifndef ZOO_MODULE
#define ZOO_MODULE                                                                                 \
  sizeof(tenon_module), TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, ZOO_TEXT("org.example.zoo"),          \
      ZOO_TEXT("1.2.3"), ZOO_CAPABILITY
#endif

#ifndef ZOO_OPEN
const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {ZOO_MODULE};
  if (args->abi_major != TENON_ABI_MAJOR || args->abi_minor != TENON_ABI_MINOR) {
    error->code = TENON_UNSUPPORTED;
    strcpy(error->message, "this build is for another version of the plugin interface");
    strcpy(error->hint, "install the build for this host");
    return NULL;
  }
  return &module;
}
#endif
