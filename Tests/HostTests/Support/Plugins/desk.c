/*
 * A join method and an output that do what the tests tell them to.
 *
 * "badge" begins with the purpose of the join and its pin, answers a challenge with what it says, keeps the
 * result in its record "stamp", and fails where a message begins with "fail". "card" plans what its
 * configuration says and renders one file: the credentials it got. Both are moody: the method when the
 * result has the word for it, the output when its configuration has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/plugin.h>

/* The words a test has the manifest say in "needs". */
#ifndef DESK_NEEDS
#define DESK_NEEDS ""
#endif

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

TENON_MANIFEST(
    "{\"manifest\":1,\"id\":\"org.example.desk\",\"version\":\"1.0.0\","
    "\"abi\":{\"major\":0,\"minor\":1},\"summary\":\"does what it is told\",\"runtime\":\"c\","
    "\"capabilities\":[\"tenon.join-method/1\",\"tenon.output/1\",\"tenon.self-test/1\"],"
    DESK_NEEDS "\"records\":[\"stamp\"],"
    "\"join_method\":{\"name\":\"badge\",\"init_field\":60,\"config\":["
    "{\"key\":\"pin\",\"type\":\"string\",\"secret\":true,\"help\":\"the code of the badge\"}]},"
    "\"output\":{\"type\":\"card\",\"directories\":false,\"config\":["
    "{\"key\":\"plan\",\"type\":\"string\",\"default\":\"{}\",\"help\":\"the plan\"},"
    "{\"key\":\"mood\",\"type\":\"string\",\"help\":\"the mood\"}]}}");

struct tenon_join_method {
  const tenon_host *host;
};
struct tenon_join_session {
  tenon_join_method *method;
};
struct tenon_output {
  const tenon_host *host;
};

static const void *service(const tenon_host *host, const char *id) {
  const tenon_bytes name = {(const uint8_t *)id, strlen(id)};
  size_t size = 0;
  return host->get_service(host, name, &size);
}

static int32_t say(tenon_sink sink, const void *bytes, size_t count) {
  return sink.write(sink.ctx, bytes, count);
}

static int begins(tenon_bytes bytes, const char *word) {
  return bytes.len >= strlen(word) && memcmp(bytes.ptr, word, strlen(word)) == 0;
}

static int32_t fail(tenon_error *error, tenon_bytes order) {
  error->code = begins(order, "fail unsupported") ? TENON_UNSUPPORTED : TENON_REFUSED;
  error->retry = begins(order, "fail later") ? TENON_RETRY_LATER : TENON_RETRY_NEVER;
  strcpy(error->message, "the reader does not like the badge");
  strcpy(error->hint, "polish it");
  return error->code;
}

static int32_t config(const tenon_host *host, const char *key, tenon_sink sink) {
  const tenon_host_config *config = service(host, TENON_HOST_CONFIG_ID);
  const tenon_bytes name = {(const uint8_t *)key, strlen(key)};
  return config->get(config->ctx, name, sink);
}

/* Says what the mood is to the host: once, or a thousand times when that is the mood. */
static void show(const tenon_host *host, const void *mood, size_t count) {
  const tenon_host_event *event = service(host, TENON_HOST_EVENT_ID);
  const tenon_bytes cough = TEXT("the reader coughs"), well = {NULL, 0};
#define HAS(word) (count > 0 && memmem(mood, count, word, sizeof word - 1) != NULL)
  if (HAS("sick")) event->health(event->ctx, TENON_HEALTH_UNHEALTHY, cough);
  if (HAS("warming up")) event->health(event->ctx, TENON_HEALTH_INITIALIZING, well);
  if (HAS("well")) event->health(event->ctx, TENON_HEALTH_HEALTHY, well);
  if (HAS("restless")) event->request_renewal(event->ctx);
  for (int i = 0; i < 1000 && HAS("nervous"); i++)
    event->health(event->ctx, i % 2 == 0 ? TENON_HEALTH_UNHEALTHY : TENON_HEALTH_HEALTHY, cough);
  for (int i = 0; i < 1000 && HAS("eager"); i++) event->request_renewal(event->ctx);
#undef HAS
}

struct mood {
  uint8_t bytes[64];
  size_t count;
};

static int32_t keep_mood(void *ctx, const uint8_t *bytes, size_t count) {
  struct mood *mood = ctx;
  if (count > sizeof mood->bytes - mood->count) return TENON_INVALID_ARGUMENT;
  memcpy(mood->bytes + mood->count, bytes, count);
  mood->count += count;
  return TENON_OK;
}

static int32_t method_create(const tenon_host *host, tenon_join_method **out, tenon_error *error) {
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

static void method_destroy(tenon_join_method *method) { free(method); }

/* Field 2 of the init message: the purpose as one digit. */
static int32_t begin(tenon_join_method *method, const tenon_join_params *params,
                     const tenon_task *task, tenon_join_session **out, tenon_sink init,
                     tenon_error *error) {
  const char message[] = {0x12, 1, (char)('0' + params->purpose)};
  (void)task;
  if (begins(params->token_name, "fail")) return fail(error, params->token_name);
  *out = malloc(sizeof **out);
  (*out)->method = method;
  return say(init, message, sizeof message);
}

static int32_t step(tenon_join_session *session, uint32_t field, tenon_bytes message,
                    const tenon_task *task, uint32_t *out_field, tenon_sink solution,
                    tenon_error *error) {
  (void)task;
  if (begins(message, "fail")) return fail(error, message);
  *out_field = field + 1;
  if (begins(message, "pin")) return config(session->method->host, "pin", solution);
  return say(solution, message.ptr, message.len);
}

static int32_t finish(tenon_join_session *session, tenon_bytes result, const tenon_task *task,
                      tenon_error *error) {
  const tenon_host_storage *storage = service(session->method->host, TENON_HOST_STORAGE_ID);
  const tenon_record record = {TEXT("stamp"), result, 0, 0};
  const int is_good = memmem(result.ptr, result.len, "fail", 4) == NULL;
  int32_t status = storage->put_all(storage->ctx, &record, 1, error);
  (void)task;
  show(session->method->host, result.ptr, result.len);
  free(session);
  if (status == TENON_OK && !is_good) status = fail(error, result);
  return status;
}

static void leave(tenon_join_session *session) { free(session); }

static int32_t output_create(const tenon_host *host, tenon_output **out, tenon_error *error) {
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

static void output_destroy(tenon_output *output) { free(output); }

static int32_t plan(tenon_output *output, tenon_sink sink, tenon_error *error) {
  (void)error;
  return config(output->host, "plan", sink);
}

static int32_t render(tenon_output *output, tenon_bytes credentials, tenon_artifact_sink sink,
                      tenon_error *error) {
  const tenon_artifact card = {
      sizeof card, TENON_ARTIFACT_SECRET, TEXT("card.json"), credentials};
  struct mood mood = {{0}, 0};
  const tenon_sink keeper = {&mood, keep_mood};
  config(output->host, "mood", keeper);
  show(output->host, mood.bytes, mood.count);
  if (memmem(credentials.ptr, credentials.len, "\"fail\"", 6) != NULL) return fail(error, credentials);
  return sink.artifact(sink.ctx, &card);
}

static const tenon_cap_join_method badge = {
    sizeof badge, 0, method_create, method_destroy, begin, step, finish, leave};
static const tenon_cap_output card = {sizeof card, 0, output_create, output_destroy, plan, render};

struct tenon_self_test {
  const tenon_host *host;
};

static int32_t test_create(const tenon_host *host, tenon_self_test **out, tenon_error *error) {
  (void)error;
  *out = malloc(sizeof **out);
  (*out)->host = host;
  return TENON_OK;
}

static void test_destroy(tenon_self_test *test) { free(test); }

/* "pin" says whether the configuration has one, "stamp" whether a join has left one. */
static int32_t test_run(tenon_self_test *test, uint32_t check, const tenon_task *task,
                        tenon_check_result *result, tenon_error *error) {
  const tenon_host_storage *storage = service(test->host, TENON_HOST_STORAGE_ID);
  const tenon_bytes stamp = TEXT("stamp");
  (void)task;
  if (check == 0) {
    if (config(test->host, "pin", result->sentence) == TENON_OK) {
      result->outcome = TENON_CHECK_PASSED;
      return TENON_OK;
    }
    result->outcome = TENON_CHECK_FAILED;
    say(result->remedy, "ask the porter", strlen("ask the porter"));
    return say(result->sentence, "nobody knows the pin", strlen("nobody knows the pin"));
  }
  if (storage != NULL &&
      storage->get(storage->ctx, stamp, result->sentence, error) == TENON_OK) {
    result->outcome = TENON_CHECK_PASSED;
    return say(result->sentence, " was stamped", strlen(" was stamped"));
  }
  result->outcome = TENON_CHECK_SKIPPED;
  return say(result->sentence, "there is no stamp", strlen("there is no stamp"));
}

static const tenon_check checks[] = {
    {sizeof(tenon_check), 0, "pin", "does somebody know the pin?"},
    {sizeof(tenon_check), 0, "stamp", "is the badge stamped?"},
};
static const tenon_cap_self_test self_test = {
    sizeof self_test, 2, checks, test_create, test_destroy, test_run};

static const void *get_capability(tenon_bytes id, size_t *size) {
  const int is_method = begins(id, TENON_CAP_JOIN_METHOD_ID);
  if (begins(id, TENON_CAP_SELF_TEST_ID)) {
    *size = sizeof self_test;
    return &self_test;
  }
  if (!is_method && !begins(id, TENON_CAP_OUTPUT_ID)) return NULL;
  *size = is_method ? sizeof badge : sizeof card;
  return is_method ? (const void *)&badge : (const void *)&card;
}

const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {
      sizeof module, TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, TEXT("org.example.desk"), TEXT("1.0.0"),
      get_capability};
  (void)args, (void)error;
  return &module;
}
