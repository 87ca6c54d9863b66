/*
 * A join method, and its verifier, that boast of what they allow: the configuration key "boast" and the spec of
 * a token say how, so that the tests see every boast a host must not fall for.
 */
#ifndef BOASTER_HELD
#define BOASTER_HELD held
#endif
#ifndef BOASTER_GRANTED
#define BOASTER_GRANTED granted
#endif
#ifndef BOASTER_TABLE_SIZE
#define BOASTER_TABLE_SIZE sizeof(tenon_cap_allowances)
#endif
#define ZOO_CAPABILITIES                                                                           \
  "[\"tenon.join-method/1\",\"tenon.join-verifier/1\",\"tenon.allowances/1\"]"
#define ZOO_CONFIG "{\"key\":\"boast\",\"type\":\"string\",\"help\":\"what to boast of\"}"
#define ZOO_MORE ",\"join_verifier\":{\"name\":\"zoo\",\"generation\":\"logged\"}"
#define ZOO_CAPABILITY boaster_capability
#include <tenon/plugin.h>
static const void *boaster_capability(tenon_bytes id, size_t *size);
#include "zoo.h"

static int32_t boast(tenon_bytes word, tenon_sink out, tenon_error *error) {
  static char text[70000];
#define IS(name) (word.len == sizeof name - 1 && memcmp(word.ptr, name, word.len) == 0)
#define SAY(literal) return out.write(out.ctx, (const uint8_t *)(literal), sizeof(literal) - 1)
  if (IS("silent")) return TENON_OK;
  if (IS("good")) SAY("[{\"name\":\"feathers\",\"used\":1,\"limit\":3},{\"name\":\"eggs\",\"used\":0}]");
  if (IS("endless")) {
    memset(text, ' ', sizeof text);
    for (int i = 0; i < 100; i++) out.write(out.ctx, (const uint8_t *)text, sizeof text);
    return TENON_OK;
  }
  if (IS("crumbs")) { /* one byte at a time, and never an end */
    for (int i = 0; i < 70000; i++) out.write(out.ctx, (const uint8_t *)"[", 1);
    return TENON_OK;
  }
  if (IS("nowhere")) {
    out.write(out.ctx, NULL, 5);
    SAY("[]");
  }
  if (IS("longer than memory")) {
    out.write(out.ctx, (const uint8_t *)"[]", SIZE_MAX);
    return TENON_OK;
  }
  if (IS("deep")) {
    memset(text, '[', 2000);
    memset(text + 2000, ']', 2000);
    return out.write(out.ctx, (const uint8_t *)text, 4000);
  }
  if (IS("bytes")) SAY("[{\"name\":\"\xC3\x28\xFF\",\"used\":1}]");
  if (IS("lines")) SAY("[{\"name\":\"a\\n# HELP\",\"used\":1}]");
  if (IS("quotes")) SAY("[{\"name\":\"a\\\",bot=\\\"b\",\"used\":1}]");
  if (IS("too much")) SAY("[{\"name\":\"a\",\"used\":9223372036854775808}]");
  if (IS("infinite")) SAY("[{\"name\":\"a\",\"used\":1e999}]");
  if (IS("less than none")) SAY("[{\"name\":\"a\",\"used\":1,\"limit\":-1}]");
  if (IS("most")) SAY("[{\"name\":\"a\",\"used\":0,\"limit\":9223372036854775807}]");
  if (IS("eight") || IS("nine")) {
    size_t end = 0;
    for (int i = 0; i < (IS("eight") ? 8 : 9); i++) {
      const char entry[] = ",{\"name\":\"0_feathers_feathers_feathers_fea\",\"used\":1}";
      memcpy(text + end, entry, sizeof entry - 1);
      text[end + 10] = (char)('0' + i);
      text[end] = i == 0 ? '[' : ',';
      end += sizeof entry - 1;
    }
    text[end] = ']';
    return out.write(out.ctx, (const uint8_t *)text, end + 1);
  }
  if (IS("torn")) { /* says something, and then that it failed */
    out.write(out.ctx, (const uint8_t *)"[]", 2);
    strcpy(error->message, "lost count");
    return TENON_INTERNAL;
  }
  return TENON_OK + 77; /* fails with a code nobody has defined and no reason */
}

static int32_t keep(void *ctx, const uint8_t *bytes, size_t count) {
  tenon_bytes *word = ctx;
  static uint8_t kept[64];
  if (count > sizeof kept) return TENON_INVALID_ARGUMENT;
  memcpy(kept, bytes, count);
  *word = (tenon_bytes){kept, count};
  return TENON_OK;
}

__attribute__((unused)) static int32_t held(tenon_join_method *method, tenon_sink out, tenon_error *error) {
  static const char service[] = TENON_HOST_CONFIG_ID;
  const tenon_bytes id = {(const uint8_t *)service, sizeof service - 1}, key = ZOO_TEXT("boast");
  size_t size = 0;
  const tenon_host_config *config = method->host->get_service(method->host, id, &size);
  tenon_bytes word = {NULL, 0};
  config->get(config->ctx, key, (tenon_sink){&word, keep});
  return boast(word, out, error);
}

struct tenon_join_verifier {
  int unused;
};

__attribute__((unused)) static int32_t granted(tenon_join_verifier *verifier, tenon_bytes spec,
                                               tenon_bytes status, tenon_sink out,
                                               tenon_error *error) {
  (void)verifier, (void)status;
  return boast(spec, out, error);
}

static int32_t create(const tenon_host *host, tenon_join_verifier **out, tenon_error *error) {
  (void)host, (void)error;
  *out = malloc(sizeof **out);
  return TENON_OK;
}

static void destroy(tenon_join_verifier *verifier) { free(verifier); }

static int32_t admit(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                     tenon_admit_notes notes, tenon_sink out, tenon_error *error) {
  (void)verifier, (void)spec, (void)status, (void)notes, (void)out, (void)error;
  return TENON_UNSUPPORTED;
}

static int32_t begin(tenon_join_verifier *verifier, const tenon_verify_params *params,
                     tenon_verify_session **out, tenon_verify_action *action, tenon_error *error) {
  (void)verifier, (void)params, (void)out, (void)action, (void)error;
  return TENON_UNSUPPORTED;
}

static int32_t step(tenon_verify_session *session, uint32_t field, tenon_bytes solution,
                    tenon_verify_action *action, tenon_error *error) {
  (void)session, (void)field, (void)solution, (void)action, (void)error;
  return TENON_UNSUPPORTED;
}

static int32_t conclude(tenon_verify_session *session, tenon_bytes instance, tenon_sink status,
                        tenon_sink result, tenon_error *error) {
  (void)session, (void)instance, (void)status, (void)result, (void)error;
  return TENON_UNSUPPORTED;
}

static void leave(tenon_verify_session *session) { (void)session; }

static int32_t gave_up(tenon_verify_session *session, uint32_t reason, tenon_bytes text,
                       tenon_verify_action *action, tenon_error *error) {
  (void)session, (void)reason, (void)text, (void)action, (void)error;
  return TENON_UNSUPPORTED;
}

static const void *boaster_capability(tenon_bytes id, size_t *size) {
  static const tenon_cap_join_verifier verifier = {
      sizeof verifier, 0, create, destroy, admit, begin, step, conclude, leave, gave_up, NULL};
  static const tenon_cap_allowances allowances = {BOASTER_TABLE_SIZE, 0, BOASTER_HELD,
                                                  BOASTER_GRANTED};
  const tenon_bytes word = id;
  if (IS(TENON_CAP_JOIN_VERIFIER_ID)) {
    *size = sizeof verifier;
    return &verifier;
  }
  if (IS(TENON_CAP_ALLOWANCES_ID)) {
    *size = BOASTER_TABLE_SIZE;
    return &allowances;
  }
  return zoo_capability(id, size);
}
