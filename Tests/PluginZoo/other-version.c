/* Note and module disagree about the version. */
#define ZOO_MODULE                                                                                 \
  sizeof(tenon_module), TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, ZOO_TEXT("org.example.zoo"),          \
      ZOO_TEXT("9.9.9"), zoo_capability
#include "zoo.h"
