#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int tenon_openat2(int directory, const char *path, uint64_t flags, uint64_t mode,
                  uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

int tenon_openat_path(int directory, const char *path, int flags) {
  return openat(directory, path, flags | O_PATH);
}

int tenon_renameat2(int old_directory, const char *old_path, int new_directory,
                    const char *new_path, unsigned flags) {
  return renameat2(old_directory, old_path, new_directory, new_path, flags);
}

void tenon_zero(void *bytes, size_t count) { explicit_bzero(bytes, count); }

int tenon_peer_credentials(int socket, pid_t *pid, uid_t *uid, gid_t *gid) {
  struct ucred peer;
  socklen_t size = sizeof(peer);
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *pid = peer.pid;
  *uid = peer.uid;
  *gid = peer.gid;
  return 0;
}

int tenon_hide_memory(void) {
  const struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) {
    return -1;
  }
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int tenon_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int tenon_spawn_close_from(void *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

void tenon_die_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
