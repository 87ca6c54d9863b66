/*
 * tpm-meter.c - stands between an agent and a software TPM and adds up the time the TPM takes.
 *
 *   tpm-meter SOCKET TPM     listens on SOCKET, carries commands to the socket TPM and answers back;
 *                            one line for each connection that has ended: commands, microseconds from a
 *                            command sent to its answer received, and microseconds from the first
 *                            command to the last answer
 *
 * Runs until it is killed. Commands and answers begin with a tag of two bytes and their size in four.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int whole(int from, uint8_t *bytes, size_t count) {
  for (size_t at = 0; at < count;) {
    ssize_t got = read(from, bytes + at, count - at);
    if (got <= 0) return 0;
    at += (size_t)got;
  }
  return 1;
}

/* One command or answer: its size, or 0 when the peer is gone or speaks nonsense. */
static size_t message(int from, uint8_t bytes[65536]) {
  if (!whole(from, bytes, 10)) return 0;
  size_t size = (size_t)bytes[2] << 24 | (size_t)bytes[3] << 16 | (size_t)bytes[4] << 8 | bytes[5];
  if (size < 10 || size > 65536 || !whole(from, bytes + 10, size - 10)) return 0;
  return size;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void carry(int agent, int tpm) {
  static uint8_t bytes[65536];
  int64_t began = 0, ended = 0, taken = 0;
  unsigned commands = 0;
  for (size_t size; (size = message(agent, bytes)) > 0; commands++) {
    int64_t sent = now();
    if (commands == 0) began = sent;
    if (send(tpm, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) break;
    if ((size = message(tpm, bytes)) == 0) break;
    ended = now();
    taken += ended - sent;
    if (send(agent, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) break;
  }
  printf("%u %lld %lld\n", commands, (long long)taken / 1000, (long long)(ended - began) / 1000);
  fflush(stdout);
}

static int named(const char *path, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof(address->sun_path)) return -1;
  strcpy(address->sun_path, path);
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int main(int count, char **words) {
  struct sockaddr_un here, there;
  if (count != 3) return fputs("usage: tpm-meter SOCKET TPM\n", stderr), 2;
  int listener = named(words[1], &here);
  if (listener < 0 || bind(listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
      listen(listener, 8) != 0)
    return perror(words[1]), 1;
  for (int agent; (agent = accept(listener, NULL, NULL)) >= 0; close(agent)) {
    int tpm = named(words[2], &there);
    if (tpm < 0 || connect(tpm, (struct sockaddr *)&there, sizeof(there)) != 0)
      return perror(words[2]), 1;
    carry(agent, tpm);
    close(tpm);
  }
  return perror("accept"), 1;
}
