/* Attacks on processes, signals, users and namespaces. */
#include "hostile/hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child ends at once: that it could be made is enough. */
static bool child(long pid)
{
    if (pid == 0)
        syscall(SYS_exit_group, 0);
    if (pid > 0)
        waitpid((pid_t)pid, NULL, __WALL);
    return pid > 0;
}

#define CHILD(name, ...)                                                                           \
    static bool name(const struct target *t)                                                       \
    {                                                                                              \
        (void)t;                                                                                   \
        return child(syscall(__VA_ARGS__));                                                        \
    }

CHILD(fork_process, SYS_fork)
CHILD(clone_process, SYS_clone, SIGCHLD, NULL, NULL, NULL, 0)
CHILD(clone_user, SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0)
CHILD(clone_mounts, SYS_clone, CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, 0)
CHILD(clone_network, SYS_clone, CLONE_NEWNET | SIGCHLD, NULL, NULL, NULL, 0)
CHILD(clone_sibling, SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0)

static bool vfork_process(const struct target *t)
{
    (void)t;
    pid_t pid = vfork(); /* NOLINT: this is what a hostile decoder would do */
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return pid > 0;
}

/* The one call of the list that is answered: its arguments cannot be looked at. */
static bool clone3_process(const struct target *t)
{
    struct clone_args how = { .exit_signal = SIGCHLD };

    (void)t;
    return child(syscall(SYS_clone3, &how, sizeof how));
}

static bool clone3_namespace(const struct target *t)
{
    struct clone_args how = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

    (void)t;
    return child(syscall(SYS_clone3, &how, sizeof how));
}

static bool read_memory_of(pid_t pid)
{
    char byte;
    struct iovec here = { &byte, 1 };
    struct iovec there = { (void *)(uintptr_t)0x400000, 1 };

    return syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT ||
           errno == EPERM;
}

static bool read_memory_of_server(const struct target *t)
{
    return read_memory_of(t->server);
}

static bool read_memory_of_parent(const struct target *t)
{
    (void)t;
    return read_memory_of(getppid());
}

static bool write_memory_of_server(const struct target *t)
{
    char byte = 0;
    struct iovec here = { &byte, 1 };
    struct iovec there = { NULL, 1 };

    return syscall(SYS_process_vm_writev, t->server, &here, 1, &there, 1, 0) >= 0 ||
           errno != ENOSYS;
}

static bool run_program(const struct target *t)
{
    char name[] = "sh";
    char *const arguments[] = { name, NULL };
    char *const none[] = { NULL };

    syscall(SYS_execve, hostile_path(t, "program"), arguments, none);
    return true; /* not there, but it was looked for */
}

static bool run_program_at(const struct target *t)
{
    char name[] = "sh";
    char *const arguments[] = { name, NULL };
    char *const none[] = { NULL };

    syscall(SYS_execveat, AT_FDCWD, hostile_path(t, "none"), arguments, none, 0);
    return true;
}

static bool raise_limit(const struct target *t)
{
    struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

    (void)t;
    return syscall(SYS_setrlimit, RLIMIT_AS, &limit) == 0;
}

static bool ignore_signal(const struct target *t)
{
    (void)t;
    return signal(SIGXCPU, SIG_IGN) != SIG_ERR;
}

static bool catch_signal(const struct target *t)
{
    struct sigaction catch = { .sa_handler = SIG_IGN };

    (void)t;
    return sigaction(SIGSYS, &catch, NULL) == 0;
}

ASK(trace_me, SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL)
TOUCH(trace_server, SYS_ptrace, PTRACE_SEIZE, 0, NULL, NULL)
TOUCH(kill_server, SYS_kill, t->server, 0)
TOUCH(kill_all, SYS_kill, -1, 0)
TOUCH(kill_group, SYS_kill, 0, 0)
TOUCH(kill_thread_of_server, SYS_tgkill, t->server, t->server, 0)
TOUCH(kill_any_thread, SYS_tkill, t->server, 0)
TOUCH(queue_signal, SYS_rt_sigqueueinfo, t->server, 0, NULL)
TOUCH(open_process, SYS_pidfd_open, t->server, 0)
TOUCH(take_descriptor, SYS_pidfd_getfd, 5, 0, 0)
TOUCH(signal_process, SYS_pidfd_send_signal, 5, 0, NULL, 0)
TOUCH(enter_namespace, SYS_setns, 5, 0)
ASK(leave_user_namespace, SYS_unshare, CLONE_NEWUSER)
TOUCH(leave_network, SYS_unshare, CLONE_NEWNET)
TOUCH(wait_for_child, SYS_wait4, -1, NULL, WNOHANG, NULL)
TOUCH(limit_server, SYS_prlimit64, t->server, RLIMIT_NOFILE, NULL, (struct rlimit[1]){ 0 })
TOUCH(slow_server, SYS_setpriority, PRIO_PROCESS, -1, 19)
TOUCH(schedule_realtime, SYS_sched_setscheduler, 0, -1, NULL)
TOUCH(join_group, SYS_setpgid, 0, -1)
TOUCH(new_session, SYS_setsid)
ASK(parent_number, SYS_getppid)
TOUCH(compare_processes, SYS_kcmp, t->server, t->server, 0, 0, 0)
ASK(who_am_i, SYS_getuid)
TOUCH(become_root, SYS_setuid, 0)
TOUCH(become_root_again, SYS_setresuid, 0, 0, 0)
TOUCH(join_groups, SYS_setgroups, 0, NULL)
TOUCH(take_rights, SYS_capset, NULL, NULL)
ASK(no_filter, SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0)
TOUCH(another_filter, SYS_seccomp, 1, 0, NULL)
ASK(be_dumpable, SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)
ASK(outlive_parent, SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0)
ASK(take_orphans, SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
ASK(let_trace, SYS_prctl, PR_SET_PTRACER, -1L, 0, 0, 0)
ASK(personality_of_old, SYS_personality, 0x0400000)
ASK(other_stack, SYS_sigaltstack, NULL, NULL)
ASK(set_timer, SYS_setitimer, 0, (long[4]){ 0 }, NULL)
TOUCH(make_timer, SYS_timer_create, 0, NULL, NULL)

const struct attack hostile_processes[] = {
    { "fork_process", fork_process, BY_FILTER },
    { "vfork_process", vfork_process, BY_FILTER },
    { "clone_process", clone_process, BY_FILTER },
    { "clone_user", clone_user, BY_FILTER },
    { "clone_mounts", clone_mounts, BY_FILTER },
    { "clone_network", clone_network, BY_FILTER },
    { "clone_sibling", clone_sibling, BY_FILTER },
    { "clone3_process", clone3_process, BY_REFUSAL },
    { "clone3_namespace", clone3_namespace, BY_REFUSAL },
    { "run_program", run_program, BY_FILTER },
    { "run_program_at", run_program_at, BY_FILTER },
    { "trace_me", trace_me, BY_FILTER },
    { "trace_server", trace_server, BY_FILTER },
    { "read_memory_of_server", read_memory_of_server, BY_FILTER },
    { "read_memory_of_parent", read_memory_of_parent, BY_FILTER },
    { "write_memory_of_server", write_memory_of_server, BY_FILTER },
    { "kill_server", kill_server, BY_FILTER },
    { "kill_all", kill_all, BY_FILTER },
    { "kill_group", kill_group, BY_FILTER },
    { "kill_thread_of_server", kill_thread_of_server, BY_FILTER },
    { "kill_any_thread", kill_any_thread, BY_FILTER },
    { "queue_signal", queue_signal, BY_FILTER },
    { "open_process", open_process, BY_FILTER },
    { "take_descriptor", take_descriptor, BY_FILTER },
    { "signal_process", signal_process, BY_FILTER },
    { "enter_namespace", enter_namespace, BY_FILTER },
    { "leave_user_namespace", leave_user_namespace, BY_FILTER },
    { "leave_network", leave_network, BY_FILTER },
    { "wait_for_child", wait_for_child, BY_FILTER },
    { "limit_server", limit_server, BY_FILTER },
    { "raise_limit", raise_limit, BY_FILTER },
    { "slow_server", slow_server, BY_FILTER },
    { "schedule_realtime", schedule_realtime, BY_FILTER },
    { "join_group", join_group, BY_FILTER },
    { "new_session", new_session, BY_FILTER },
    { "parent_number", parent_number, BY_FILTER },
    { "compare_processes", compare_processes, BY_FILTER },
    { "who_am_i", who_am_i, BY_FILTER },
    { "become_root", become_root, BY_FILTER },
    { "become_root_again", become_root_again, BY_FILTER },
    { "join_groups", join_groups, BY_FILTER },
    { "take_rights", take_rights, BY_FILTER },
    { "no_filter", no_filter, BY_FILTER },
    { "another_filter", another_filter, BY_FILTER },
    { "be_dumpable", be_dumpable, BY_FILTER },
    { "outlive_parent", outlive_parent, BY_FILTER },
    { "take_orphans", take_orphans, BY_FILTER },
    { "let_trace", let_trace, BY_FILTER },
    { "personality_of_old", personality_of_old, BY_FILTER },
    { "ignore_signal", ignore_signal, BY_FILTER },
    { "catch_signal", catch_signal, BY_FILTER },
    { "other_stack", other_stack, BY_FILTER },
    { "set_timer", set_timer, BY_FILTER },
    { "make_timer", make_timer, BY_FILTER },
    { 0 },
};
