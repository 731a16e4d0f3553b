/* Opening, closing and reading: see blob/driver.h. */
#include "blob/packs/packs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

void pack_name(char out[PACK_NAME_MAX], int32_t volume)
{
    snprintf(out, PACK_NAME_MAX, "%06d.pack", volume);
}

static void packs_close(struct blob_store *store)
{
    struct packs *packs = packs_of(store);

    for (int i = 0; i < PACK_SLOTS; i++) {
        if (packs->slots[i].volume)
            close(packs->slots[i].fd);
    }
    packs_unmap(packs);
    closep(&packs->spare);
    packs_leave(packs);
    close(packs->dir);
    pthread_mutex_destroy(&packs->lock);
    free(packs);
}

static int32_t packs_claimed(const struct blob_store *store)
{
    return ((const struct packs *)store)->volume;
}

static void keep_spare(struct packs *packs)
{
    int none = -1;

    if (__atomic_load_n(&packs->spare, __ATOMIC_RELAXED) >= 0)
        return;
    int fd = fcntl(packs->dir, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0 && !__atomic_compare_exchange_n(&packs->spare, &none, fd, false, __ATOMIC_ACQ_REL,
                                                __ATOMIC_RELAXED))
        close(fd);
}

static int open_pack(struct packs *packs, const char *name)
{
    int fd = openat(packs->dir, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        int spare = __atomic_exchange_n(&packs->spare, -1, __ATOMIC_ACQ_REL);
        closep(&spare);
        fd = openat(packs->dir, name, O_RDONLY | O_CLOEXEC);
    }
    return fd;
}

enum err_code packs_borrow(struct packs *packs, int32_t volume, int *fd, struct err *e)
{
    struct pack_slot *slot = &packs->slots[(uint32_t)volume % PACK_SLOTS];
    char name[PACK_NAME_MAX];
    int found = -1;

    keep_spare(packs);
    pthread_mutex_lock(&packs->lock);
    if (slot->volume == volume) {
        slot->readers++;
        found = slot->fd;
    }
    pthread_mutex_unlock(&packs->lock);
    if (found >= 0) {
        *fd = found;
        return ERR_NONE;
    }

    pack_name(name, volume);
    int opened = open_pack(packs, name);
    if (opened < 0 && errno == ENOENT)
        return err_set(e, ERR_CORRUPT, "pack '%s' is missing", name);
    if (opened < 0)
        return err_errno(e, errno, "open pack '%s'", name);

    int idle = -1;
    pthread_mutex_lock(&packs->lock);
    if (slot->readers == 0) { /* else: read by this one and close it again */
        idle = slot->volume ? slot->fd : -1;
        *slot = (struct pack_slot){ .volume = volume, .fd = opened, .readers = 1 };
    }
    pthread_mutex_unlock(&packs->lock);
    closep(&idle);
    *fd = opened;
    return ERR_NONE;
}

void packs_release(struct packs *packs, int32_t volume, int fd)
{
    struct pack_slot *slot = &packs->slots[(uint32_t)volume % PACK_SLOTS];
    bool kept;

    pthread_mutex_lock(&packs->lock);
    kept = slot->volume == volume && slot->fd == fd;
    if (kept)
        slot->readers--;
    pthread_mutex_unlock(&packs->lock);
    if (!kept)
        close(fd);
}

enum err_code packs_pread(int fd, int32_t volume, int64_t offset, char *out, size_t len,
                          size_t *got, struct err *e)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = pread(fd, out + done, len - done, offset + (int64_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, errno, "read pack %d at %lld", volume, (long long)offset);
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return ERR_NONE;
}

/* Only what the page cache holds; ERR_BLOCKS for anything else, the end of the file included. */
static enum err_code read_cached(int fd, int64_t offset, char *out, size_t len, size_t *got,
                                 struct err *e)
{
    struct iovec part = { out, len };
    ssize_t n = preadv2(fd, &part, 1, offset, RWF_NOWAIT);

    if (n != (ssize_t)len)
        return err_set(e, ERR_BLOCKS, "not in the page cache");
    *got = len;
    return ERR_NONE;
}

static enum err_code packs_read(struct blob_store *store, int32_t volume, int64_t offset, char *out,
                                size_t len, bool may_block, size_t *got, struct err *e)
{
    struct packs *packs = packs_of(store);
    int fd;

    enum err_code rc = packs_borrow(packs, volume, &fd, e);
    if (rc)
        return rc;
    rc = may_block ? packs_pread(fd, volume, offset, out, len, got, e)
                   : read_cached(fd, offset, out, len, got, e);
    packs_release(packs, volume, fd);
    return rc;
}

static enum err_code packs_volumes(struct blob_store *store,
                                   void (*each)(void *context, int32_t volume), void *context,
                                   struct err *e)
{
    int fd = openat(packs_of(store)->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    if (!dir) {
        int why = errno;
        closep(&fd);
        return err_errno(e, why, "list the packs");
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct bytes name = bytes_str(entry->d_name);
        struct stat st;
        int32_t volume;
        if (bytes_ends_nocase(name, B(".pack")) &&
            bytes_to_int32(bytes_first(name, name.len - 5), &volume) && volume > 0 &&
            fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 && st.st_size > PACK_BLOCK)
            each(context, volume);
    }
    closedir(dir);
    return ERR_NONE;
}

/* Reads go on when there are no descriptors left later on. What fails now is tried again then. */
static void open_beforehand(void *context, int32_t volume)
{
    struct packs *packs = context;
    struct err ignored;
    int fd;

    if (!packs->slots[(uint32_t)volume % PACK_SLOTS].volume &&
        packs_borrow(packs, volume, &fd, &ignored) == ERR_NONE)
        packs_release(packs, volume, fd);
}

static enum err_code packs_open(const char *path, struct blob_store **out, struct err *e)
{
    struct err ignored;
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_errno(e, errno, "open '%s'", path);

    struct packs *packs = calloc(1, sizeof *packs);
    if (!packs) {
        close(dir);
        return err_set(e, ERR_NO_MEMORY, "pack store");
    }
    packs->base.driver = &blob_packs_driver;
    packs->dir = dir;
    packs->fd = packs->direct = packs->spare = -1;
    pthread_mutex_init(&packs->lock, NULL);
    keep_spare(packs);
    (void)!packs_volumes(&packs->base, open_beforehand, packs, &ignored);
    *out = &packs->base;
    return ERR_NONE;
}

const struct blob_driver blob_packs_driver = {
    .scheme = "packs",
    .open = packs_open,
    .close = packs_close,
    .claim = packs_claim,
    .create = packs_create,
    .append = packs_add,
    .flush = packs_flush,
    .give_up = packs_give_up,
    .claimed = packs_claimed,
    .rewind = packs_rewind,
    .read = packs_read,
    .view = packs_view,
    .check_record = packs_check_record,
    .remove = packs_remove,
    .scan = packs_scan,
    .save = packs_save,
    .load = packs_load,
    .volumes = packs_volumes,
    .scrub_open = packs_scrub_open,
    .scrub_close = packs_scrub_close,
    .scrub_zone = packs_scrub_zone,
    .zone_of = packs_zone_of,
    .unprotected = packs_unprotected,
};
