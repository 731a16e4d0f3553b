/* Arenas that are out of memory: linked with --wrap into programs that the library `fail` is
 * preloaded to. */
#include "base/arena.h"
#include "crash/fail.h"

#include <stdarg.h>
#include <stdio.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void *__real_arena_alloc(struct arena *arena, size_t size);
void *__real_arena_zalloc(struct arena *arena, size_t count, size_t size);
struct bytes __real_arena_copy(struct arena *arena, struct bytes bytes);
char *__real_arena_str(struct arena *arena, struct bytes text);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_zalloc(struct arena *arena, size_t count, size_t size);
struct bytes __wrap_arena_copy(struct arena *arena, struct bytes bytes);
char *__wrap_arena_str(struct arena *arena, struct bytes text);
char *__wrap_arena_printf(struct arena *arena, const char *fmt, ...) PRINTF(2, 3);

static bool fails(void)
{
    return fail_due && fail_due(FAIL_ARENA);
}

void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
    return fails() ? NULL : __real_arena_alloc(arena, size);
}

void *__wrap_arena_zalloc(struct arena *arena, size_t count, size_t size)
{
    return fails() ? NULL : __real_arena_zalloc(arena, count, size);
}

struct bytes __wrap_arena_copy(struct arena *arena, struct bytes bytes)
{
    return fails() ? (struct bytes){ 0 } : __real_arena_copy(arena, bytes);
}

char *__wrap_arena_str(struct arena *arena, struct bytes text)
{
    return fails() ? NULL : __real_arena_str(arena, text);
}

char *__wrap_arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = !fails() && len >= 0 ? __real_arena_alloc(arena, (size_t)len + 1) : NULL;
    if (text) {
        va_start(args, fmt);
        vsnprintf(text, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    return text;
}
/* NOLINTEND(bugprone-reserved-identifier) */
