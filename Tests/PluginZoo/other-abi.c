/* Note and module disagree about the interface they were built for. */
#define ZOO_MODULE                                                                                 \
  sizeof(tenon_module), TENON_ABI_MAJOR, TENON_ABI_MINOR + 1, 0, ZOO_TEXT("org.example.zoo"),      \
      ZOO_TEXT("1.2.3"), zoo_capability
#include "zoo.h"
