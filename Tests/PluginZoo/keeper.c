/* Commands beside the authority, which read and change tokens. */
#include <string.h>
#include <tenon/plugin.h>

#define ZOO_BYTES(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const tenon_host_tokens *tokens_of(const tenon_call *call) {
  size_t size = 0;
  const tenon_bytes id = ZOO_BYTES(TENON_HOST_TOKENS_ID);
  return call->host->get_service(call->host, id, &size);
}

static int32_t turn(const tenon_call *call, const char *token, const char *status, int32_t unlock,
                    int64_t revision) {
  const tenon_host_tokens *tokens = tokens_of(call);
  const tenon_bytes name = {(const uint8_t *)token, strlen(token)};
  const tenon_bytes spec = ZOO_BYTES("{\"turned\":true}");
  const tenon_bytes next = {(const uint8_t *)status, strlen(status)};
  if (tokens == NULL) return 1;
  if (tokens->get(tokens->ctx, name, call->out, call->error) != TENON_OK) return 1;
  return tokens->update(tokens->ctx, name, spec, next, revision, (uint32_t)unlock * TENON_TOKEN_UNLOCK,
                        call->error) == TENON_OK
             ? 0
             : 1;
}

/* Asks for something that no host knows. */
static int32_t twist(const tenon_call *call) {
  const tenon_host_tokens *tokens = tokens_of(call);
  const tenon_bytes name = ZOO_BYTES("gate"), empty = ZOO_BYTES("{}");
  return tokens->update(tokens->ctx, name, empty, empty, 7, 2u, call->error) == TENON_OK ? 0 : 1;
}

#ifndef ZOO_LAST
#define ZOO_LAST 0
#endif
#define PARAMETER(kind, flags, name, fallback)                                                     \
  {sizeof(tenon_parameter), kind, flags, 0, name, "help of " name, fallback, NULL, NULL}
static const tenon_parameter turning[] = {
    PARAMETER(TENON_PARAMETER_TEXT, TENON_PARAMETER_POSITIONAL | TENON_PARAMETER_REQUIRED, "token", NULL),
    PARAMETER(TENON_PARAMETER_TEXT, TENON_PARAMETER_POSITIONAL, "status", "{}"),
    PARAMETER(TENON_PARAMETER_FLAG, ZOO_LAST, "unlock", NULL),
    PARAMETER(TENON_PARAMETER_INT64, 0, "revision", "7"),
};
static const tenon_command table[] = {
    {sizeof(tenon_command), 4, "zoo turn", "turns a token", NULL, turning, (tenon_command_function)turn},
    {sizeof(tenon_command), 0, "zoo twist", "twists one", NULL, NULL, (tenon_command_function)twist},
};
static const tenon_cap_commands commands = {sizeof commands, sizeof table / sizeof *table, table};

static const void *command_capability(tenon_bytes id, size_t *size) {
  *size = sizeof commands;
  return id.len == sizeof TENON_CAP_COMMANDS_ID - 1 && memcmp(id.ptr, TENON_CAP_COMMANDS_ID, id.len) == 0
             ? &commands
             : NULL;
}

#define ZOO_MANIFEST                                                                               \
  "{\"manifest\":1,\"id\":\"org.example.zoo\",\"version\":\"1.2.3\",\"abi\":{\"major\":0,\"minor\":1},"  \
  "\"summary\":\"keeps tokens\",\"runtime\":\"c\",\"capabilities\":[\"tenon.commands/1\"],"              \
  "\"tokens\":\"zoo\",\"commands\":["                                                                 \
  "{\"name\":\"zoo turn\",\"summary\":\"turns a token\",\"program\":\"authority\"},"                    \
  "{\"name\":\"zoo twist\",\"summary\":\"twists one\",\"program\":\"authority\"}]}"
#define ZOO_CAPABILITY command_capability
#include "zoo.h"
