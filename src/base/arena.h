/* base/arena.h - memory of one request or command: allocated piecewise, freed at once.
 *
 * An arena has a limit: whatever a client makes us allocate grows here. Not thread-safe.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"

struct arena;

/* A new arena that gives out at most `limit` bytes; NULL when out of memory. */
struct arena *arena_new(size_t limit);

/* Gives everything back at once, the arena too. Accepts NULL. */
void arena_free(struct arena *arena);
void arena_freep(struct arena **arena); /* for CLEANUP */

/* Forgets what was allocated and keeps the first block, for the next request. */
void arena_reset(struct arena *arena);

/* Bytes it has given out. */
size_t arena_given(const struct arena *arena);

/* `size` bytes aligned for any type, not cleared; NULL when over the limit or out of memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc for count * size bytes, cleared; NULL also when the product overflows. */
void *arena_zalloc(struct arena *arena, size_t count, size_t size);

/* A copy; `.at` is NULL when out of memory (never for an empty input). The copy is followed by
 * a NUL that is not counted. */
struct bytes arena_copy(struct arena *arena, struct bytes bytes);

/* A terminated copy, or NULL. */
char *arena_str(struct arena *arena, struct bytes text);

/* Formatted, terminated, or NULL. */
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF(2, 3);

#endif
