/*
 * A join verifier that does as it is told: the init message, the answer to a challenge or the spec names what
 * to do, so that the tests see every answer a verifier may give, and some it may not.
 */
#include <stdlib.h>
#include <string.h>
#include <tenon/plugin.h>

TENON_MANIFEST(
    "{\"manifest\":1,\"id\":\"org.example.gatekeeper\",\"version\":\"1.2.3\","
    "\"abi\":{\"major\":0,\"minor\":1},\"summary\":\"does as it is told\",\"runtime\":\"c\","
    "\"capabilities\":[\"tenon.join-verifier/1\"],"
    "\"join_verifier\":{\"name\":\"zoo\",\"generation\":\"logged\"}}");

struct tenon_join_verifier {
  const tenon_host *host;
  int sessions;
};
struct tenon_verify_session {
  tenon_join_verifier *verifier;
};

static int is(tenon_bytes bytes, const char *word) {
  return bytes.len == strlen(word) && memcmp(bytes.ptr, word, bytes.len) == 0;
}

static int32_t say(tenon_sink sink, const char *text) {
  return sink.write(sink.ctx, (const uint8_t *)text, strlen(text));
}

static void flood(tenon_sink sink, size_t count) {
  static const uint8_t noise[4096];
  for (size_t sent = 0; sent < count; sent += sizeof noise) sink.write(sink.ctx, noise, sizeof noise);
}

static int32_t create(const tenon_host *host, tenon_join_verifier **out, tenon_error *error) {
  (void)error;
  *out = calloc(1, sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

static void destroy(tenon_join_verifier *verifier) {
  if (verifier->sessions != 0) abort(); /* the host promises to end all sessions first */
  free(verifier);
}

static int32_t admit(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                     tenon_admit_notes notes, tenon_sink out, tenon_error *error) {
  static const char path[] = "feathers", message[] = "must be counted";
  const tenon_admit_note note = {{(const uint8_t *)path, sizeof path - 1},
                                 {(const uint8_t *)message, sizeof message - 1}};
  (void)verifier;
  if (is(spec, "flood")) {
    flood(out, 70000);
    return TENON_OK;
  }
  if (is(spec, "two notes")) {
    notes.note(notes.ctx, note);
    notes.note(notes.ctx, note);
    return TENON_INVALID_CONFIG;
  }
  if (is(spec, "no notes")) {
    strcpy(error->message, "not like this");
    return TENON_INVALID_CONFIG;
  }
  if (is(spec, "defect")) {
    strcpy(error->message, "lost count");
    return TENON_INTERNAL;
  }
  return out.write(out.ctx, status.ptr, status.len);
}

static int32_t act(tenon_bytes word, tenon_verify_action *action, tenon_error *error) {
  if (is(word, "challenge")) {
    action->kind = TENON_VERIFY_CHALLENGE;
    action->field = 5;
    say(action->events, "{\"event\":\"asked\"}");
    return say(action->message, "who goes there");
  }
  if (is(word, "accept") || is(word, "accept new")) {
    action->kind = TENON_VERIFY_ACCEPT;
    action->flags = is(word, "accept") ? 0 : TENON_ACCEPT_NEW_INSTANCE;
    say(action->previous_instance, "the one before");
    say(action->replaced_instance, "the lost one");
    return say(action->attributes, "{\"a\":1}");
  }
  if (is(word, "refuse") || is(word, "lock") || is(word, "bad")) {
    action->kind = TENON_VERIFY_REFUSE;
    action->code = is(word, "bad") ? TENON_INVALID_ARGUMENT : TENON_REFUSED;
    if (is(word, "lock")) {
      action->flags = TENON_REFUSE_LOCK_TOKEN;
      say(action->audit, "a copied key");
    }
    return say(action->message, "not you");
  }
  if (is(word, "field 0")) {
    action->kind = TENON_VERIFY_CHALLENGE;
    return TENON_OK;
  }
  if (is(word, "no reason")) {
    action->kind = TENON_VERIFY_REFUSE;
    return TENON_OK;
  }
  if (is(word, "flood")) {
    action->kind = TENON_VERIFY_CHALLENGE;
    action->field = 5;
    flood(action->message, 70000);
    return TENON_OK;
  }
  if (is(word, "many events")) {
    for (int i = 0; i < 40; i++) say(action->events, "{}");
    action->kind = TENON_VERIFY_ACCEPT;
    return TENON_OK;
  }
  if (is(word, "defect")) {
    strcpy(error->message, "lost count");
    return TENON_INTERNAL;
  }
  action->kind = 99;
  return TENON_OK;
}

static int32_t begin(tenon_join_verifier *verifier, const tenon_verify_params *params,
                     tenon_verify_session **out, tenon_verify_action *action, tenon_error *error) {
  const int32_t status = act(params->init, action, error);
  if (status == TENON_OK) {
    *out = malloc(sizeof **out);
    (*out)->verifier = verifier;
    verifier->sessions++;
  }
  return status;
}

static int32_t step(tenon_verify_session *session, uint32_t field, tenon_bytes solution,
                    tenon_verify_action *action, tenon_error *error) {
  (void)session;
  (void)field;
  return act(solution, action, error);
}

static void leave(tenon_verify_session *session) {
  session->verifier->sessions--;
  free(session);
}

static int32_t conclude(tenon_verify_session *session, tenon_bytes instance_id, tenon_sink status,
                        tenon_sink result, tenon_error *error) {
  leave(session);
  if (is(instance_id, "flood")) {
    flood(result, 70000);
    return TENON_OK;
  }
  if (is(instance_id, "defect")) {
    strcpy(error->message, "lost count");
    return TENON_INTERNAL;
  }
  say(status, "{}");
  return result.write(result.ctx, instance_id.ptr, instance_id.len);
}

static int32_t gave_up(tenon_verify_session *session, uint32_t reason, tenon_bytes text,
                       tenon_verify_action *action, tenon_error *error) {
  (void)session;
  (void)error;
  action->kind = TENON_VERIFY_REFUSE;
  action->code = reason == 1 ? TENON_REFUSED : TENON_INTERNAL;
  return action->message.write(action->message.ctx, text.ptr, text.len);
}

static int32_t confirmed(tenon_join_verifier *verifier, tenon_bytes spec, tenon_bytes status,
                         tenon_bytes instance_id, tenon_sink out, tenon_error *error) {
  (void)verifier;
  if (is(spec, "flood")) {
    flood(out, 70000);
    return TENON_OK;
  }
  if (is(spec, "defect")) {
    strcpy(error->message, "lost count");
    return TENON_INTERNAL;
  }
  out.write(out.ctx, status.ptr, status.len);
  return out.write(out.ctx, instance_id.ptr, instance_id.len);
}

/* OLDER: built before there was anything to confirm; the table ends where it ended then. */
#ifdef OLDER
#define TABLE_SIZE offsetof(tenon_cap_join_verifier, confirmed)
#else
#define TABLE_SIZE sizeof(tenon_cap_join_verifier)
#endif
static const tenon_cap_join_verifier table = {TABLE_SIZE, 0,        create, destroy, admit,    begin,
                                              step,       conclude, leave,  gave_up, confirmed};

static const void *get_capability(tenon_bytes id, size_t *size) {
  *size = is(id, TENON_CAP_JOIN_VERIFIER_ID) ? TABLE_SIZE : 0;
  return *size != 0 ? &table : NULL;
}

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {
      sizeof module, TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, TEXT("org.example.gatekeeper"),
      TEXT("1.2.3"), get_capability};
  if (args->abi_major != TENON_ABI_MAJOR) {
    strcpy(error->message, "this build is for another version of the plugin interface");
    return NULL;
  }
  return &module;
}
