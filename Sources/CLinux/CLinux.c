#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int tenon_openat_path(int directory, const char *path, int flags) {
  return openat(directory, path, flags | O_PATH);
}

int tenon_renameat2(int old_directory, const char *old_path, int new_directory,
                    const char *new_path, unsigned flags) {
  return renameat2(old_directory, old_path, new_directory, new_path, flags);
}

void tenon_start_writing(int file) {
  /* A file system that cannot start now writes when it is told to flush. */
  (void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
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

static int signal_ends[2] = {-1, -1};

static void pass_on(int number) {
  const int kept = errno;
  const unsigned char byte = (unsigned char)number;
  /* A full pipe holds more requests than anybody will have made. */
  const ssize_t ignored = write(signal_ends[1], &byte, 1);
  (void)ignored;
  errno = kept;
}

int tenon_signals(const int *numbers, size_t count) {
  struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
  if (signal_ends[0] < 0 && pipe2(signal_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < count; i++) {
    if (sigaction(numbers[i], &action, NULL) != 0) return -1;
  }
  return fcntl(signal_ends[0], F_DUPFD_CLOEXEC, 0);
}

static int give_back_text(struct dl_phdr_info *object, size_t size, void *page) {
  const uintptr_t mask = *(const uintptr_t *)page - 1;
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    /* Text alone: what is only readable may have been written before it was protected (RELRO). */
    if (segment->p_type != PT_LOAD || (segment->p_flags & (PF_X | PF_W)) != PF_X) continue;
    const uintptr_t begin = object->dlpi_addr + segment->p_vaddr;
    const uintptr_t first = (begin + mask) & ~mask;
    const uintptr_t last = (begin + segment->p_filesz) & ~mask;
    if (first < last) madvise((void *)first, last - first, MADV_DONTNEED);
  }
  return 1; /* The program comes first; of a library nobody knows whether its text was relocated. */
}

void tenon_rest(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  malloc_trim(0);
  dl_iterate_phdr(give_back_text, &page);
}
