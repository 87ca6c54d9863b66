/* Carries two notes that disagree. */
#include "zoo.h"
#define tenon_manifest_note tenon_second_note
TENON_MANIFEST("{\"manifest\":1}");
