/* Attacks by memory: code of their own, and memory of others. */
#include "hostile/hostile.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define RW   (PROT_READ | PROT_WRITE)

static bool mapped(const void *at)
{
    return at != MAP_FAILED;
}

static bool map_code(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static bool map_code_to_write(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static bool map_shared(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static bool map_huge(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, 2UL << 20, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0)) ||
           errno == ENOMEM;
}

static bool map_growing(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
}

static bool map_locked(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0)) ||
           errno == EAGAIN;
}

static bool map_descriptor(const struct target *t)
{
    (void)t;
    return mapped(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 5, 0)) || errno == EBADF;
}

static bool protect_code(const struct target *t)
{
    void *at = aligned_alloc(PAGE, PAGE);

    (void)t;
    return mprotect(at, PAGE, PROT_READ | PROT_EXEC) == 0;
}

static bool protect_output(const struct target *t)
{
    return mprotect(t->out, PAGE, PROT_READ | PROT_EXEC) == 0 || errno == EINVAL;
}

/* The code that is there can be written to, but then it is none any more. */
static bool rewrite_code(const struct target *t)
{
    void *code = (void *)((uintptr_t)&rewrite_code & ~(PAGE - 1));

    (void)t;
    mprotect(code, PAGE, RW | PROT_EXEC);
    return true;
}

static bool unprotect_code(const struct target *t)
{
    void *code = (void *)((uintptr_t)&unprotect_code & ~(PAGE - 1));

    (void)t;
    mprotect(code, PAGE, RW);
    return true; /* not reached: this very code cannot be executed any more */
}

static bool run_data(const struct target *t)
{
    static unsigned char data[] = { 0xC3 }; /* ret */

    (void)t;
    ((void (*)(void))(uintptr_t)data)();
    return true;
}

static bool futex_of_priority(const struct target *t)
{
    uint32_t word = 0;

    (void)t;
    return syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, NULL, NULL, 0) == 0;
}

TOUCH(protect_by_key, SYS_pkey_mprotect, NULL, 0, PROT_READ, -1)
TOUCH(make_key, SYS_pkey_alloc, 0, 0)
TOUCH(remap_pages, SYS_remap_file_pages, NULL, 0, 0, 0, 0)
TOUCH(share_memory, SYS_shmget, IPC_PRIVATE, 0, 0600)
TOUCH(attach_memory, SYS_shmat, -1, NULL, 0)
TOUCH(make_semaphore, SYS_semget, IPC_PRIVATE, 0, 0600)
TOUCH(make_queue, SYS_msgget, -1, 0)
TOUCH(open_queue, SYS_mq_open, "none", 0, 0, NULL)
TOUCH(lock_memory, SYS_mlock, NULL, 0)
TOUCH(lock_all_memory, SYS_mlockall, 0)
TOUCH(handle_faults, SYS_userfaultfd, ~0U)
TOUCH(bind_memory, SYS_mbind, NULL, 0, 0, NULL, 0, 0)
TOUCH(move_pages, SYS_move_pages, t->server, 0, NULL, NULL, NULL, 0)
TOUCH(advise_server, SYS_process_madvise, 5, NULL, 0, 0, 0)
TOUCH(poison_memory, SYS_madvise, NULL, 0, MADV_HWPOISON)
TOUCH(populate_memory, SYS_madvise, NULL, 0, MADV_POPULATE_WRITE)
TOUCH(keep_after_fork, SYS_madvise, NULL, 0, MADV_DONTFORK)

const struct attack hostile_memory[] = {
    { "map_code", map_code, BY_FILTER },
    { "map_code_to_write", map_code_to_write, BY_FILTER },
    { "map_shared", map_shared, BY_FILTER },
    { "map_huge", map_huge, BY_FILTER },
    { "map_growing", map_growing, BY_FILTER },
    { "map_locked", map_locked, BY_FILTER },
    { "map_descriptor", map_descriptor, BY_FILTER },
    { "protect_code", protect_code, BY_FILTER },
    { "protect_output", protect_output, BY_FILTER },
    { "rewrite_code", rewrite_code, BY_FILTER },
    { "unprotect_code", unprotect_code, BY_FAULT },
    { "run_data", run_data, BY_FAULT },
    { "futex_of_priority", futex_of_priority, BY_FILTER },
    { "protect_by_key", protect_by_key, BY_FILTER },
    { "make_key", make_key, BY_FILTER },
    { "remap_pages", remap_pages, BY_FILTER },
    { "share_memory", share_memory, BY_FILTER },
    { "attach_memory", attach_memory, BY_FILTER },
    { "make_semaphore", make_semaphore, BY_FILTER },
    { "make_queue", make_queue, BY_FILTER },
    { "open_queue", open_queue, BY_FILTER },
    { "lock_memory", lock_memory, BY_FILTER },
    { "lock_all_memory", lock_all_memory, BY_FILTER },
    { "handle_faults", handle_faults, BY_FILTER },
    { "bind_memory", bind_memory, BY_FILTER },
    { "move_pages", move_pages, BY_FILTER },
    { "advise_server", advise_server, BY_FILTER },
    { "poison_memory", poison_memory, BY_FILTER },
    { "populate_memory", populate_memory, BY_FILTER },
    { "keep_after_fork", keep_after_fork, BY_FILTER },
    { 0 },
};
