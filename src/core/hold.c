#include "core/hold.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define ROUND_US 2000

static enum err_code open_hold(const char *dir, int *fd, struct err *e)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/backup.lock", dir);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *fd < 0 ? err_errno(e, errno, "open '%s'", path) : ERR_NONE;
}

static enum err_code lock(int fd, int how, struct err *e)
{
    while (flock(fd, how | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return err_set(e, ERR_BUSY, "a backup of this store is being made");
        if (errno != EINTR)
            return err_errno(e, errno, "lock backup.lock");
    }
    return ERR_NONE;
}

static enum err_code wait_for_backup(int fd, struct err *e)
{
    log_line(LOG_LEVEL_INFO, "a backup is being made: bytes are given back when it is done");
    while (flock(fd, LOCK_SH) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "lock backup.lock");
    }
    return ERR_NONE;
}

enum err_code hold_for_removal(const char *dir, bool patient, int *fd, struct err *e)
{
    CLEANUP(closep) int held = -1;

    enum err_code rc = open_hold(dir, &held, e);
    if (rc == ERR_NONE)
        rc = lock(held, LOCK_SH, e);
    if (rc == ERR_BUSY && patient)
        rc = wait_for_backup(held, e);
    if (rc == ERR_NONE)
        *fd = take_fd(&held);
    return rc;
}

enum err_code hold_for_backup(const char *dir, int64_t patience_us, int *fd, struct err *e)
{
    int64_t until_us = clock_monotonic_us() + patience_us;
    CLEANUP(closep) int held = -1;

    enum err_code rc = open_hold(dir, &held, e);
    if (rc == ERR_NONE)
        rc = lock(held, LOCK_EX, e);
    while (rc == ERR_BUSY && clock_monotonic_us() < until_us) {
        usleep(ROUND_US);
        rc = lock(held, LOCK_EX, e);
    }
    if (rc == ERR_NONE)
        *fd = take_fd(&held);
    return rc;
}
