#include "crash/fail_place.h"

#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <string.h>

#define DEEP 48

static void (*told)(enum fail_kind kind, uint64_t nth, uint64_t place);
static _Thread_local bool inside; /* backtrace() may allocate itself, and so may who is told */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void fail_note(void (*note)(enum fail_kind kind, uint64_t nth, uint64_t place))
{
    void *frame;

    inside = true;
    backtrace(&frame, 1); /* loads what it needs */
    inside = false;
    told = note;
}

void place_note(enum fail_kind kind, uint64_t nth)
{
    void *frames[DEEP];
    uint64_t place = 0xCBF29CE484222325U; /* FNV-1a, by words */

    if (!told || inside)
        return;
    inside = true;
    int count = backtrace(frames, DEEP);
    for (int i = 0; i < count; i++)
        place = (place ^ (uintptr_t)frames[i]) * 0x100000001B3U;
    pthread_mutex_lock(&lock);
    told(kind, nth, place);
    pthread_mutex_unlock(&lock);
    inside = false;
}

bool place_is_noting(void)
{
    return inside;
}

/* Where the program and libc lie. */
struct ranges {
    struct {
        uintptr_t from;
        uintptr_t to;
    } of[2];
    int count;
};

static int add_range(struct dl_phdr_info *info, size_t size, void *context)
{
    struct ranges *ranges = context;
    bool first = ranges->count == 0; /* the program comes first */

    (void)size;
    if (ranges->count == 2 || (!first && !strstr(info->dlpi_name, "/libc.so")))
        return 0;
    ranges->of[ranges->count].from = UINTPTR_MAX;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr;
        if (part->p_type != PT_LOAD)
            continue;
        if (from < ranges->of[ranges->count].from)
            ranges->of[ranges->count].from = from;
        ranges->of[ranges->count].to = from + part->p_memsz;
    }
    ranges->count++;
    return 0;
}

static struct ranges ranges;

__attribute__((constructor)) static void find_ranges(void)
{
    dl_iterate_phdr(add_range, &ranges);
}

bool place_is_ours(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;

    for (int i = 0; i < ranges.count; i++) {
        if (at >= ranges.of[i].from && at < ranges.of[i].to)
            return true;
    }
    return false;
}
