/* Answers every check of its self-test, each in another way. */
#include "self-test.h"
