#include "base/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum err_code shared_open(const char *dir, const char *name, size_t size, void **out, struct err *e)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        return err_errno(e, errno, "open '%s'", path);
    void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return err_errno(e, errno, "map '%s'", path);
    *out = map;
    return ERR_NONE;
}

void shared_close(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}
