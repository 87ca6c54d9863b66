/* Commands with parameters of every kind, which print what arrived. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <tenon/plugin.h>

#define ZOO_BYTES(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static int32_t say(tenon_sink sink, const char *text) {
  return sink.write(sink.ctx, (const uint8_t *)text, strlen(text));
}

#define PARAMETER(kind, flags, name, fallback, choices, env)                                       \
  {sizeof(tenon_parameter), kind, flags, 0, name, "help of " name, fallback, choices, env}

static const tenon_parameter kinds[] = {
    PARAMETER(TENON_PARAMETER_FLAG, 0, "flag", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_FLAG, 0, "on", "true", NULL, NULL),
    PARAMETER(TENON_PARAMETER_TEXT, 0, "text", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_PATH, 0, "path", "/zoo", NULL, NULL),
    PARAMETER(TENON_PARAMETER_CHOICE, 0, "choice", "red", "red|blue", NULL),
    PARAMETER(TENON_PARAMETER_INT64, 0, "signed", "-1", NULL, NULL),
    PARAMETER(TENON_PARAMETER_UINT64, 0, "unsigned", NULL, NULL, "ZOO_UNSIGNED"),
    PARAMETER(TENON_PARAMETER_DOUBLE, 0, "double", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_DURATION, 0, "duration", "90s", NULL, NULL),
    PARAMETER(TENON_PARAMETER_DOUBLE, 0, "other-double", "0.5", NULL, NULL),
};
static int32_t print_kinds(const tenon_call *call, int32_t flag, int32_t on, const char *text,
                           const char *path, const char *choice, int64_t sign, uint64_t unsign,
                           double real, int64_t duration, double other) {
  char line[512];
  snprintf(line, sizeof line, "%d %d %s %s %s %" PRId64 " %" PRIu64 " %.17g %" PRId64 " %.17g\n", flag,
           on, text == NULL ? "none" : text, path, choice, sign, unsign, real, duration, other);
  return say(call->out, line);
}

static const tenon_parameter storing[] = {
    PARAMETER(TENON_PARAMETER_PATH, TENON_PARAMETER_REQUIRED, "storage", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_TEXT, TENON_PARAMETER_REQUIRED, "egg", NULL, NULL, NULL),
};
static int32_t lay(const tenon_call *call, const char *storage, const char *egg) {
  size_t size = 0;
  const tenon_bytes id = {(const uint8_t *)TENON_HOST_STORAGE_ID, sizeof TENON_HOST_STORAGE_ID - 1};
  const tenon_host_storage *records = call->host->get_service(call->host, id, &size);
  const tenon_record record = {ZOO_BYTES("nest"), {(const uint8_t *)egg, strlen(egg)}, 0, 0};
  (void)storage;
  call->task->progress(call->task->ctx, (tenon_bytes)ZOO_BYTES("laying"));
  return records->put_all(records->ctx, &record, 1, call->error) == TENON_OK ? 0 : 1;
}

static const tenon_parameter asking[] = {
    PARAMETER(TENON_PARAMETER_TEXT, TENON_PARAMETER_REQUIRED, "proxy", NULL, NULL, NULL)};
static int32_t ask(const tenon_call *call, const char *proxy) {
  const tenon_bytes address = {(const uint8_t *)proxy, strlen(proxy)};
  return call->find(call, address, call->out, call->error) == TENON_OK ? 0 : 1;
}

static int32_t grumble(const tenon_call *call) {
  say(call->err, "grumbling\n");
  return 1;
}

static const tenon_parameter writing[] = {
    PARAMETER(TENON_PARAMETER_PATH, TENON_PARAMETER_REQUIRED, "page", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_TEXT, 0, "instead", NULL, NULL, NULL),
    PARAMETER(TENON_PARAMETER_FLAG, 0, "again", NULL, NULL, NULL),
};
static int32_t scrawl(const tenon_call *call, const char *page, const char *instead, int32_t again) {
  const char *where = instead == NULL ? page : instead;
  const tenon_bytes path = {(const uint8_t *)where, strlen(where)};
  return call->write_file(call, path, (tenon_bytes)ZOO_BYTES("ink"), again, call->error) == TENON_OK ? 0
                                                                                                     : 1;
}

static const tenon_command table[] = {
    {sizeof(tenon_command), 10, "zoo kinds", "prints one value of each kind", "More about kinds.", kinds,
     (tenon_command_function)print_kinds},
    {sizeof(tenon_command), 2, "zoo lay", "keeps an egg", NULL, storing, (tenon_command_function)lay},
    {sizeof(tenon_command), 1, "zoo ask", "asks a proxy", NULL, asking, (tenon_command_function)ask},
    {sizeof(tenon_command), 3, "zoo scrawl", "writes a page", NULL, writing,
     (tenon_command_function)scrawl},
    {sizeof(tenon_command), 0, "zoo grumble", "fails", NULL, NULL, (tenon_command_function)grumble},
};

static const tenon_cap_commands commands = {sizeof commands, sizeof table / sizeof *table, table};

static const void *command_capability(tenon_bytes id, size_t *size) {
  *size = sizeof commands;
  return id.len == sizeof TENON_CAP_COMMANDS_ID - 1 && memcmp(id.ptr, TENON_CAP_COMMANDS_ID, id.len) == 0
             ? &commands
             : NULL;
}

#ifndef ZOO_NAMES
#define ZOO_NAMES                                                                                  \
  "[{\"name\":\"zoo kinds\",\"summary\":\"s\"},{\"name\":\"zoo lay\",\"summary\":\"s\"},"           \
  "{\"name\":\"zoo ask\",\"summary\":\"s\"},{\"name\":\"zoo scrawl\",\"summary\":\"s\"},"            \
  "{\"name\":\"zoo grumble\",\"summary\":\"s\"}]"
#endif
#define ZOO_MANIFEST                                                                               \
  "{\"manifest\":1,\"id\":\"org.example.zoo\",\"version\":\"1.2.3\",\"abi\":{\"major\":0,\"minor\":1},"  \
  "\"summary\":\"commands\",\"runtime\":\"c\",\"capabilities\":[\"tenon.commands/1\"],"                  \
  "\"records\":[\"nest\"],\"commands\":" ZOO_NAMES "}"
#define ZOO_CAPABILITY command_capability
#include "zoo.h"
