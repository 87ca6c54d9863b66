/*
 * self-test.h - a self-test that is right in every way, beside the join method of zoo.h.
 *
 * The animals that define SELF_TEST_* get one thing of it wrong.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tenon/plugin.h>

struct tenon_self_test {
  const tenon_host *host;
};

static int32_t put(tenon_sink sink, const char *text) {
  return sink.write(sink.ctx, (const uint8_t *)text, strlen(text));
}

__attribute__((unused)) static int32_t self_test_create(const tenon_host *host,
                                                        tenon_self_test **out,
                                                        tenon_error *error) {
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

static void self_test_destroy(tenon_self_test *test) { free(test); }

static const void *service(const tenon_host *host, const char *id) {
  const tenon_bytes name = {(const uint8_t *)id, strlen(id)};
  size_t size = 0;
  return host->get_service(host, name, &size);
}

/* The value of the key "food", so that tests see which configuration arrived. */
static int32_t configured(const tenon_host *host, tenon_sink out) {
  const tenon_host_config *config = service(host, TENON_HOST_CONFIG_ID);
  const tenon_bytes key = {(const uint8_t *)"food", 4};
  return config->get(config->ctx, key, out);
}

/* Tries what no check may do. */
static int32_t write_record(const tenon_host *host, tenon_error *error) {
  const tenon_host_storage *storage = service(host, TENON_HOST_STORAGE_ID);
  const tenon_record record = {
      .name = {(const uint8_t *)"den", 3}, .value = {(const uint8_t *)"x", 1}};
  if (storage == NULL) return TENON_UNAVAILABLE;
  return storage->put_all(storage->ctx, &record, 1, error);
}

static int32_t self_test_run(tenon_self_test *test, uint32_t check, const tenon_task *task,
                             tenon_check_result *result, tenon_error *error) {
  static char long_text[TENON_CHECK_TEXT_BYTES + 2];
  (void)task;
  switch (check) {
    case 0:
      result->outcome = TENON_CHECK_PASSED;
      put(result->remedy, "nobody reads this");
      return configured(test->host, result->sentence);
    case 1:
      result->outcome = TENON_CHECK_WARNING;
      put(result->sentence, "the hay\n");
      put(result->sentence, "is old");
      return put(result->remedy, "buy hay");
    case 2:
      result->outcome = TENON_CHECK_FAILED;
      put(result->sentence, "the key hunter2 does not fit");
      return put(result->remedy, "file it");
    case 3:
      result->outcome = TENON_CHECK_SKIPPED;
      return put(result->sentence, "the barn is closed");
    case 4:
      error->code = TENON_UNAVAILABLE;
      strcpy(error->message, "no water");
      strcpy(error->hint, "open the tap");
      return TENON_UNAVAILABLE;
    case 5:
      result->outcome = 7;
      return put(result->sentence, "never mind");
    case 6:
      result->outcome = TENON_CHECK_PASSED;
      return TENON_OK;
    case 7:
      result->outcome = TENON_CHECK_PASSED;
      memset(long_text, 'x', sizeof long_text - 1);
      put(result->sentence, long_text);
      return TENON_OK;
    case 8: return write_record(test->host, error);
    case 9: return TENON_INTERNAL;
    default:
#ifdef SELF_TEST_HANGS
      for (;;) pause();
#endif
      result->outcome = TENON_CHECK_PASSED;
      return put(result->sentence, "back home");
  }
}

#ifndef SELF_TEST_CREATE
#define SELF_TEST_CREATE self_test_create
#endif
#ifndef SELF_TEST_ENTRY
#define SELF_TEST_ENTRY sizeof(tenon_check)
#endif
#ifndef SELF_TEST_SECOND
#define SELF_TEST_SECOND SELF_TEST_ENTRY, 0, "hay", "is there hay?"
#endif
#ifndef SELF_TEST_COUNT
#define SELF_TEST_COUNT 12
#endif
#ifndef SELF_TEST_SIZE
#define SELF_TEST_SIZE sizeof(tenon_cap_self_test)
#endif

static const tenon_check self_test_checks[] = {
    {SELF_TEST_ENTRY, 0, "food", "what is to eat?"},
    {SELF_TEST_SECOND},
    {SELF_TEST_ENTRY, 0, "key", "does the key fit?"},
    {SELF_TEST_ENTRY, 0, "barn", "is the barn warm?"},
    {SELF_TEST_ENTRY, 0, "water", "is there water?"},
    {SELF_TEST_ENTRY, 0, "odd", "an outcome nobody knows?"},
    {SELF_TEST_ENTRY, 0, "mute", "no sentence?"},
    {SELF_TEST_ENTRY, 0, "long", "too long a sentence?"},
    {SELF_TEST_ENTRY, 0, "write", "may a check write?"},
    {SELF_TEST_ENTRY, 0, "silent", "an error without words?"},
    {SELF_TEST_ENTRY, 0, "last", "does it come home?"},
    {SELF_TEST_ENTRY, 0, "after", "and then?"},
};

static const tenon_cap_self_test self_test_table = {
    SELF_TEST_SIZE,   SELF_TEST_COUNT,   self_test_checks,
    SELF_TEST_CREATE, self_test_destroy, self_test_run};

static const void *zoo_capability(tenon_bytes id, size_t *size);

static const void *with_self_test(tenon_bytes id, size_t *size) {
  static const char wanted[] = TENON_CAP_SELF_TEST_ID;
  if (id.len != sizeof wanted - 1 || memcmp(id.ptr, wanted, id.len) != 0)
    return zoo_capability(id, size);
  *size = SELF_TEST_SIZE;
  return &self_test_table;
}

#define ZOO_CAPABILITIES "[\"tenon.join-method/1\",\"tenon.self-test/1\"]"
#define ZOO_CONFIG                                                                                 \
  "{\"key\":\"food\",\"type\":\"string\",\"default\":\"grass\",\"help\":\"what it eats\"},"        \
  "{\"key\":\"lock\",\"type\":\"string\",\"secret\":true,\"help\":\"a secret\"}"
#define ZOO_MORE ",\"records\":[\"den\"]"
#define ZOO_CAPABILITY with_self_test
#include "zoo.h"
