#include "base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 100
#define LOCK_NS    5000000 /* between two of them */

bool lock_soon(int fd)
{
    struct timespec pause = { .tv_nsec = LOCK_NS };
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;

    for (int i = 0; !locked && errno == EWOULDBLOCK && i < LOCK_TRIES; i++) {
        nanosleep(&pause, NULL);
        locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    }
    return locked;
}

void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void freep(void *p)
{
    void **pointer = p;

    free(*pointer);
    *pointer = NULL;
}
