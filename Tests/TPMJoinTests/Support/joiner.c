/*
 * joiner.c - a host of one page, in a process that may be killed: loads the plugin and joins.
 *
 *   joiner PLUGIN TCTI       prints "init HEX", reads "HEX" (a challenge) from standard input, prints
 *                            "solution HEX" or "refused TEXT", and frees everything
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/plugin.h>

static const char *tcti;

static int32_t get(void *ctx, tenon_bytes key, tenon_sink out) {
  (void)ctx;
  static const char name[] = "test_tcti";
  if (key.len != sizeof(name) - 1u || memcmp(key.ptr, name, key.len) != 0) return TENON_NOT_FOUND;
  return out.write(out.ctx, (const uint8_t *)tcti, strlen(tcti));
}

static int32_t enabled(void *ctx, uint32_t level) {
  (void)ctx;
  return level >= TENON_LOG_WARNING;
}

static void write_log(void *ctx, uint32_t level, tenon_bytes message, const tenon_log_field *fields,
                      size_t count) {
  (void)ctx, (void)level, (void)fields, (void)count;
  fprintf(stderr, "%.*s\n", (int)message.len, (const char *)message.ptr);
}

static void zero(void *ctx, void *bytes, size_t count) {
  (void)ctx;
  explicit_bzero(bytes, count);
}

static tenon_host_config config = {.struct_size = sizeof(config), .get = get};
static tenon_host_log journal = {
    .struct_size = sizeof(journal), .enabled = enabled, .log = write_log};
static tenon_host_secret secrets = {.struct_size = sizeof(secrets), .zero = zero};

static int named(tenon_bytes id, const char *name) {
  return id.len == strlen(name) && memcmp(id.ptr, name, id.len) == 0;
}

static const void *get_service(const tenon_host *host, tenon_bytes id, size_t *size) {
  (void)host;
  if (named(id, TENON_HOST_CONFIG_ID)) return *size = sizeof(config), &config;
  if (named(id, TENON_HOST_LOG_ID)) return *size = sizeof(journal), &journal;
  if (named(id, TENON_HOST_SECRET_ID)) return *size = sizeof(secrets), &secrets;
  return NULL;
}

static int32_t never(void *ctx) {
  (void)ctx;
  return 0;
}
static uint64_t none(void *ctx) {
  (void)ctx;
  return 0;
}
static void quiet(void *ctx, tenon_bytes text) { (void)ctx, (void)text; }

struct message {
  uint8_t bytes[TENON_JOIN_MESSAGE_MAX_BYTES];
  size_t count;
};

static int32_t append(void *ctx, const uint8_t *bytes, size_t count) {
  struct message *to = ctx;
  if (count > sizeof(to->bytes) - to->count) return TENON_INVALID_ARGUMENT;
  memcpy(to->bytes + to->count, bytes, count);
  to->count += count;
  return TENON_OK;
}

static void print(const char *what, const struct message *message) {
  printf("%s ", what);
  for (size_t i = 0; i < message->count; i++) printf("%02x", message->bytes[i]);
  puts("");
  fflush(stdout);
}

static int refused(const tenon_error *error) {
  printf("refused %s\n", error->message);
  return 1;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  tcti = words[2];
  void *image = dlopen(words[1], RTLD_NOW | RTLD_NODELETE);
  if (image == NULL) return fprintf(stderr, "%s\n", dlerror()), 2;
  tenon_module_open_function open = (tenon_module_open_function)dlsym(image, "tenon_module_open");
  tenon_open_args args = {sizeof(args), TENON_ABI_MAJOR, TENON_ABI_MINOR, 0};
  tenon_error error = {.struct_size = sizeof(error)};
  const tenon_module *module = open(&args, &error);
  size_t size = 0;
  const tenon_cap_join_method *table = module->get_capability(
      (tenon_bytes){(const uint8_t *)TENON_CAP_JOIN_METHOD_ID, sizeof(TENON_CAP_JOIN_METHOD_ID) - 1},
      &size);
  tenon_host host = {.struct_size = sizeof(host),
                     .abi_major = TENON_ABI_MAJOR,
                     .abi_minor = TENON_ABI_MINOR,
                     .get_service = get_service};
  tenon_task task = {.struct_size = sizeof(task),
                     .is_cancelled = never,
                     .deadline_ns = none,
                     .progress = quiet};
  tenon_join_params params = {.struct_size = sizeof(params), .purpose = TENON_JOIN_FIRST};
  tenon_join_method *method = NULL;
  tenon_join_session *session = NULL;
  static struct message init, challenge, solution;
  if (table->create(&host, &method, &error) != TENON_OK) return refused(&error);
  if (table->begin(method, &params, &task, &session, (tenon_sink){&init, append}, &error) !=
      TENON_OK)
    return refused(&error);
  print("init", &init);

  unsigned byte = 0;
  while (challenge.count < sizeof(challenge.bytes) && scanf("%2x", &byte) == 1)
    challenge.bytes[challenge.count++] = (uint8_t)byte;
  uint32_t field = 0;
  int32_t code = table->step(session, 5, (tenon_bytes){challenge.bytes, challenge.count}, &task,
                             &field, (tenon_sink){&solution, append}, &error);
  if (code != TENON_OK) {
    table->abort(session);
    table->destroy(method);
    return refused(&error);
  }
  print("solution", &solution);
  table->finish(session, (tenon_bytes){NULL, 0}, &task, &error);
  table->destroy(method);
  return 0;
}
