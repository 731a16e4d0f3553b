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

/* A dead writer's `begun` may stand above `done`: it goes on from the higher one. */
void generation_begin(struct generation *generation, bool access)
{
    atomic_fetch_add(&generation->all.begun, 1);
    if (access)
        atomic_fetch_add(&generation->access.begun, 1);
}

void generation_end(struct generation *generation, bool access)
{
    if (access)
        atomic_store(&generation->access.done, atomic_load(&generation->access.begun));
    atomic_store(&generation->all.done, atomic_load(&generation->all.begun));
}
