/*
 * A verifier that does what the client tells it to, so that a test decides what the core has to face.
 *
 * The client's first message is a word: one of the verdicts below, or "ask" for a challenge whose answer
 * is a word again. The method's status counts its joins. A token whose spec has "boast" is said to allow more
 * than fits, one with "swipes" eight things, any other nothing. NAME and GENERATION come from the compiler.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/plugin.h>

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}
#define ID "org.example." NAME

TENON_MANIFEST("{\"manifest\":1,\"id\":\"" ID "\",\"version\":\"1.0.0\","
               "\"abi\":{\"major\":0,\"minor\":1},\"summary\":\"does what it is told\","
               "\"runtime\":\"c\",\"capabilities\":[\"tenon.join-verifier/1\",\"tenon.allowances/1\"],"
               "\"join_verifier\":{\"name\":\"" NAME "\",\"init_field\":60,\"generation\":\"" GENERATION
               "\"}}");

struct tenon_join_verifier {
  int unused;
};
struct tenon_verify_session {
  int joins;
  char lock[512];
};

static int32_t create(const tenon_host *host, tenon_join_verifier **out, tenon_error *error) {
  (void)host, (void)error;
  *out = calloc(1, sizeof **out);
  return TENON_OK;
}

static void destroy(tenon_join_verifier *verifier) { free(verifier); }

static int32_t put(tenon_sink sink, const char *text) {
  return sink.write(sink.ctx, (const uint8_t *)text, strlen(text));
}

static int has(tenon_bytes bytes, const char *text) {
  return memmem(bytes.ptr, bytes.len, text, strlen(text)) != NULL;
}

static int is(tenon_bytes bytes, const char *text) {
  return bytes.len == strlen(text) && memcmp(bytes.ptr, text, bytes.len) == 0;
}

static int32_t admit(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                     tenon_admit_notes notes, tenon_sink out, tenon_error *error) {
  (void)verifier;
  if (has(spec, "\"color\":\"pink\"")) {
    notes.note(notes.ctx, (tenon_admit_note){TEXT("color"), TEXT("pink is out of stock; use blue")});
    notes.note(notes.ctx, (tenon_admit_note){TEXT("reader.floor"), TEXT("is missing; add it")});
    error->code = TENON_INVALID_CONFIG;
    return TENON_INVALID_CONFIG;
  }
  if (has(spec, "\"color\":\"broken\"")) {
    error->code = TENON_INTERNAL;
    strcpy(error->message, "the reader is on fire");
    return TENON_INTERNAL;
  }
  if (has(spec, "\"color\":\"garbage\"")) return put(out, "{");
  if (has(status, "joins")) return out.write(out.ctx, status.ptr, status.len);
  return put(out, "{\"joins\":0}");
}

static int32_t refuse(tenon_verify_action *action, int32_t code, uint32_t flags, const char *message,
                      const char *audit) {
  action->kind = TENON_VERIFY_REFUSE;
  action->code = code;
  action->flags = flags;
  put(action->message, message);
  return put(action->audit, audit);
}

static int32_t decide(tenon_verify_session *session, tenon_bytes word, tenon_verify_action *action,
                      tenon_error *error) {
  if (is(word, "ask")) {
    action->kind = TENON_VERIFY_CHALLENGE;
    action->field = 61;
    return put(action->message, "say a word");
  }
  if (is(word, "keep") || is(word, "new")) {
    if (session->lock[0]) return refuse(action, TENON_REFUSED, 0, session->lock, session->lock);
    action->kind = TENON_VERIFY_ACCEPT;
    action->flags = is(word, "new") ? TENON_ACCEPT_NEW_INSTANCE : 0;
    put(action->events, "{\"event\":\"badge.seen\",\"color\":\"blue\"}");
    if (is(word, "new")) put(action->previous_instance, "the-one-before");
    return put(action->attributes, "{\"floor\":4}");
  }
  if (is(word, "lock"))
    return refuse(action, TENON_REFUSED, TENON_REFUSE_LOCK_TOKEN, "badge refused", "badge was copied");
  if (is(word, "bad")) return refuse(action, TENON_INVALID_ARGUMENT, 0, "no badge at all", "no badge");
  if (is(word, "unknown")) return refuse(action, TENON_INTERNAL, 0, "reader says no", "reader: no");
  error->code = is(word, "nonsense") ? TENON_INVALID_ARGUMENT : TENON_INTERNAL;
  strcpy(error->message, "the reader fell off the wall");
  return error->code;
}

static int32_t begin(tenon_join_verifier *verifier, const tenon_verify_params *params,
                     tenon_verify_session **out, tenon_verify_action *action, tenon_error *error) {
  (void)verifier;
  char status[64] = "";
  tenon_verify_session *session = calloc(1, sizeof *session);
  memcpy(status, params->status.ptr,
         params->status.len < sizeof status ? params->status.len : sizeof status - 1);
  sscanf(status, "{\"joins\":%d}", &session->joins);
  if (params->lock_message.len < sizeof session->lock)
    memcpy(session->lock, params->lock_message.ptr, params->lock_message.len);
  int32_t code = decide(session, params->init, action, error);
  if (code == TENON_OK)
    *out = session;
  else
    free(session);
  return code;
}

static int32_t step(tenon_verify_session *session, uint32_t field, tenon_bytes solution,
                    tenon_verify_action *action, tenon_error *error) {
  if (field != 62) return refuse(action, TENON_INVALID_ARGUMENT, 0, "wrong field", "wrong field");
  return decide(session, solution, action, error);
}

static int32_t conclude(tenon_verify_session *session, tenon_bytes instance, tenon_sink status,
                        tenon_sink result, tenon_error *error) {
  char text[64];
  (void)error;
  snprintf(text, sizeof text, "{\"joins\":%d}", session->joins + 1);
  free(session);
  put(status, text);
  return result.write(result.ctx, instance.ptr, instance.len);
}

static void give_up(tenon_verify_session *session) { free(session); }

static int32_t gave_up(tenon_verify_session *session, uint32_t reason, tenon_bytes text,
                       tenon_verify_action *action, tenon_error *error) {
  (void)session, (void)reason, (void)text, (void)error;
  return refuse(action, TENON_REFUSED, 0, "the badge was taken away", "the client gave up");
}

static int32_t granted(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                       tenon_sink out, tenon_error *error) {
  char text[128];
  (void)verifier, (void)status, (void)error;
  for (int i = 0; i < 1000 && has(spec, "boast"); i++) put(out, "[{\"name\":\"boast\",\"used\":1}]");
  put(out, "[");
  for (int i = 0; i < 8 && has(spec, "swipes"); i++) {
    snprintf(text, sizeof text, "%s{\"name\":\"swipes_%d\",\"used\":1,\"limit\":5}", i == 0 ? "" : ",", i);
    put(out, text);
  }
  return put(out, "]");
}

static const tenon_cap_allowances allowances = {sizeof allowances, 0, NULL, granted};
static const tenon_cap_join_verifier table = {sizeof table, 0,    create,   destroy, admit,
                                              begin,        step, conclude, give_up, gave_up};

static const void *capability(tenon_bytes id, size_t *size) {
  if (is(id, TENON_CAP_ALLOWANCES_ID)) {
    *size = sizeof allowances;
    return &allowances;
  }
  *size = sizeof table;
  return is(id, TENON_CAP_JOIN_VERIFIER_ID) ? &table : NULL;
}

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {sizeof module, TENON_ABI_MAJOR, TENON_ABI_MINOR, 0,
                                      TEXT(ID),      TEXT("1.0.0"),   capability};
  (void)args, (void)error;
  return &module;
}
