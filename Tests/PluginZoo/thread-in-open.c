/* Starts a thread as it opens. */
#define ZOO_OPEN
#include <pthread.h>
#include <unistd.h>
#include "zoo.h"
static void *loiter(void *argument) {
  for (;;) pause();
  return argument;
}
const tenon_module *tenon_module_open(const tenon_open_args *args, tenon_error *error) {
  static const tenon_module module = {ZOO_MODULE};
  pthread_t thread;
  if (args->abi_major != TENON_ABI_MAJOR) {
    strcpy(error->message, "this build is for another version of the plugin interface");
    return NULL;
  }
  pthread_create(&thread, NULL, loiter, NULL);
  return &module;
}
