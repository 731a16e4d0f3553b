#include "crash/fail_lost.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void __libc_free(void *at);

struct before {
    struct before *older;
    dev_t dev;
    ino_t inode;
    off_t offset;
    size_t len;
    char bytes[];
};

static struct before *newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_of(const struct before *b, const struct stat *st)
{
    return b->inode == st->st_ino && b->dev == st->st_dev;
}

void lost_before_write(int fd, off_t offset, size_t len)
{
    struct stat st;
    int why = errno;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        if (offset < 0)
            offset = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
        struct before *b = __libc_malloc(sizeof *b + len);
        if (b) {
            *b = (struct before){
                .dev = st.st_dev, .inode = st.st_ino, .offset = offset, .len = len
            };
            memset(b->bytes, 0, len); /* behind the end there is nothing */
            syscall(SYS_pread64, fd, b->bytes, len, offset);
            pthread_mutex_lock(&lock);
            b->older = newest;
            newest = b;
            pthread_mutex_unlock(&lock);
        }
    }
    errno = why;
}

/* Takes all of the file off the list, the newest first. */
static int64_t take(int fd, bool put_back)
{
    struct stat st;
    int64_t lowest = -1;

    if (fstat(fd, &st) != 0)
        return -1;
    pthread_mutex_lock(&lock);
    for (struct before **at = &newest; *at;) {
        struct before *b = *at;
        if (!is_of(b, &st)) {
            at = &b->older;
            continue;
        }
        *at = b->older;
        if (lowest < 0 || b->offset < lowest)
            lowest = b->offset;
        /* what was cut off meanwhile stays so */
        if (put_back && b->offset < st.st_size) {
            size_t left = (size_t)(st.st_size - b->offset);
            syscall(SYS_pwrite64, fd, b->bytes, b->len < left ? b->len : left, b->offset);
        }
        __libc_free(b);
    }
    pthread_mutex_unlock(&lock);
    return lowest;
}

int64_t lost_now(int fd, _Atomic uint64_t *inode)
{
    struct stat st;

    if (fstat(fd, &st) == 0)
        *inode = st.st_ino;
    return take(fd, true);
}

void lost_never(int fd)
{
    int why = errno;

    take(fd, false);
    errno = why;
}
