/* Strikes a program at one of its calls to the system: preloaded (LD_PRELOAD), steered through a file that the
 * campaign maps too (CRASH_CONTROL). Counts the calls that change a disk or talk to a peer; at the chosen one it
 * kills the program, or lets the call fail as a bad or a full disk would.
 *
 * A call is of one class. Descriptors up to 2 (logs) and what is neither file, folder nor socket are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The same numbers stand in control.py. */
enum class { WRITE = 1, SYNC = 2, RENAME = 4, CREATE = 8, REMOVE = 16, SEND = 32, RECEIVE = 64, CONNECT = 128 };
enum action { COUNT, KILL_BEFORE, KILL_AFTER, KILL_HALFWAY, REFUSE, REFUSE_AFTER, REFUSE_HALFWAY };

struct control {
  _Atomic int64_t action, classes, at, times, error, seen, struck;
  _Atomic int64_t counts[8]; /* of `seen`, by class */
  char under[256]; /* when not empty, only calls on files below this path count */
  char where[256]; /* what was struck, for people */
};

static struct control *control;

__attribute__((constructor)) static void open_control(void) {
  const char *path = getenv("CRASH_CONTROL");
  if (path == NULL) return;
  int (*really_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  int file = really_open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) abort();
  close(file);
  control = memory;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* The path that a call is about: of a descriptor, or of a name in a folder. */
static void describe(char *text, size_t room, int folder, const char *name) {
  text[0] = 0;
  size_t used = 0;
  if (name == NULL || name[0] != '/') {
    char link[32];
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t count = readlink(link, text, room - 1);
    used = count > 0 ? (size_t)count : 0;
    text[used] = 0;
    if (name != NULL && used + 1 < room) text[used++] = '/', text[used] = 0;
  }
  if (name != NULL) snprintf(text + used, room - used, "%s", name);
}

/* Counts one call and says what is to become of it. Kills right here when it is to die before the call. */
static enum action ask(const char *call, enum class class, int folder, const char *name) {
  if (control == NULL || !(control->classes & class)) return COUNT;
  int number = errno;
  char path[512];
  describe(path, sizeof path, folder, name);
  errno = number;
  size_t length = strnlen(control->under, sizeof control->under);
  if (length > 0 && strncmp(path, control->under, length) != 0) return COUNT;
  atomic_fetch_add(&control->counts[__builtin_ctz(class)], 1);
  int64_t seen = atomic_fetch_add(&control->seen, 1) + 1;
  enum action action = (enum action)control->action;
  if (action == COUNT || seen < control->at || seen >= control->at + control->times) return COUNT;
  if (atomic_fetch_add(&control->struck, 1) == 0)
    snprintf(control->where, sizeof control->where, "%s %.200s", call, path);
  if (action == KILL_BEFORE) die();
  return action;
}

/* The end of a call that was made after all. */
static long settle(enum action action, long result) {
  if (action == KILL_AFTER || action == KILL_HALFWAY) die();
  if (action == REFUSE_AFTER) {
    errno = (int)control->error;
    return -1;
  }
  return result;
}

static int refused(enum action action) {
  if (action != REFUSE) return 0;
  errno = (int)control->error;
  return 1;
}

/* The class of a transfer over a descriptor; 0 for what does not count. */
static int kind(int descriptor, int file, int peer) {
  if (control == NULL || descriptor <= 2) return 0;
  struct stat found;
  int number = errno, status = fstat(descriptor, &found);
  errno = number;
  if (status != 0) return 0;
  return S_ISREG(found.st_mode) ? file : S_ISSOCK(found.st_mode) ? peer : 0;
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Transfers. Half of one that is struck halfway is made. */
#define TRANSFER(name, kinds, whole, half)                                                 \
  int what = kinds;                                                                        \
  enum action action = what ? ask(#name, (enum class)what, descriptor, NULL) : COUNT;      \
  if (refused(action)) return -1;                                                          \
  if (action == KILL_HALFWAY || action == REFUSE_HALFWAY) return settle(action, half);     \
  return settle(action, whole);

ssize_t write(int descriptor, const void *bytes, size_t count) {
  TRANSFER(write, kind(descriptor, WRITE, SEND), REAL(write)(descriptor, bytes, count),
           REAL(write)(descriptor, bytes, count > 1 ? count / 2 : count))
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t at) {
  TRANSFER(pwrite, kind(descriptor, WRITE, SEND), REAL(pwrite)(descriptor, bytes, count, at),
           REAL(pwrite)(descriptor, bytes, count > 1 ? count / 2 : count, at))
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t at) {
  TRANSFER(pwrite64, kind(descriptor, WRITE, SEND), REAL(pwrite64)(descriptor, bytes, count, at),
           REAL(pwrite64)(descriptor, bytes, count > 1 ? count / 2 : count, at))
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  TRANSFER(writev, kind(descriptor, WRITE, SEND), REAL(writev)(descriptor, parts, count),
           REAL(writev)(descriptor, parts, count > 1 ? count / 2 : count))
}
ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  TRANSFER(send, kind(descriptor, 0, SEND), REAL(send)(descriptor, bytes, count, flags),
           REAL(send)(descriptor, bytes, count > 1 ? count / 2 : count, flags))
}
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  TRANSFER(sendmsg, kind(descriptor, 0, SEND), REAL(sendmsg)(descriptor, message, flags),
           REAL(sendmsg)(descriptor, message, flags))
}
ssize_t read(int descriptor, void *bytes, size_t count) {
  TRANSFER(read, kind(descriptor, 0, RECEIVE), REAL(read)(descriptor, bytes, count),
           REAL(read)(descriptor, bytes, count))
}
ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
  TRANSFER(recv, kind(descriptor, 0, RECEIVE), REAL(recv)(descriptor, bytes, count, flags),
           REAL(recv)(descriptor, bytes, count, flags))
}

/* Calls that are made whole or not at all. */
#define WHOLE(name, kind, folder, path, made)              \
  enum action action = ask(#name, kind, folder, path);     \
  if (refused(action)) return -1;                          \
  return (int)settle(action, made);

int fsync(int file) { WHOLE(fsync, SYNC, file, NULL, REAL(fsync)(file)) }
int fdatasync(int file) { WHOLE(fdatasync, SYNC, file, NULL, REAL(fdatasync)(file)) }
int rename(const char *from, const char *to) { WHOLE(rename, RENAME, AT_FDCWD, to, REAL(rename)(from, to)) }
int renameat(int source, const char *from, int folder, const char *to) {
  WHOLE(renameat, RENAME, folder, to, REAL(renameat)(source, from, folder, to))
}
int renameat2(int source, const char *from, int folder, const char *to, unsigned flags) {
  WHOLE(renameat2, RENAME, folder, to, REAL(renameat2)(source, from, folder, to, flags))
}
int linkat(int source, const char *from, int folder, const char *to, int flags) {
  WHOLE(linkat, CREATE, folder, to, REAL(linkat)(source, from, folder, to, flags))
}
int symlinkat(const char *target, int folder, const char *name) {
  WHOLE(symlinkat, CREATE, folder, name, REAL(symlinkat)(target, folder, name))
}
int mkdir(const char *name, mode_t mode) { WHOLE(mkdir, CREATE, AT_FDCWD, name, REAL(mkdir)(name, mode)) }
int mkdirat(int folder, const char *name, mode_t mode) {
  WHOLE(mkdirat, CREATE, folder, name, REAL(mkdirat)(folder, name, mode))
}
int unlink(const char *name) { WHOLE(unlink, REMOVE, AT_FDCWD, name, REAL(unlink)(name)) }
int unlinkat(int folder, const char *name, int flags) {
  WHOLE(unlinkat, REMOVE, folder, name, REAL(unlinkat)(folder, name, flags))
}
int ftruncate(int file, off_t length) { WHOLE(ftruncate, WRITE, file, NULL, REAL(ftruncate)(file, length)) }
int ftruncate64(int file, off64_t length) {
  WHOLE(ftruncate64, WRITE, file, NULL, REAL(ftruncate64)(file, length))
}
int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
  WHOLE(connect, CONNECT, descriptor, NULL, REAL(connect)(descriptor, address, length))
}

/* Opening counts where it may create. */
#define OPENING(name, folder, path, made)                                          \
  mode_t mode = 0;                                                                 \
  if (flags & (O_CREAT | O_TMPFILE)) {                                             \
    va_list rest;                                                                  \
    va_start(rest, flags);                                                         \
    mode = va_arg(rest, mode_t);                                                   \
    va_end(rest);                                                                  \
  }                                                                                \
  enum action action = flags & O_CREAT ? ask(#name, CREATE, folder, path) : COUNT; \
  if (refused(action)) return -1;                                                  \
  return (int)settle(action, made);

int open(const char *path, int flags, ...) { OPENING(open, AT_FDCWD, path, REAL(open)(path, flags, mode)) }
int open64(const char *path, int flags, ...) { OPENING(open64, AT_FDCWD, path, REAL(open64)(path, flags, mode)) }
int openat(int folder, const char *path, int flags, ...) {
  OPENING(openat, folder, path, REAL(openat)(folder, path, flags, mode))
}
