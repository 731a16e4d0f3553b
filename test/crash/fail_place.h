/* test/crash/fail_place.h - where in the program a call comes from. */
#ifndef TEST_CRASH_FAIL_PLACE_H
#define TEST_CRASH_FAIL_PLACE_H

#include "crash/fail.h"

/* Tells whoever asked by fail_note. */
void place_note(enum fail_kind kind, uint64_t nth);

/* Is this thread telling right now? What it does for that does not count. */
bool place_is_noting(void);

/* Does this address lie in the program itself or in libc, not in another library? */
bool place_is_ours(const void *caller);

#endif
