#include "core/generation.h"

#include "base/shared.h"

#include <stdatomic.h>

struct count {
    _Atomic uint64_t begun;
    _Atomic uint64_t done;
};

struct generation {
    struct count all;
    struct count access;
    struct count erased;
};

enum err_code generation_open(const char *dir, struct generation **out, struct err *e)
{
    void *memory = NULL;
    enum err_code rc = shared_open(dir, "run/generation", sizeof **out, &memory, e);

    if (!rc)
        *out = memory;
    return rc;
}

void generation_close(struct generation *generation)
{
    shared_close(generation, sizeof *generation);
}

static uint64_t now(const struct count *count)
{
    uint64_t done = atomic_load(&count->done);

    return done == atomic_load(&count->begun) ? done + 1 : 0;
}

uint64_t generation_now(const struct generation *generation)
{
    return now(&generation->all);
}

uint64_t generation_access(const struct generation *generation)
{
    return now(&generation->access);
}

uint64_t generation_erased(const struct generation *generation)
{
    return now(&generation->erased);
}

static void begin(struct count *count)
{
    atomic_fetch_add(&count->begun, 1);
}

/* A dead writer's `begun` may stand above `done`: it goes on from the higher one. */
static void end(struct count *count)
{
    atomic_store(&count->done, atomic_load(&count->begun));
}

void generation_begin(struct generation *generation, unsigned kinds)
{
    begin(&generation->all);
    if (kinds & GENERATION_ACCESS)
        begin(&generation->access);
    if (kinds & GENERATION_ERASED)
        begin(&generation->erased);
}

void generation_end(struct generation *generation)
{
    end(&generation->erased);
    end(&generation->access);
    end(&generation->all);
}
