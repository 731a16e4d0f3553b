#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BLOCK (8 * 1024)
#define NEXT_BLOCK  (32 * 1024)
#define ALIGNMENT   16

struct block {
    struct block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *current; /* newest first; the last one is the first block */
    size_t limit;
    size_t given;
    struct block first; /* must be last */
};

struct arena *arena_new(size_t limit)
{
    struct arena *arena = malloc(sizeof *arena + FIRST_BLOCK);
    if (!arena)
        return NULL;

    arena->current = &arena->first;
    arena->limit = limit;
    arena->given = 0;
    arena->first.next = NULL;
    arena->first.size = FIRST_BLOCK;
    arena->first.used = 0;
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->current != &arena->first) {
        struct block *next = arena->current->next;
        free(arena->current);
        arena->current = next;
    }
    arena->first.used = 0;
    arena->given = 0;
}

size_t arena_given(const struct arena *arena)
{
    return arena->given;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena);
}

void arena_freep(struct arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < size || rounded > arena->limit - arena->given)
        return NULL;

    struct block *block = arena->current;
    if (rounded > block->size - block->used) {
        size_t data = rounded > NEXT_BLOCK ? rounded : NEXT_BLOCK;
        block = malloc(sizeof *block + data);
        if (!block)
            return NULL;
        *block = (struct block){ .next = arena->current, .size = data };
        arena->current = block;
    }
    void *p = block->data + block->used;
    block->used += rounded;
    arena->given += rounded;
    return p;
}

void *arena_zalloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *p = arena_alloc(arena, total);
    if (p)
        memset(p, 0, total);
    return p;
}

struct bytes arena_copy(struct arena *arena, struct bytes bytes)
{
    char *copy = arena_str(arena, bytes);

    return bytes_of(copy, copy ? bytes.len : 0);
}

char *arena_str(struct arena *arena, struct bytes text)
{
    char *copy = text.len < SIZE_MAX ? arena_alloc(arena, text.len + 1) : NULL;

    if (copy) {
        if (text.len)
            memcpy(copy, text.at, text.len);
        copy[text.len] = '\0';
    }
    return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = len >= 0 ? arena_alloc(arena, (size_t)len + 1) : NULL;
    if (text) {
        va_start(args, fmt);
        vsnprintf(text, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    return text;
}
