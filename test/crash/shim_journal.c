/* Writing the journal: see shim.h. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define JOURNAL_MIN 700 /* our descriptors lie above what the program counts on */

struct shim {
    pthread_mutex_t lock; /* between threads; the lock file is between processes */
    char root[PATH_MAX];
    size_t root_len;
    int journal; /* -1: nothing is written down */
    int lock_fd;
    pid_t opener; /* a child needs a lock file of its own: locks belong to what was opened */
    char lock_path[PATH_MAX + 8];
};

/* The one mutable global of its kind: what a preloaded library knows has no other place. */
static struct shim shim = { .lock = PTHREAD_MUTEX_INITIALIZER, .journal = -1, .lock_fd = -1 };

static int raw_open(int dir, const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

static int keep_high(int fd)
{
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, JOURNAL_MIN);

    if (fd >= 0)
        syscall(SYS_close, fd);
    return high;
}

static void forked(void)
{
    pthread_mutex_init(&shim.lock, NULL);
}

__attribute__((constructor)) static void start(void)
{
    const char *root = getenv("CRASH_ROOT");
    const char *journal = getenv("CRASH_JOURNAL");

    if (!root || !journal)
        return;
    shim.root_len = (size_t)snprintf(shim.root, sizeof shim.root, "%s", root);
    snprintf(shim.lock_path, sizeof shim.lock_path, "%s.lock", journal);
    shim.journal =
        keep_high(raw_open(AT_FDCWD, journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (shim.journal < 0)
        abort();
    pthread_atfork(NULL, NULL, forked);
}

void journal_lock(void)
{
    pthread_mutex_lock(&shim.lock);
    if (shim.opener != getpid()) { /* the parent's stays open in a child: locks by it are shared */
        shim.lock_fd =
            keep_high(raw_open(AT_FDCWD, shim.lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        shim.opener = getpid();
    }
    while (flock(shim.lock_fd, LOCK_EX) != 0 && errno == EINTR) {
    }
}

void journal_unlock(void)
{
    int kept = errno;

    flock(shim.lock_fd, LOCK_UN);
    pthread_mutex_unlock(&shim.lock);
    errno = kept;
}

/* Under the lock. One call of the kernel for an entry, so that a killed process leaves no half. */
void journal_note(struct entry entry, const struct iovec *payload, size_t count)
{
    struct iovec parts[PARTS_MAX + 1] = { { &entry, sizeof entry } };
    int kept = errno;

    entry.pid = (uint32_t)getpid();
    for (size_t i = 0; i < count; i++) {
        parts[i + 1] = payload[i];
        entry.len += (uint32_t)payload[i].iov_len;
    }
    ssize_t want = (ssize_t)(sizeof entry + entry.len);
    if (syscall(SYS_writev, shim.journal, parts, count + 1) != want)
        abort();
    errno = kept;
}

void journal_text(struct entry entry, const char *text, size_t len)
{
    struct iovec payload = { (void *)(uintptr_t)text, len };

    journal_note(entry, &payload, 1);
}

static bool is_inside(const char *path)
{
    return strncmp(path, shim.root, shim.root_len) == 0 &&
           (path[shim.root_len] == '/' || path[shim.root_len] == '\0');
}

static bool path_of(int fd, char out[PATH_MAX])
{
    char link[40];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, out, PATH_MAX - 1);
    if (len <= 0)
        return false;
    out[len] = '\0';
    return true;
}

bool journal_resolve(int dir, const char *path, char out[PATH_MAX])
{
    char base[PATH_MAX] = "";

    if (shim.journal < 0 || !path)
        return false;
    if (path[0] == '/')
        snprintf(out, PATH_MAX, "%s", path);
    else if (dir == AT_FDCWD ? !getcwd(base, sizeof base) : !path_of(dir, base))
        return false;
    else if ((size_t)snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path) >= PATH_MAX)
        return false;
    return is_inside(out);
}

bool journal_takes(int fd, uint64_t *ino)
{
    char path[PATH_MAX];
    struct stat st;
    int kept = errno;
    bool ours = shim.journal >= 0 && fd >= 0 && path_of(fd, path) && is_inside(path) &&
                fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));

    if (ours)
        *ino = st.st_ino;
    errno = kept;
    return ours;
}

bool journal_is_on(void)
{
    return shim.journal >= 0;
}
