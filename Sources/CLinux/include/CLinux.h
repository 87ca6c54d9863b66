/* Linux calls that glibc has no wrapper for, or that Swift cannot import. Thin on purpose. */
#ifndef TENON_CLINUX_H
#define TENON_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* openat(2) with O_PATH: a descriptor to pass through, which needs no right to read. Returns it, or -1 with
 * errno. */
int tenon_openat_path(int directory, const char *path, int flags);

/* renameat2's flag to let two names change places: glibc shows it to GNU sources alone. */
#define TENON_RENAME_EXCHANGE 2u

/* renameat2(2). Returns 0, or -1 with errno. */
int tenon_renameat2(int old_directory, const char *old_path, int new_directory,
                    const char *new_path, unsigned flags);

/* sync_file_range(2): starts to write a file's content to the disk, without waiting and without a promise. */
void tenon_start_writing(int file);

/* explicit_bzero(3): zeroes memory in a way the optimiser keeps. */
void tenon_zero(void *bytes, size_t count);

/* Credentials of the process at the other end of a UNIX socket. Returns 0, or -1 with errno. */
int tenon_peer_credentials(int socket, pid_t *pid, uid_t *uid, gid_t *gid);

/* Keeps the memory of this process out of core files and away from debuggers of the same user
 * (prctl(2) PR_SET_DUMPABLE, RLIMIT_CORE). Returns 0, or -1 with errno. */
int tenon_hide_memory(void);

/* pipe2(2) with O_CLOEXEC: ends[0] reads, ends[1] writes. Returns 0, or -1 with errno. */
int tenon_pipe(int ends[2]);

/* Adds "close every descriptor from first on" to a posix_spawn_file_actions_t. Returns 0 or an errno. */
int tenon_spawn_close_from(void *actions, int first);

/* Has the kernel kill this process when its parent ends. */
void tenon_die_with_parent(void);

/* Has each of these signals write its number as one byte into a pipe of this process, whichever thread it meets,
 * instead of ending the process. Returns a descriptor that reads the pipe without blocking, for the caller to
 * close; the pipe itself stays. Not for two threads at once. Returns -1 with errno. */
int tenon_signals(const int *numbers, size_t count);

/* Gives back the memory a process at rest does not need: free heap, and the program's own text, which is read
 * again from the page cache when they are next executed. Costs well under a millisecond; safe at any time and on
 * any thread. */
void tenon_rest(void);

#endif
