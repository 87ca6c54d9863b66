/* An output that renders what its credentials ask for, good names and bad. */
#include <stdio.h>
#include <string.h>
#include <tenon/plugin.h>

TENON_MANIFEST(
    "{\"manifest\":1,\"id\":\"org.example.artist\",\"version\":\"1.2.3\","
    "\"abi\":{\"major\":0,\"minor\":1},\"summary\":\"renders what it is told\",\"runtime\":\"c\","
    "\"capabilities\":[\"tenon.output/1\"],\"output\":{\"type\":\"zoo\",\"directories\":true,"
    "\"config\":[{\"key\":\"plan\",\"type\":\"string\",\"default\":\"{}\",\"help\":\"the plan\"}]}}");

struct tenon_output {
  const tenon_host *host;
};

static int32_t create(const tenon_host *host, tenon_output **out, tenon_error *error) {
  static tenon_output outputs[8];
  static unsigned next = 0;
  (void)error;
  *out = &outputs[next++ % 8];
  (*out)->host = host;
  return TENON_OK;
}

static void destroy(tenon_output *output) { output->host = NULL; }

static int32_t plan(tenon_output *output, tenon_sink sink, tenon_error *error) {
  static const char id[] = TENON_HOST_CONFIG_ID, key[] = "plan";
  const tenon_bytes name = {(const uint8_t *)id, sizeof id - 1};
  const tenon_bytes wanted = {(const uint8_t *)key, sizeof key - 1};
  size_t size = 0;
  const tenon_host_config *config = output->host->get_service(output->host, name, &size);
  (void)error;
  return config->get(config->ctx, wanted, sink);
}

static int32_t put(tenon_artifact_sink sink, tenon_bytes name, size_t count) {
  static uint8_t paint[TENON_ARTIFACT_MAX_BYTES + 1];
  const tenon_artifact artifact = {sizeof artifact, TENON_ARTIFACT_SECRET, name, {paint, count}};
  return sink.artifact(sink.ctx, &artifact);
}

/* "*N" renders N files, "+N" one file of N bytes, anything else one file of that name per line. */
static int32_t render(tenon_output *output, tenon_bytes credentials, tenon_artifact_sink sink,
                      tenon_error *error) {
  char text[512] = {0}, name[32];
  int count = 0;
  (void)output;
  (void)error;
  memcpy(text, credentials.ptr, credentials.len < sizeof text ? credentials.len : sizeof text - 1);
  if (sscanf(text, "*%d", &count) == 1) {
    for (int i = 0; i < count; i++) {
      snprintf(name, sizeof name, "file-%d", i);
      put(sink, (tenon_bytes){(const uint8_t *)name, strlen(name)}, 1);
    }
    return TENON_OK;
  }
  if (sscanf(text, "+%d", &count) == 1)
    return put(sink, (tenon_bytes){(const uint8_t *)"big", 3}, (size_t)count);
  for (char *at = text, *end; *at != 0; at = end + (*end != 0)) {
    end = strchr(at, '\n') != NULL ? strchr(at, '\n') : at + strlen(at);
    put(sink, (tenon_bytes){(const uint8_t *)at, (size_t)(end - at)}, 1);
  }
  return TENON_OK;
}

static const tenon_cap_output table = {sizeof table, 0, create, destroy, plan, render};

static const void *get_capability(tenon_bytes id, size_t *size) {
  static const char wanted[] = TENON_CAP_OUTPUT_ID;
  *size = sizeof table;
  return id.len == sizeof wanted - 1 && memcmp(id.ptr, wanted, id.len) == 0 ? &table : NULL;
}

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {
      sizeof module, TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, TEXT("org.example.artist"), TEXT("1.2.3"),
      get_capability};
  if (args->abi_major != TENON_ABI_MAJOR) {
    strcpy(error->message, "this build is for another version of the plugin interface");
    return NULL;
  }
  return &module;
}
