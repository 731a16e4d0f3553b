/* A new file of slots in the place of the old: the first of a store, or all keys wrapped anew. */
#include "seal/keyring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* One slot of the old file, wrapped under the other key; what cannot be read stays as it is. */
static bool rewrap(struct seal_work *work, const struct slots_file *old, uint32_t number,
                   const uint8_t under[SEAL_KEY], char slot[SLOT_LEN], struct keyring_rotated *out)
{
    uint8_t wrapped[SEAL_WRAPPED];
    uint8_t key[SEAL_KEY];
    struct err ignored = { 0 };
    bool done = true;

    if (slot_load(old->fd, number, true, wrapped, &ignored)) {
        out->damaged += !slot_is_empty(slot);
        return true;
    }
    if (!seal_unwrap(work, old->key, wrapped, key)) {
        out->damaged++;
        return true;
    }
    done = seal_wrap(work, under, key, wrapped);
    explicit_bzero(key, sizeof key);
    if (done)
        slot_write(slot, number, wrapped);
    out->keys++;
    return done;
}

static enum err_code copy_pair(struct seal_work *work, const struct slots_file *old, int64_t pair,
                               int fd, const uint8_t under[SEAL_KEY], struct keyring_rotated *out,
                               struct err *e)
{
    char blocks[SLOTS_PAIR] = { 0 };
    uint32_t first = (uint32_t)((pair - 1) * SLOTS_OF_BLOCK);

    if (pread(old->fd, blocks, SLOTS_BLOCK, pair * SLOTS_PAIR) < 0)
        return err_errno(e, errno, "read the keyring");
    for (uint32_t i = 0; i < SLOTS_OF_BLOCK; i++) {
        if (!rewrap(work, old, first + i, under, blocks + i * SLOT_LEN, out))
            return err_set(e, ERR_UNAVAILABLE, "wrap a key");
    }
    memcpy(blocks + SLOTS_BLOCK, blocks, SLOTS_BLOCK);
    int why = file_write(fd, blocks, SLOTS_PAIR, pair * SLOTS_PAIR);
    return why ? err_errno(e, why, "write the keyring") : ERR_NONE;
}

static enum err_code copy_slots(struct keyring *keyring, const struct slots_file *old, int fd,
                                const uint8_t under[SEAL_KEY], struct keyring_rotated *out,
                                struct err *e)
{
    struct seal_work *work = seal_take(keyring->sealer);
    enum err_code rc = work ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "wrap keys");
    struct stat st;

    if (rc == ERR_NONE && fstat(old->fd, &st) != 0)
        rc = err_errno(e, errno, "look at the keyring");
    for (int64_t pair = 1; rc == ERR_NONE && pair * SLOTS_PAIR < st.st_size; pair++)
        rc = copy_pair(work, old, pair, fd, under, out, e);
    seal_give(keyring->sealer, work);
    return rc;
}

/* The store's own key, the first of all. */
static enum err_code first_slots(struct keyring *keyring, int fd, const uint8_t under[SEAL_KEY],
                                 struct err *e)
{
    struct seal_work *work = seal_take(keyring->sealer);
    char blocks[SLOTS_PAIR] = { 0 };
    uint8_t wrapped[SEAL_WRAPPED];
    uint8_t key[SEAL_KEY];

    random_bytes(key, sizeof key);
    bool done = work && seal_wrap(work, under, key, wrapped);
    explicit_bzero(key, sizeof key);
    seal_give(keyring->sealer, work);
    if (!done)
        return err_set(e, ERR_NO_MEMORY, "make the keyring");
    slot_write(blocks, 0, wrapped);
    memcpy(blocks + SLOTS_BLOCK, blocks, SLOTS_BLOCK);
    int why = file_write(fd, blocks, SLOTS_PAIR, SLOTS_PAIR);
    return why ? err_errno(e, why, "write the keyring") : ERR_NONE;
}

static int write_header(int fd, const uint8_t key[SEAL_KEY])
{
    char blocks[SLOTS_PAIR];
    uint8_t id[KEY_ID_LEN];

    key_id(key, id);
    slots_write_header(blocks, id);
    memcpy(blocks + SLOTS_BLOCK, blocks, SLOTS_BLOCK);
    return file_write(fd, blocks, SLOTS_PAIR, 0);
}

/* What was wrapped under a key that is to be forgotten must not lie about in freed blocks. Readers
 * that still have the file open find no key and look for the new one. */
static void wipe(const struct slots_file *old)
{
    static const char zeros[SLOTS_PAIR];
    struct stat st;
    int why = fstat(old->fd, &st) == 0 ? 0 : errno;

    for (int64_t at = 0; !why && at < st.st_size; at += SLOTS_PAIR)
        why = file_write(old->fd, zeros, SLOTS_PAIR, at);
    if (!why && fsync(old->fd) != 0)
        return; /* its name is gone; nothing more can be done */
}

enum err_code file_rewrite(struct keyring *keyring, struct slots_file *old,
                           const uint8_t key[SEAL_KEY], struct keyring_rotated *out, struct err *e)
{
    static const char name[] = "slots.new";
    struct slots_file *file;

    *out = (struct keyring_rotated){ 0 };
    CLEANUP(closep)
    int fd = openat(keyring->dir, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(e, errno, "make a keyring");
    int why = write_header(fd, key);
    enum err_code rc = why ? err_errno(e, why, "write the keyring") : ERR_NONE;
    if (rc == ERR_NONE)
        rc = old ? copy_slots(keyring, old, fd, key, out, e) : first_slots(keyring, fd, key, e);
    /* also the name: from then on others claim in it */
    if (rc == ERR_NONE && (fsync(fd) != 0 || renameat(keyring->dir, name, keyring->dir, "slots") ||
                           fsync(keyring->dir) != 0))
        rc = err_errno(e, errno, "make a keyring");
    if (rc == ERR_NONE)
        rc = file_open(keyring, &file, e);
    if (rc) {
        unlinkat(keyring->dir, name, 0);
        return rc;
    }
    file_replace(keyring, file);
    keyring->suspect = false;
    if (old)
        wipe(old);
    return ERR_NONE;
}

static enum err_code rotate_to(struct keyring *keyring, struct slots_file *file,
                               const uint8_t key[SEAL_KEY], bool again, struct keyring_rotated *out,
                               struct err *e)
{
    uint8_t id[KEY_ID_LEN];

    key_id(key, id);
    if (!file->has_key)
        return err_set(e, ERR_INVALID, "no key is given to open the keyring by");
    if (!again && memcmp(id, file->id, KEY_ID_LEN) == 0)
        return err_set(e, ERR_CONFLICT,
                       "all keys are wrapped under the first key already: put a new one before it");
    return file_rewrite(keyring, file, key, out, e);
}

enum err_code keyring_rotate(struct keyring *keyring, bool again, struct keyring_rotated *out,
                             struct err *e)
{
    CLEANUP(key_list_wipe) struct key_list list = { 0 };
    struct slots_file *file = NULL;

    enum err_code rc = key_origin_read(keyring->source, &list, e);
    if (rc)
        return rc;
    pthread_mutex_lock(&keyring->lock);
    rc = writing_begin(keyring, e);
    if (rc == ERR_NONE) {
        rc = file_to_write(keyring, &file, e);
        if (rc == ERR_NONE)
            rc = rotate_to(keyring, file, list.keys[0], again, out, e);
        file_release(keyring, file);
        writing_end(keyring);
    }
    pthread_mutex_unlock(&keyring->lock);
    return rc;
}
