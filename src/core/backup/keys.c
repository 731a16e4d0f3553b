/* Keys lie apart from what they open: see core/backup/target.h. Only the newest are kept, so that
 * what was erased by its key stays so, whatever older moment is restored. */
#include "base/copy.h"
#include "core/backup/moment.h"
#include "core/backup/target.h"
#include "seal/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 64

static enum err_code copy_key(int from, int to, struct manifest_key *key, bool check, struct err *e)
{
    struct stat st;
    CLEANUP(closep) int in = -1;
    CLEANUP(closep) int out = -1;

    enum err_code rc = target_open_file(from, key->name, &in, e);
    if (rc)
        return rc;
    if (to >= 0) {
        out = openat(to, key->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (out < 0)
            return err_errno(e, errno, "make '%s'", key->name);
    }
    if (fstat(in, &st) != 0)
        return err_errno(e, errno, "read '%s'", key->name);
    struct copy copy = { .from = in, .to = out };
    rc = copy_until(&copy, check ? key->bytes : st.st_size, e);
    if (rc)
        return err_context(e, "keys '%s'", key->name);
    if (out >= 0 && fsync(out) != 0)
        return err_errno(e, errno, "flush '%s'", key->name);
    if (check && copy.crc != key->crc)
        return err_set(e, ERR_CORRUPT, "the keys '%s' are damaged", key->name);
    key->bytes = copy.at;
    key->crc = copy.crc;
    return ERR_NONE;
}

static enum err_code find_keys(int from, struct arena *arena, struct manifest *m, struct err *e)
{
    int fd = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct stat st;

    if (!dir) {
        int why = errno;
        closep(&fd);
        return err_errno(e, why, "list the keys");
    }
    m->keys = arena_zalloc(arena, FILES_MAX, sizeof *m->keys);
    m->key_count = 0;
    enum err_code rc = m->keys ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "copy the keys");
    for (struct dirent *entry; rc == ERR_NONE && (entry = readdir(dir)) != NULL;) {
        struct bytes name = bytes_str(entry->d_name);
        /* what is being written has a name of its own until it is whole */
        if (!manifest_is_name(name) || bytes_ends_nocase(name, B(".new")) ||
            bytes_eq(name, B("lock")) ||
            fstatat(from, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (m->key_count == FILES_MAX)
            rc = err_set(e, ERR_TOO_LARGE, "more than %d files of keys", FILES_MAX);
        else
            memcpy(m->keys[m->key_count++].name, name.at, name.len);
    }
    closedir(dir);
    return rc;
}

enum err_code target_take_keys(const struct target *target, const char *dir, struct arena *arena,
                               struct manifest *m, struct err *e)
{
    char path[PATH_MAX];
    CLEANUP(closep) int to = -1;

    snprintf(path, sizeof path, "%s/keys", dir);
    CLEANUP(closep) int from = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from < 0 && errno == ENOENT)
        return ERR_NONE; /* nothing was ever encrypted */
    if (from < 0)
        return err_errno(e, errno, "open '%s'", path);
    CLEANUP(closep) int hold = -1;
    enum err_code rc = keyring_hold(path, &hold, e);
    if (rc == ERR_NONE)
        rc = find_keys(from, arena, m, e);
    if (rc)
        return rc;
    memcpy(path, "keys/", 5);
    moment_write(path + 5, m->moment_us);
    if ((mkdirat(target->dir, "keys", 0700) != 0 && errno != EEXIST) ||
        (mkdirat(target->dir, path, 0700) != 0 && errno != EEXIST))
        return err_errno(e, errno, "make '%s'", path);
    to = openat(target->dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(closep) int above = openat(target->dir, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (to < 0 || above < 0)
        return err_errno(e, errno, "open '%s'", path);
    for (size_t i = 0; rc == ERR_NONE && i < m->key_count; i++)
        rc = copy_key(from, to, &m->keys[i], false, e);
    if (rc == ERR_NONE)
        rc = copy_sync_dir(to, path, e);
    if (rc == ERR_NONE)
        rc = copy_sync_dir(above, "keys", e);
    return rc ? rc : copy_sync_dir(target->dir, target->path, e);
}

static enum err_code go_through(const struct target *target, const struct manifest *m, int to,
                                struct err *e)
{
    char path[sizeof "keys/" + MOMENT_MAX] = "keys/";
    enum err_code rc = ERR_NONE;

    moment_write(path + 5, m->moment_us);
    CLEANUP(closep) int from = openat(target->dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from < 0 && errno == ENOENT)
        return err_set(e, ERR_CORRUPT, "the keys '%s' are missing", path);
    if (from < 0)
        return err_errno(e, errno, "open '%s'", path);
    for (size_t i = 0; rc == ERR_NONE && i < m->key_count; i++) {
        struct manifest_key key = m->keys[i];
        rc = copy_key(from, to, &key, true, e);
    }
    return rc;
}

enum err_code target_check_keys(const struct target *target, const struct manifest *m,
                                struct err *e)
{
    return m->key_count ? go_through(target, m, -1, e) : ERR_NONE;
}

enum err_code target_give_keys(const struct target *target, const struct manifest *m,
                               const char *dir, struct err *e)
{
    char path[PATH_MAX];

    if (m->key_count == 0)
        return ERR_NONE;
    snprintf(path, sizeof path, "%s/keys", dir);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", path);
    CLEANUP(closep) int to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (to < 0)
        return err_errno(e, errno, "open '%s'", path);
    enum err_code rc = go_through(target, m, to, e);
    return rc ? rc : copy_sync_dir(to, path, e);
}
