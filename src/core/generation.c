#include "core/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

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
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/run/generation", dir);
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof **out) != 0)
        return err_errno(e, errno, "open '%s'", path);
    void *map = mmap(NULL, sizeof **out, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return err_errno(e, errno, "map '%s'", path);
    *out = map;
    return ERR_NONE;
}

void generation_close(struct generation *generation)
{
    if (generation)
        munmap(generation, sizeof *generation);
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
