#include "app/memory_dir.h"
#include "base/crypto.h"

#include <errno.h>
#include <ftw.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int discard(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    remove(path); /* the folder itself is refused below when something is left */
    return 0;
}

void memory_dir_remove(const char *path)
{
    if (path)
        nftw(path, discard, 4, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The parent is everybody's: the name may have been taken. */
static enum err_code check_ours(const char *path, struct err *e)
{
    struct statfs fs;
    struct stat st;

    if (lstat(path, &st) != 0 || statfs(path, &fs) != 0)
        return err_errno(e, errno, "look at '%s'", path);
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077))
        return err_set(e, ERR_INVALID, "'%s' is there and not ours alone", path);
    if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC)
        return err_set(e, ERR_INVALID, "memory_dir is no file system in memory: '%s'", path);
    return ERR_NONE;
}

enum err_code memory_dir_make(struct arena *arena, struct bytes parent, const char *dir,
                              const char **path, struct err *e)
{
    struct hash name;
    uint64_t number;

    sha256(bytes_str(dir), &name);
    memcpy(&number, name.at, sizeof number);
    const char *made = arena_printf(arena, "%.*s/cameo-%u-%016llx", (int)parent.len, parent.at,
                                    (unsigned)geteuid(), (unsigned long long)number);
    if (!made)
        return err_set(e, ERR_NO_MEMORY, "memory_dir");
    struct stat st;
    if (lstat(made, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid())
        memory_dir_remove(made); /* of one that was killed */
    if (mkdir(made, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s' (memory_dir)", made);
    enum err_code rc = check_ours(made, e);
    if (rc == ERR_NONE)
        *path = made;
    return rc;
}
