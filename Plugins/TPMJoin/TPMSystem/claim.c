#define _GNU_SOURCE
#include "TPMSystem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Claims in force. Short: a process talks to one TPM, rarely two. */
struct claim {
  struct claim *next;
  char device[];
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static struct claim *claims;

static struct claim **find(const char *device) {
  struct claim **link = &claims;
  while (*link != NULL && strcmp((*link)->device, device) != 0) link = &(*link)->next;
  return link;
}

int32_t tenon_tpm_claim(const char *device, uint32_t wait_milliseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += wait_milliseconds / 1000u;
  until.tv_nsec += (long)(wait_milliseconds % 1000u) * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec += 1;
  }
  size_t length = strlen(device) + 1u;
  struct claim *mine = malloc(sizeof(*mine) + length);
  if (mine == NULL) return ENOMEM;
  memcpy(mine->device, device, length);

  int32_t result = 0;
  pthread_mutex_lock(&guard);
  while (*find(device) != NULL && result == 0)
    result = pthread_cond_clockwait(&released, &guard, CLOCK_MONOTONIC, &until);
  if (*find(device) == NULL) {
    mine->next = claims;
    claims = mine;
    mine = NULL;
    result = 0;
  }
  pthread_mutex_unlock(&guard);
  free(mine);
  return result;
}

void tenon_tpm_release(const char *device) {
  pthread_mutex_lock(&guard);
  struct claim **link = find(device);
  struct claim *found = *link;
  if (found != NULL) *link = found->next;
  pthread_cond_broadcast(&released);
  pthread_mutex_unlock(&guard);
  free(found);
}
