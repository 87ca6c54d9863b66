#define _GNU_SOURCE
#include "TPMSystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int32_t tenon_tpm_stat(const char *path, tenon_tpm_node *out) {
  struct stat facts;
  if (stat(path, &facts) != 0) return errno;
  *out = (tenon_tpm_node){.mode = facts.st_mode,
                          .owner = facts.st_uid,
                          .group = facts.st_gid,
                          .is_character_device = S_ISCHR(facts.st_mode)};
  return 0;
}

int32_t tenon_tpm_try_open(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return errno;
  close(file);
  return 0;
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int32_t tenon_tpm_list(const char *path, char *out, size_t size) {
  struct dirent **entries;
  int count = scandir(path, &entries, visible, alphasort);
  if (count < 0) return -errno;
  size_t used = 0;
  int32_t result = 0;
  for (int i = 0; i < count; i++) {
    size_t length = strlen(entries[i]->d_name) + 1u;
    if (length > size - used) {
      result = -ENOBUFS;
    } else if (result == 0) {
      memcpy(out + used, entries[i]->d_name, length);
      used += length;
    }
    free(entries[i]);
  }
  free(entries);
  return result == 0 ? (int32_t)used : result;
}

void tenon_tpm_user_name(uint32_t id, char *out, size_t size) {
  struct passwd entry, *found = NULL;
  char memory[4096];
  if (getpwuid_r(id, &entry, memory, sizeof(memory), &found) == 0 && found != NULL)
    snprintf(out, size, "%s", found->pw_name);
  else
    snprintf(out, size, "%u", id);
}

void tenon_tpm_group_name(uint32_t id, char *out, size_t size) {
  struct group entry, *found = NULL;
  char memory[16384];
  if (getgrgid_r(id, &entry, memory, sizeof(memory), &found) == 0 && found != NULL)
    snprintf(out, size, "%s", found->gr_name);
  else
    snprintf(out, size, "%u", id);
}

uint32_t tenon_tpm_effective_user(void) { return geteuid(); }

size_t tenon_tpm_process_groups(uint32_t *out, size_t capacity) {
  if (capacity == 0) return 0;
  size_t count = 0;
  out[count++] = getegid();
  gid_t groups[256];
  int found = getgroups((int)(sizeof(groups) / sizeof(groups[0])), groups);
  for (int i = 0; i < found && count < capacity; i++)
    if (groups[i] != out[0]) out[count++] = groups[i];
  return count;
}

int32_t tenon_tpm_is_member(uint32_t user, uint32_t group) {
  struct passwd entry, *found = NULL;
  char memory[4096];
  if (getpwuid_r(user, &entry, memory, sizeof(memory), &found) != 0 || found == NULL) return 0;
  gid_t groups[256];
  int count = (int)(sizeof(groups) / sizeof(groups[0]));
  if (getgrouplist(found->pw_name, found->pw_gid, groups, &count) < 0) return 0;
  for (int i = 0; i < count; i++)
    if (groups[i] == group) return 1;
  return 0;
}

void tenon_tpm_host_name(char *out, size_t size) {
  if (size == 0) return;
  out[0] = 0;
  (void)gethostname(out, size - 1u);
  out[size - 1u] = 0;
}

void tenon_tpm_error_text(int32_t error, char *out, size_t size) {
  char memory[128];
  snprintf(out, size, "%s", strerror_r(error, memory, sizeof(memory)));
}

void tenon_tpm_pause(uint32_t milliseconds) {
  struct timespec span = {.tv_sec = milliseconds / 1000u,
                          .tv_nsec = (long)(milliseconds % 1000u) * 1000000L};
  nanosleep(&span, NULL);
}

void tenon_tpm_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }
