/* test/crash/fail_blocks.h - which blocks of memory were taken and not given back. */
#ifndef TEST_CRASH_FAIL_BLOCKS_H
#define TEST_CRASH_FAIL_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

/* Forgets all and remembers from now on. */
void blocks_watch(void);

/* Returns `at`, which may be NULL. */
void *block_taken(void *at, size_t size);

/* True when it was remembered. */
bool block_given(void *at);

size_t blocks_left(void (*each)(void *const *frames, size_t size));

#endif
