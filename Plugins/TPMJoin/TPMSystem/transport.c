#define _GNU_SOURCE
#include "TPMSystem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A response as the TPM sends it: tag (2), size (4), code (4), the rest. */
#define HEADER_BYTES 10u
#define RESPONSE_MAX_BYTES 4096u

/* A TCTI is the common head, then what is ours. */
struct simulator {
  TSS2_TCTI_CONTEXT_COMMON_V1 head;
  int socket;
  size_t received;
  uint8_t response[RESPONSE_MAX_BYTES];
};

#define SIMULATOR_MAGIC 0x54454E4F4E534D31ULL

static struct simulator *own(TSS2_TCTI_CONTEXT *context) {
  struct simulator *me = (struct simulator *)context;
  return me != NULL && me->head.magic == SIMULATOR_MAGIC ? me : NULL;
}

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *context, size_t size, const uint8_t *command) {
  struct simulator *me = own(context);
  if (me == NULL || command == NULL) return TSS2_TCTI_RC_BAD_REFERENCE;
  me->received = 0;
  while (size > 0) {
    ssize_t sent = send(me->socket, command, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return TSS2_TCTI_RC_IO_ERROR;
    command += sent;
    size -= (size_t)sent;
  }
  return TSS2_RC_SUCCESS;
}

/* How long the response is, 0 while its header is not there. */
static size_t announced(const struct simulator *me) {
  if (me->received < HEADER_BYTES) return 0;
  const uint8_t *at = me->response + 2;
  return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static TSS2_RC receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *response,
                       int32_t timeout) {
  struct simulator *me = own(context);
  if (me == NULL || size == NULL) return TSS2_TCTI_RC_BAD_REFERENCE;
  for (;;) {
    size_t total = announced(me);
    if (me->received >= HEADER_BYTES && (total < HEADER_BYTES || total > sizeof(me->response)))
      return TSS2_TCTI_RC_MALFORMED_RESPONSE;
    if (total != 0 && me->received == total) break;
    struct pollfd wait = {.fd = me->socket, .events = POLLIN};
    int ready = poll(&wait, 1, timeout);
    if (ready == 0) return TSS2_TCTI_RC_TRY_AGAIN;
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return TSS2_TCTI_RC_IO_ERROR;
    size_t wanted = (total == 0 ? HEADER_BYTES : total) - me->received;
    ssize_t got = recv(me->socket, me->response + me->received, wanted, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return TSS2_TCTI_RC_IO_ERROR;
    me->received += (size_t)got;
  }
  /* Asked without a buffer, the response stays for the call that brings one. */
  size_t capacity = *size;
  *size = me->received;
  if (response == NULL) return TSS2_RC_SUCCESS;
  if (capacity < me->received) return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
  memcpy(response, me->response, me->received);
  explicit_bzero(me->response, me->received);
  me->received = 0;
  return TSS2_RC_SUCCESS;
}

static void finalize(TSS2_TCTI_CONTEXT *context) {
  struct simulator *me = own(context);
  if (me == NULL || me->socket < 0) return;
  close(me->socket);
  me->socket = -1;
}

static TSS2_RC cancel(TSS2_TCTI_CONTEXT *context) {
  (void)context;
  return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC poll_handles(TSS2_TCTI_CONTEXT *context, TSS2_TCTI_POLL_HANDLE *handles,
                            size_t *count) {
  struct simulator *me = own(context);
  if (me == NULL || count == NULL) return TSS2_TCTI_RC_BAD_REFERENCE;
  if (handles != NULL) {
    if (*count < 1) return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    handles[0] = (TSS2_TCTI_POLL_HANDLE){.fd = me->socket, .events = POLLIN};
  }
  *count = 1;
  return TSS2_RC_SUCCESS;
}

static TSS2_RC set_locality(TSS2_TCTI_CONTEXT *context, uint8_t locality) {
  (void)context;
  return locality == 0 ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

/* Turns "path=..." or "host=...,port=..." into an address; 0 or an errno. */
static int32_t address_of(const char *text, struct sockaddr_storage *out, socklen_t *size) {
  memset(out, 0, sizeof(*out));
  if (strncmp(text, "path=", 5) == 0) {
    struct sockaddr_un *local = (struct sockaddr_un *)out;
    size_t length = strlen(text + 5);
    if (length == 0) return EINVAL;
    if (length >= sizeof(local->sun_path)) return ENAMETOOLONG;
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, text + 5, length + 1u);
    *size = sizeof(*local);
    return 0;
  }
  if (strncmp(text, "host=", 5) != 0) return EINVAL;
  const char *comma = strstr(text, ",port=");
  if (comma == NULL) return EINVAL;
  char host[INET_ADDRSTRLEN];
  size_t length = (size_t)(comma - text) - 5u;
  if (length >= sizeof(host)) return EINVAL;
  memcpy(host, text + 5, length);
  host[length] = 0;
  char *end = NULL;
  long port = strtol(comma + 6, &end, 10);
  if (end == comma + 6 || *end != 0 || port < 1 || port > 65535) return EINVAL;
  struct sockaddr_in *remote = (struct sockaddr_in *)out;
  remote->sin_family = AF_INET;
  remote->sin_port = htons((uint16_t)port);
  if (inet_pton(AF_INET, host, &remote->sin_addr) != 1) return EINVAL;
  *size = sizeof(*remote);
  return 0;
}

int32_t tenon_tpm_simulator(const char *address, TSS2_TCTI_CONTEXT **out) {
  struct sockaddr_storage target;
  socklen_t size = 0;
  int32_t status = address_of(address, &target, &size);
  if (status != 0) return status;
  struct simulator *me = calloc(1, sizeof(*me));
  if (me == NULL) return ENOMEM;
  me->socket = socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (me->socket < 0 || connect(me->socket, (struct sockaddr *)&target, size) != 0) {
    status = errno;
    if (me->socket >= 0) close(me->socket);
    free(me);
    return status;
  }
  int on = 1; /* refused by a local socket, which needs it not */
  (void)setsockopt(me->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  me->head = (TSS2_TCTI_CONTEXT_COMMON_V1){.magic = SIMULATOR_MAGIC,
                                           .version = 1,
                                           .transmit = transmit,
                                           .receive = receive,
                                           .finalize = finalize,
                                           .cancel = cancel,
                                           .getPollHandles = poll_handles,
                                           .setLocality = set_locality};
  *out = (TSS2_TCTI_CONTEXT *)me;
  return 0;
}

void tenon_tpm_close_on_exec(TSS2_TCTI_CONTEXT *tcti) {
  TSS2_TCTI_POLL_HANDLE handles[4];
  size_t count = sizeof(handles) / sizeof(handles[0]);
  if (Tss2_Tcti_GetPollHandles(tcti, handles, &count) != TSS2_RC_SUCCESS) return;
  for (size_t i = 0; i < count && i < sizeof(handles) / sizeof(handles[0]); i++)
    (void)fcntl(handles[i].fd, F_SETFD, FD_CLOEXEC);
}

void tenon_tpm_finalize(TSS2_TCTI_CONTEXT *tcti) {
  Tss2_Tcti_Finalize(tcti);
  free(tcti);
}

TSS2_TCTI_CONTEXT *tenon_tpm_allocate(size_t size) { return calloc(1, size); }
