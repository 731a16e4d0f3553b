/* Opening, and finding keys. */
#include "seal/keyring.h"
#include "seal/keyring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_code open_dir(const char *dir, bool create, struct keyring *keyring, struct err *e)
{
    if (create && mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", dir);
    keyring->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (keyring->dir < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "there is no '%s'", dir);
    if (keyring->dir < 0)
        return err_errno(e, errno, "open '%s'", dir);
    keyring->lock_fd = openat(keyring->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (keyring->lock_fd < 0)
        return err_errno(e, errno, "open '%s/lock'", dir);
    return ERR_NONE;
}

/* The first keys of a store: number 0 is its own. */
static enum err_code make_file(struct keyring *keyring, struct err *e)
{
    CLEANUP(key_list_wipe) struct key_list list = { 0 };
    struct keyring_rotated ignored;
    struct slots_file *file;

    enum err_code rc = key_origin_read(keyring->source, &list, e);
    if (rc == ERR_NONE)
        rc = writing_begin(keyring, e);
    if (rc)
        return rc;
    rc = file_open(keyring, &file, e);
    if (rc == ERR_NONE)
        file_replace(keyring, file); /* another process was quicker */
    else if (rc == ERR_NOT_FOUND)
        rc = file_rewrite(keyring, NULL, list.keys[0], &ignored, e);
    writing_end(keyring);
    return rc;
}

static enum err_code open_all(const char *dir, bool create, struct keyring *keyring, struct err *e)
{
    struct slots_file *file;

    enum err_code rc = open_dir(dir, create, keyring, e);
    if (rc == ERR_NONE)
        rc = sealer_open(&keyring->sealer, e);
    if (rc)
        return rc;
    rc = file_open(keyring, &file, e);
    if (rc == ERR_NONE)
        file_replace(keyring, file);
    else if (rc == ERR_NOT_FOUND && create)
        rc = make_file(keyring, e);
    return rc;
}

enum err_code keyring_open(const char *dir, const struct key_origin *source, bool create,
                           struct keyring **out, struct err *e)
{
    struct keyring *keyring = calloc(1, sizeof *keyring);

    if (!keyring)
        return err_set(e, ERR_NO_MEMORY, "keyring");
    keyring->dir = keyring->lock_fd = -1;
    keyring->source = source;
    keyring->next_pairs = 1;
    pthread_mutex_init(&keyring->file_lock, NULL);
    pthread_mutex_init(&keyring->lock, NULL);
    enum err_code rc = open_all(dir, create, keyring, e);
    if (rc)
        keyring_close(keyring);
    else
        *out = keyring;
    return rc;
}

void keyring_close(struct keyring *keyring)
{
    if (!keyring)
        return;
    file_replace(keyring, NULL);
    sealer_close(keyring->sealer);
    closep(&keyring->lock_fd);
    closep(&keyring->dir);
    pthread_mutex_destroy(&keyring->file_lock);
    pthread_mutex_destroy(&keyring->lock);
    explicit_bzero(keyring, sizeof *keyring);
    free(keyring);
}

enum err_code keyring_hold(const char *dir, int *fd, struct err *e)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/lock", dir);
    CLEANUP(closep) int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return err_errno(e, errno, "open '%s'", path);
    while (flock(lock, LOCK_SH) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "lock the keyring");
    }
    *fd = take_fd(&lock);
    return ERR_NONE;
}

struct sealer *keyring_sealer(struct keyring *keyring)
{
    return keyring->sealer;
}

static enum err_code unwrap(struct keyring *keyring, const struct slots_file *file, uint32_t number,
                            const uint8_t wrapped[SEAL_WRAPPED], uint8_t out[SEAL_KEY],
                            struct err *e)
{
    if (!file->has_key)
        return err_set(e, ERR_UNAVAILABLE, "no key is given to open sealed pictures by");
    struct seal_work *work = seal_take(keyring->sealer);
    if (!work)
        return err_set(e, ERR_NO_MEMORY, "unwrap a key");
    bool right = seal_unwrap(work, file->key, wrapped, out);
    seal_give(keyring->sealer, work);
    return right ? ERR_NONE
                 : err_set(e, ERR_CORRUPT, "key %u is damaged, or wrapped under another", number);
}

static enum err_code find_in(struct keyring *keyring, uint32_t number, bool may_block,
                             uint8_t out[SEAL_KEY], uint64_t *generation, struct err *e)
{
    uint8_t wrapped[SEAL_WRAPPED];
    struct slots_file *file = file_borrow(keyring);

    *generation = file->generation;
    enum err_code rc = slot_load(file->fd, number, may_block, wrapped, e);
    if (rc == ERR_NONE)
        rc = unwrap(keyring, file, number, wrapped, out, e);
    file_release(keyring, file);
    return rc;
}

#define TRIES 16 /* all keys may be wrapped anew while we look */

/* What is not found may be all that is left of a file in whose place there is another by now. */
enum err_code keyring_find(struct keyring *keyring, uint32_t number, bool may_block,
                           uint8_t out[SEAL_KEY], struct err *e)
{
    struct err why = { 0 };
    uint64_t looked;

    for (int i = 0; i < TRIES; i++) {
        enum err_code rc = find_in(keyring, number, may_block, out, &looked, &why);
        if (rc == ERR_NONE)
            return rc;
        if (rc == ERR_BLOCKS || rc == ERR_NO_MEMORY)
            break;
        if (!may_block)
            return err_set(e, ERR_BLOCKS, "a key has to be looked for");
        struct err failed = { 0 };
        if (file_refresh(keyring, &failed))
            return err_set(e, ERR_UNAVAILABLE, "%s", failed.text);
        if (file_generation(keyring) == looked)
            break;
    }
    *e = why;
    return why.code;
}

bool keyring_is_whole(struct keyring *keyring, uint32_t number)
{
    struct slots_file *file = file_borrow(keyring);
    bool both = slot_has_both(file->fd, number);

    file_release(keyring, file);
    return both;
}

enum err_code keyring_own(struct keyring *keyring, const char *purpose, uint8_t out[SEAL_KEY],
                          struct err *e)
{
    uint8_t own[SEAL_KEY];
    struct hash made;

    enum err_code rc = keyring_find(keyring, 0, true, own, e);
    if (rc)
        return rc;
    hmac(own, bytes_str(purpose), &made);
    memcpy(out, made.at, SEAL_KEY);
    explicit_bzero(own, sizeof own);
    explicit_bzero(&made, sizeof made);
    return ERR_NONE;
}
