/* Leaving nothing of deleted rows in the database's files. */
#include "core/check.h"
#include "core/index_copy.h"
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

enum err_code store_compact(struct core *core, struct err *e)
{
    const struct store *store = core->store;
    struct meta *meta = NULL;
    char path[PATH_MAX];

    core_rest(core); /* or we would wait for ourselves */
    snprintf(path, sizeof path, "%s/write.lock", store->dir);
    CLEANUP(closep) int lock = open(path, O_RDWR | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        return err_errno(e, errno, "lock '%s'", path);
    snprintf(path, sizeof path, "%s/tmp", store->dir);
    enum err_code rc = meta_open(store->meta_url, true, &meta, e);
    if (rc == ERR_NONE)
        rc = meta_compact(meta, path, e);
    if (rc == ERR_NONE)
        rc = index_copy_make(store->dir, meta, true, true, e);
    meta_close(meta);
    return rc;
}
