/* A second plugin without faults, with an id and a method of its own. */
#include <tenon/plugin.h>
#define ZOO_MANIFEST                                                                               \
  "{\"manifest\":1,\"id\":\"org.example.other\",\"version\":\"1.2.3\",\"abi\":{\"major\":0,"      \
  "\"minor\":1},\"summary\":\"an animal of the zoo\",\"runtime\":\"c\",\"threading\":\"pinned\","  \
  "\"capabilities\":[\"tenon.join-method/1\",\"com.example.sing/1\"],"                             \
  "\"join_method\":{\"name\":\"other\",\"init_field\":77}}"
#define ZOO_MODULE                                                                                 \
  sizeof(tenon_module), TENON_ABI_MAJOR, TENON_ABI_MINOR, 0, ZOO_TEXT("org.example.other"),        \
      ZOO_TEXT("1.2.3"), zoo_capability
#include "zoo.h"
