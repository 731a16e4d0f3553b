/* Packs into files of a backup, and back: see blob/driver.h. */
#include "blob/packs/packs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum err_code packs_save(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                         struct err *e)
{
    struct packs *packs = packs_of(store);
    int fd;

    enum err_code rc = packs_borrow(packs, volume, &fd, e);
    if (rc)
        return rc;
    copy->from = fd;
    rc = copy_until(copy, end, e);
    packs_release(packs, volume, fd);
    return rc ? err_context(e, "pack %d", volume) : ERR_NONE;
}

enum err_code packs_load(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                         struct err *e)
{
    struct packs *packs = packs_of(store);
    char name[PACK_NAME_MAX];

    pack_name(name, volume);
    CLEANUP(closep) int fd = openat(packs->dir, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(e, errno, "make pack '%s'", name);
    copy->to = fd;
    enum err_code rc = copy_until(copy, end, e);
    if (rc)
        return err_context(e, "pack %d", volume);
    if (fsync(fd) != 0 || fsync(packs->dir) != 0)
        return err_errno(e, errno, "flush pack %d", volume);
    return ERR_NONE;
}
