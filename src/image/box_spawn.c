#include "image/box_spawn.h"
#include "base/bytes.h"
#include "image/box_wire.h"
#include "image/renderer.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CAMEO_MODULE_DIR
#define CAMEO_MODULE_DIR "/usr/lib/nginx/modules"
#endif

#define STACK_BYTES 65536

/* ---- where it is ---- */

/* `name` in the folder of the file `beside`. */
static bool find_beside(const char *beside, const char *name, char *out, size_t room)
{
    const char *slash = strrchr(beside, '/');

    return beside[0] == '/' &&
           (size_t)snprintf(out, room, "%.*s/%s", (int)(slash - beside), beside, name) < room &&
           access(out, R_OK) == 0;
}

static enum err_code find_file(const char *name, char *out, size_t room, struct err *e)
{
    static const char here;
    char self[PATH_MAX];
    Dl_info info;
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    self[len > 0 ? len : 0] = '\0';
    if ((dladdr(&here, &info) && find_beside(info.dli_fname, name, out, room)) ||
        find_beside(self, name, out, room) || find_beside(CAMEO_MODULE_DIR "/", name, out, room))
        return ERR_NONE;
    return err_set(e, ERR_UNAVAILABLE,
                   "there is no %s beside the program or the module, nor in " CAMEO_MODULE_DIR,
                   name);
}

enum err_code box_find_program(char *out, size_t room, struct err *e)
{
    return find_file(BOX_PROGRAM, out, room, e);
}

enum err_code box_find_renderer(char *out, size_t room, struct err *e)
{
    return find_file(RENDERER_OBJECT, out, room, e);
}

/* ---- starting it ---- */

struct spawn {
    const char *program;
    const char *const *arguments;
    const posix_spawn_file_actions_t *files;
    const posix_spawnattr_t *attributes;
    int failed; /* errno of what failed */
};

/* Runs in a process between us and the zygote, which thereby becomes an orphan. It has our memory
 * and a stack of its own, and we stand still until it is gone. */
static int spawn_orphan(void *context)
{
    struct spawn *spawn = context;
    char *const environment[] = { NULL };
    pid_t pid;

    spawn->failed = posix_spawn(&pid, spawn->program, spawn->files, spawn->attributes,
                                (char *const *)(uintptr_t)spawn->arguments, environment);
    return 0;
}

/* Without a signal to us when it ends: it can be waited for by nobody who does not say __WCLONE. */
static int run_between(struct spawn *spawn)
{
    CLEANUP(freep) char *stack = malloc(STACK_BYTES);

    if (!stack)
        return ENOMEM;
    spawn->failed = 0;
    pid_t between = clone(spawn_orphan, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK, spawn);
    if (between < 0)
        return errno;
    while (waitpid(between, NULL, (int)__WCLONE) < 0 && errno == EINTR)
        ;
    return spawn->failed;
}

static int set_files(posix_spawn_file_actions_t *files, int control)
{
    int failed = posix_spawn_file_actions_adddup2(files, control, ZYGOTE_CONTROL_FD);

    for (int fd = 0; fd < ZYGOTE_CONTROL_FD && !failed; fd++)
        failed =
            posix_spawn_file_actions_addopen(files, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
    if (!failed)
        failed = posix_spawn_file_actions_addclosefrom_np(files, ZYGOTE_CONTROL_FD + 1);
    return failed ? failed : posix_spawn_file_actions_addchdir_np(files, "/");
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;

    sigfillset(&all);
    sigemptyset(&none);
    int failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                                          POSIX_SPAWN_SETSIGMASK);
    if (!failed)
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    return failed ? failed : posix_spawnattr_setsigmask(attributes, &none);
}

/* No handler of ours may run in the process between: it would run in our memory. */
static int spawn_quietly(struct spawn *spawn)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = run_between(spawn);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

enum err_code box_spawn(const char *program, const char *const *arguments, int control,
                        struct err *e)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    struct spawn spawn = { program, arguments, &files, &attributes, 0 };

    if (posix_spawn_file_actions_init(&files) != 0)
        return err_set(e, ERR_NO_MEMORY, "start '%s'", program);
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return err_set(e, ERR_NO_MEMORY, "start '%s'", program);
    }
    int failed = set_files(&files, control);
    if (!failed)
        failed = set_attributes(&attributes);
    if (!failed)
        failed = spawn_quietly(&spawn);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed ? err_errno(e, failed, "start '%s'", program) : ERR_NONE;
}
