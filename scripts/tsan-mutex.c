/* Teaches ThreadSanitizer what Swift's Mutex does when it has to wait.
 *
 * The uncontended half of Mutex is compiled into the program, where the sanitizer sees it. The contended
 * half lies in libswiftSynchronization, which is not instrumented: a lock won there looks like no lock,
 * and every access under it like a race. Preloaded, these two functions stand in front of the library's
 * and tell the sanitizer. The lock word's address comes in Swift's context register. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context))
typedef SWIFT void (*lock_function)(uint32_t thread, CONTEXT void *word);
typedef SWIFT void (*unlock_function)(CONTEXT void *word);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void tenon_lock(uint32_t thread, CONTEXT void *word) __asm__(LOCK);
SWIFT void tenon_unlock(CONTEXT void *word) __asm__(UNLOCK);

static lock_function real_lock;
static unlock_function real_unlock;

static __attribute__((constructor)) void find(void) {
  real_lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
  real_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void tenon_lock(uint32_t thread, CONTEXT void *word) {
  real_lock(thread, word);
  if (__tsan_acquire) __tsan_acquire(word);
}

SWIFT void tenon_unlock(CONTEXT void *word) {
  if (__tsan_release) __tsan_release(word);
  real_unlock(word);
}
