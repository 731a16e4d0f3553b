#include "crash/fail_blocks.h"
#include "crash/fail.h"

#include <execinfo.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS  (1U << 16)
#define BLOCKS (1U << 18)

struct block {
    void *at;
    size_t size;
    uint32_t next; /* in its slot, or of the free ones; 0: none */
    void *frames[FAIL_FRAMES];
};

static struct block blocks[BLOCKS]; /* [0] is nobody's */
static uint32_t slots[SLOTS];
static uint32_t free_first;
static uint32_t used;
static bool watching;
static bool with_frames;
static _Thread_local bool inside; /* backtrace() may allocate itself */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint32_t *slot_of(void *at)
{
    return &slots[((uintptr_t)at >> 4) * 0x9E3779B97F4A7C15ULL >> 48];
}

void blocks_watch(void)
{
    void *frame;

    with_frames = getenv("FAIL_FRAMES") != NULL;
    if (with_frames)
        backtrace(&frame, 1); /* loads what it needs */
    memset(slots, 0, sizeof slots);
    free_first = 0;
    used = 1;
    watching = true;
}

static uint32_t new_block(void)
{
    uint32_t i = free_first;

    if (i)
        free_first = blocks[i].next;
    else if (used < BLOCKS)
        i = used++;
    return i;
}

void *block_taken(void *at, size_t size)
{
    if (!watching || !at || inside)
        return at;
    inside = true;
    pthread_mutex_lock(&lock);
    uint32_t i = new_block();
    if (i) {
        uint32_t *slot = slot_of(at);
        blocks[i] = (struct block){ .at = at, .size = size, .next = *slot };
        *slot = i;
        if (with_frames)
            backtrace(blocks[i].frames, FAIL_FRAMES);
    }
    pthread_mutex_unlock(&lock);
    inside = false;
    return at;
}

bool block_given(void *at)
{
    bool found = false;

    if (!watching || !at || inside)
        return false;
    pthread_mutex_lock(&lock);
    for (uint32_t *i = slot_of(at); *i && !found; i = &blocks[*i].next) {
        if (blocks[*i].at != at)
            continue;
        uint32_t gone = *i;
        *i = blocks[gone].next;
        blocks[gone].next = free_first;
        free_first = gone;
        found = true;
        break;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

size_t blocks_left(void (*each)(void *const *frames, size_t size))
{
    size_t count = 0;

    watching = false;
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        for (uint32_t i = slots[slot]; i; i = blocks[i].next) {
            count++;
            if (each)
                each(blocks[i].frames, blocks[i].size);
        }
    }
    return count;
}
