/*
 * A join method that runs errands: the field number of a challenge names one, the message is its input,
 * the solution what came of it. It lets the tests stand where a plugin stands.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <tenon/plugin.h>

static int32_t errand(tenon_join_session *session, uint32_t field, tenon_bytes message,
                      const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                      tenon_error *error);
#define ZOO_MORE ",\"records\":[\"nest\"]"
#define ZOO_STEP errand
#include "zoo.h"

/* What the errands use. */
static const void *service(const tenon_host *host, const char *id) {
  const tenon_bytes name = {(const uint8_t *)id, strlen(id)};
  size_t size = 0;
  const void *table = host->get_service(host, name, &size);
  return table != NULL && size == *(const uint32_t *)table ? table : NULL;
}

static int32_t say(tenon_sink sink, const char *text) {
  return sink.write(sink.ctx, (const uint8_t *)text, strlen(text));
}

static tenon_bytes text(const char *text) {
  const tenon_bytes bytes = {(const uint8_t *)text, strlen(text)};
  return bytes;
}

/* The key errands: "<verb> <rest>". */
static int32_t key_errand(const tenon_host *host, tenon_bytes message, tenon_sink solution,
                          tenon_error *error) {
  const tenon_host_key *keys = service(host, TENON_HOST_KEY_ID);
  const char *space = memchr(message.ptr, ' ', message.len);
  const size_t verb = space == NULL ? message.len : (size_t)(space - (const char *)message.ptr);
  const tenon_bytes rest = {message.ptr + verb + (space != NULL), message.len - verb - (space != NULL)};
  tenon_key *key = NULL;
  int32_t status = TENON_OK;
#define IS(word) (verb == sizeof word - 1 && memcmp(message.ptr, word, verb) == 0)
  if (IS("public")) {
    status = keys->generate(keys->ctx, text("ecdsa-p256"), &key, error);
    if (status == TENON_OK) status = keys->public_key(keys->ctx, key, rest, solution, error);
  } else if (IS("private")) {
    status = keys->generate(keys->ctx, rest, &key, error);
    if (status == TENON_OK) status = keys->export_private(keys->ctx, key, solution, error);
  } else if (IS("sign")) {
    status = keys->import_private(keys->ctx, rest, &key, error);
    if (status == TENON_OK) status = keys->scheme(keys->ctx, key, solution, error);
    if (status == TENON_OK) status = say(solution, "\n");
    if (status == TENON_OK) status = keys->sign(keys->ctx, key, text("hay"), solution, error);
  } else if (IS("sign-with-public")) {
    status = keys->import_public(keys->ctx, rest, &key, error);
    if (status == TENON_OK) status = keys->sign(keys->ctx, key, text("hay"), solution, error);
  } else if (IS("verify-nonsense")) {
    status = keys->import_public(keys->ctx, rest, &key, error);
    if (status == TENON_OK)
      status = keys->verify(keys->ctx, key, text("ES256"), text("hay"), text("straw"), error);
  } else if (IS("forgotten")) {
    status = keys->generate(keys->ctx, text("ed25519"), &key, error);
    if (status == TENON_OK) keys->forget(keys->ctx, key);
    if (status == TENON_OK) status = keys->sign(keys->ctx, key, rest, solution, error);
    key = NULL;
  } else {
    status = keys->sign(keys->ctx, (const tenon_key *)4711, rest, solution, error);
  }
  if (key != NULL) keys->forget(keys->ctx, key);
  return status;
}

static int32_t errand(tenon_join_session *session, uint32_t field, tenon_bytes message,
                      const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                      tenon_error *error) {
  const tenon_host *host = session->method->host;
  char line[64];
  *out_field = field;
  switch (field) {
    case 1: /* the thread this runs on */
      snprintf(line, sizeof line, "%d", gettid());
      return say(solution, line);
    case 2: { /* the configuration key of that name */
      const tenon_host_config *config = service(host, TENON_HOST_CONFIG_ID);
      return config->get(config->ctx, message, solution);
    }
    case 3: { /* the record of that name */
      const tenon_host_storage *storage = service(host, TENON_HOST_STORAGE_ID);
      return storage->get(storage->ctx, message, solution, error);
    }
    case 4: { /* keeps the message in the record "nest" and removes "burrow" */
      const tenon_host_storage *storage = service(host, TENON_HOST_STORAGE_ID);
      const tenon_record records[] = {{text("nest"), message, 0, 0}, {text("burrow"), text(""), 1, 0}};
      return storage->put_all(storage->ctx, records, message.len == 0 ? 2 : 1, error);
    }
    case 5: { /* as many random bytes as the message is long */
      uint8_t bytes[TENON_JOIN_MESSAGE_MAX_BYTES];
      const tenon_host_random *random = service(host, TENON_HOST_RANDOM_ID);
      const int32_t status = random->fill(random->ctx, bytes, message.len);
      return status != TENON_OK ? status : solution.write(solution.ctx, bytes, message.len);
    }
    case 6: { /* both clocks */
      const tenon_host_clock *clock = service(host, TENON_HOST_CLOCK_ID);
      snprintf(line, sizeof line, "%lld %llu", (long long)clock->wall_ns(clock->ctx),
               (unsigned long long)clock->monotonic_ns(clock->ctx));
      return say(solution, line);
    }
    case 7: { /* the message, in the log, in a field, as progress and as health */
      const tenon_host_log *log = service(host, TENON_HOST_LOG_ID);
      const tenon_host_event *event = service(host, TENON_HOST_EVENT_ID);
      const tenon_log_field fields[] = {{text("hay"), message}};
      log->log(log->ctx, TENON_LOG_WARNING, message, fields, 1);
      log->log(log->ctx, 99, message, fields, 1);
      task->progress(task->ctx, message);
      event->health(event->ctx, TENON_HEALTH_UNHEALTHY, message);
      event->request_renewal(event->ctx);
      return say(solution, log->enabled(log->ctx, TENON_LOG_DEBUG) ? "debug" : "no debug");
    }
    case 8: { /* memory for a secret: zeroed, used, zeroed again, freed */
      const tenon_host_secret *secret = service(host, TENON_HOST_SECRET_ID);
      uint8_t *bytes = secret->allocate(secret->ctx, 4096);
      const int isZero = bytes[0] == 0 && bytes[4095] == 0;
      memset(bytes, 0xAA, 4096);
      secret->zero(secret->ctx, bytes, 4096);
      snprintf(line, sizeof line, "%d %d %d", isZero, bytes[0], bytes[4095]);
      secret->free(secret->ctx, bytes, 4096);
      secret->free(secret->ctx, NULL, 0);
      return say(solution, line);
    }
    case 9: return key_errand(host, message, solution, error);
    case 10: /* whether the service of that name is offered */
      return say(solution, host->get_service(host, message, &(size_t){0}) != NULL ? "yes" : "no");
    case 11: /* waits to be told to stop */
      while (!task->is_cancelled(task->ctx)) usleep(1000);
      strcpy(error->message, "told to stop");
      error->retry = TENON_RETRY_LATER;
      return TENON_CANCELLED;
    case 12: /* answers with no field */
      *out_field = 0;
      return TENON_OK;
    case 13: /* fails with words in need of care */
      strcpy(error->message, "tail \xC3\xA4 and \x1B[31m red");
      strcpy(error->hint, "look away");
      return TENON_REFUSED;
    case 14: return TENON_OK + 77; /* fails with a code nobody has defined */
    case 15: { /* events that no host should trust */
      const tenon_host_event *event = service(host, TENON_HOST_EVENT_ID);
      static char roar[65536];
      const uint32_t states[] = {0, 4, UINT32_MAX};
      memset(roar, '\xF0', sizeof roar);
      for (int i = 0; i < 3; i++) event->health(event->ctx, states[i], message);
      event->health(event->ctx, TENON_HEALTH_UNHEALTHY, (tenon_bytes){(uint8_t *)roar, sizeof roar});
      event->health(event->ctx, TENON_HEALTH_UNHEALTHY, (tenon_bytes){NULL, 7});
      event->health(event->ctx, TENON_HEALTH_INITIALIZING, (tenon_bytes){NULL, 0});
      event->health(NULL, TENON_HEALTH_HEALTHY, message);
      event->request_renewal(NULL);
      return TENON_OK;
    }
    case 16: { /* sizes beyond all memory */
      const tenon_host_log *log = service(host, TENON_HOST_LOG_ID);
      const tenon_host_random *random = service(host, TENON_HOST_RANDOM_ID);
      const tenon_host_secret *secret = service(host, TENON_HOST_SECRET_ID);
      const tenon_host_storage *storage = service(host, TENON_HOST_STORAGE_ID);
      const tenon_bytes endless = {message.ptr, SIZE_MAX};
      const tenon_record record = {text("nest"), endless, 0, 0};
      const tenon_log_field field = {endless, endless};
      uint8_t bytes[8];
      log->log(log->ctx, TENON_LOG_WARNING, message, &field, SIZE_MAX);
      log->log(log->ctx, TENON_LOG_WARNING, endless, &field, 1);
      snprintf(line, sizeof line, "%d %d %d %d %d", random->fill(random->ctx, bytes, SIZE_MAX),
               storage->put_all(storage->ctx, &record, SIZE_MAX, error),
               storage->put_all(storage->ctx, &record, 1, error),
               secret->allocate(secret->ctx, SIZE_MAX) != NULL,
               solution.write(solution.ctx, message.ptr, SIZE_MAX));
      log->log(log->ctx, TENON_LOG_WARNING, text(line), NULL, 0);
      return TENON_OK;
    }
    default: return solution.write(solution.ctx, message.ptr, message.len);
  }
}
