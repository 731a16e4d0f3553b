/* The system calls of a box. docs/confinement.md has the same list with what needs each of them;
 * test/scenario/test_hostile.py holds the two against each other. */
#include "box/confine.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CONDITIONS_MAX 2

/* What glibc makes a thread with, and nothing else: no process, no namespace. */
#define THREAD                                                                                     \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |            \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

#define IS(argument, value)           SCMP_CMP(argument, SCMP_CMP_EQ, value)
#define MASKED(argument, mask, value) SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value)
#define INT(argument, value)          MASKED(argument, 0xFFFFFFFF, value)

/* A name twice: one of the two is enough. A call without conditions is free. */
struct allowed {
    int number;
    unsigned count;
    struct scmp_arg_cmp conditions[CONDITIONS_MAX];
};

#define PLAIN_PROTECTION(argument) MASKED(argument, ~(uint64_t)(PROT_READ | PROT_WRITE), 0)

/* Of memory that is no file's. */
#define PLAIN_MEMORY(argument)                                                                     \
    MASKED(argument, 0xFFFFFFFF & ~(uint64_t)(MAP_FIXED | MAP_NORESERVE | MAP_STACK),              \
           MAP_PRIVATE | MAP_ANONYMOUS)

#define FUTEX_PLAIN(op)                                                                            \
    MASKED(1, 0xFFFFFFFF & ~(uint64_t)(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME), op)

static const struct allowed calls[] = {
    /* jobs and answers */
    { SCMP_SYS(recvfrom), 2, { INT(0, CONFINE_CHANNEL), IS(4, 0) } },
    { SCMP_SYS(sendto), 2, { INT(0, CONFINE_CHANNEL), IS(4, 0) } },
    /* memory, never executable */
    { SCMP_SYS(mmap), 2, { PLAIN_PROTECTION(2), PLAIN_MEMORY(3) } },
    { SCMP_SYS(mprotect), 1, { PLAIN_PROTECTION(2) } },
    { SCMP_SYS(munmap), 0, { { 0 } } },
    { SCMP_SYS(mremap), 0, { { 0 } } },
    { SCMP_SYS(brk), 0, { { 0 } } },
    { SCMP_SYS(madvise), 1, { INT(2, MADV_DONTNEED) } },
    { SCMP_SYS(madvise), 1, { INT(2, MADV_FREE) } },
    { SCMP_SYS(madvise), 1, { INT(2, MADV_REMOVE) } },
    /* threads */
    { SCMP_SYS(clone), 1, { IS(0, THREAD) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_WAIT) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_WAKE) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_REQUEUE) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_CMP_REQUEUE) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_WAKE_OP) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_WAIT_BITSET) } },
    { SCMP_SYS(futex), 1, { FUTEX_PLAIN(FUTEX_WAKE_BITSET) } },
    { SCMP_SYS(set_robust_list), 0, { { 0 } } },
    { SCMP_SYS(rseq), 0, { { 0 } } },
    { SCMP_SYS(rt_sigprocmask), 0, { { 0 } } },
    { SCMP_SYS(prctl), 1, { INT(0, PR_SET_NAME) } },
    { SCMP_SYS(sched_yield), 0, { { 0 } } },
    /* what tells nothing that matters */
    { SCMP_SYS(clock_gettime), 0, { { 0 } } },
    { SCMP_SYS(getpid), 0, { { 0 } } },
    { SCMP_SYS(gettid), 0, { { 0 } } },
    { SCMP_SYS(getrandom), 0, { { 0 } } },
    { SCMP_SYS(sched_getaffinity), 0, { { 0 } } },
    /* the end, and on again when the process was stopped meanwhile */
    { SCMP_SYS(exit), 0, { { 0 } } },
    { SCMP_SYS(exit_group), 0, { { 0 } } },
    { SCMP_SYS(restart_syscall), 0, { { 0 } } },
};

static bool add_rules(scmp_filter_ctx context)
{
    /* calls of another architecture end the process, too; a tree instead of a chain */
    if (seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
        seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0)
        return false;
    for (size_t i = 0; i < COUNT(calls); i++) {
        if (seccomp_rule_add_array(context, SCMP_ACT_ALLOW, calls[i].number, calls[i].count,
                                   calls[i].conditions) != 0)
            return false;
    }
    /* its flags lie in memory, where a filter cannot look: glibc then takes clone */
    return seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool export_rules(scmp_filter_ctx context, struct filter *out)
{
    CLEANUP(closep) int fd = memfd_create("filter", MFD_CLOEXEC);

    if (fd < 0 || seccomp_export_bpf(context, fd) != 0)
        return false;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || (size_t)size / sizeof(struct sock_filter) > UINT16_MAX)
        return false;
    struct sock_filter *at = malloc((size_t)size);
    if (!at || pread(fd, at, (size_t)size, 0) != size) {
        free(at);
        return false;
    }
    *out = (struct filter){ at, (uint16_t)((size_t)size / sizeof *at) };
    return true;
}

enum err_code filter_make(struct filter *out, struct err *e)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool made = context && add_rules(context) && export_rules(context, out);

    if (context)
        seccomp_release(context);
    return made ? ERR_NONE : err_set(e, ERR_UNSUPPORTED, "libseccomp makes no filter");
}

enum err_code filter_install(const struct filter *filter, struct err *e)
{
    const struct sock_fprog program = { filter->len, filter->at };

    if (filter->len == 0)
        return err_set(e, ERR_UNSUPPORTED, "there is no seccomp filter");
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        return err_set(e, ERR_UNSUPPORTED, "seccomp: %s", strerrordesc_np(errno));
    return ERR_NONE;
}
