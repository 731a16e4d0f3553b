/* The file of slots: opening, sharing between threads, reading. */
#include "seal/keyring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

void key_id(const uint8_t key[SEAL_KEY], uint8_t id[KEY_ID_LEN])
{
    struct hash made;

    hmac(key, B("cameo key id"), &made);
    memcpy(id, made.at, KEY_ID_LEN);
}

static void file_free(struct slots_file *file)
{
    closep(&file->fd);
    explicit_bzero(file, sizeof *file);
    free(file);
}

struct slots_file *file_borrow(struct keyring *keyring)
{
    pthread_mutex_lock(&keyring->file_lock);
    struct slots_file *file = keyring->file;
    file->users++;
    pthread_mutex_unlock(&keyring->file_lock);
    return file;
}

void file_release(struct keyring *keyring, struct slots_file *file)
{
    if (!file)
        return;
    pthread_mutex_lock(&keyring->file_lock);
    bool last = --file->users == 0;
    pthread_mutex_unlock(&keyring->file_lock);
    if (last)
        file_free(file);
}

void file_replace(struct keyring *keyring, struct slots_file *file)
{
    pthread_mutex_lock(&keyring->file_lock);
    struct slots_file *before = keyring->file;
    if (file)
        file->generation = before ? before->generation + 1 : 1;
    keyring->file = file;
    pthread_mutex_unlock(&keyring->file_lock);
    file_release(keyring, before);
}

/* As pread, to the end of `len` or of the file; ERR_BLOCKS for what is not at hand. */
static enum err_code read_at(int fd, int64_t offset, char *out, size_t len, bool may_block,
                             size_t *got, struct err *e)
{
    *got = 0;
    while (*got < len) {
        struct iovec part = { out + *got, len - *got };
        ssize_t n = preadv2(fd, &part, 1, offset + (int64_t)*got, may_block ? 0 : RWF_NOWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && !may_block)
            return err_set(e, ERR_BLOCKS, "a key is not in the page cache");
        if (n < 0)
            return err_errno(e, errno, "read the keyring");
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return ERR_NONE;
}

static enum err_code read_header(struct slots_file *file, struct err *e)
{
    char block[SLOTS_BLOCK];
    size_t got;

    for (int copy = 0; copy < 2; copy++) {
        enum err_code rc =
            read_at(file->fd, copy * SLOTS_BLOCK, block, sizeof block, true, &got, e);
        if (rc)
            return rc;
        if (got == sizeof block && slots_read_header(block, file->id))
            return ERR_NONE;
    }
    return err_set(e, ERR_CORRUPT, "the header of the keyring's file is damaged");
}

/* Which of the source's keys it is under. */
static enum err_code match_key(const struct keyring *keyring, struct slots_file *file,
                               struct err *e)
{
    CLEANUP(key_list_wipe) struct key_list list = { 0 };
    uint8_t id[KEY_ID_LEN];

    if (!keyring->source->text.len && !keyring->source->file.len)
        return ERR_NONE;
    enum err_code rc = key_origin_read(keyring->source, &list, e);
    for (size_t i = 0; rc == ERR_NONE && i < list.count && !file->has_key; i++) {
        key_id(list.keys[i], id);
        file->has_key = memcmp(id, file->id, KEY_ID_LEN) == 0;
        if (file->has_key)
            memcpy(file->key, list.keys[i], SEAL_KEY);
    }
    if (rc || file->has_key)
        return rc;
    return err_set(e, ERR_INVALID,
                   "the key that is given is not the one that this store is sealed under");
}

static enum err_code open_once(struct keyring *keyring, struct slots_file *file, struct err *e)
{
    struct stat st;

    file->fd = openat(keyring->dir, "slots", O_RDWR | O_CLOEXEC);
    if (file->fd < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "the keyring is missing");
    if (file->fd < 0 || fstat(file->fd, &st) != 0)
        return err_errno(e, errno, "open the keyring");
    file->dev = st.st_dev;
    file->ino = st.st_ino;
    enum err_code rc = read_header(file, e);
    return rc ? rc : match_key(keyring, file, e);
}

static bool has_its_name(const struct keyring *keyring, const struct slots_file *file)
{
    struct stat st;

    return file->fd < 0 || fstatat(keyring->dir, "slots", &st, 0) != 0 ||
           (st.st_ino == file->ino && st.st_dev == file->dev);
}

#define TRIES 16

/* A file that another takes the place of is wiped, perhaps between our opening and our reading. */
enum err_code file_open(struct keyring *keyring, struct slots_file **out, struct err *e)
{
    for (int i = 1;; i++) {
        struct slots_file *file = calloc(1, sizeof *file);
        struct err why = { 0 };
        if (!file)
            return err_set(e, ERR_NO_MEMORY, "keyring");
        file->users = 1;
        enum err_code rc = open_once(keyring, file, &why);
        if (rc == ERR_NONE) {
            *out = file;
            return rc;
        }
        bool final = i == TRIES || has_its_name(keyring, file);
        file_free(file);
        if (final) {
            *e = why;
            return rc;
        }
    }
}

uint64_t file_generation(struct keyring *keyring)
{
    pthread_mutex_lock(&keyring->file_lock);
    uint64_t generation = keyring->file->generation;
    pthread_mutex_unlock(&keyring->file_lock);
    return generation;
}

enum err_code file_refresh(struct keyring *keyring, struct err *e)
{
    struct slots_file *now = file_borrow(keyring);
    struct slots_file *file;
    struct stat st;

    if (fstatat(keyring->dir, "slots", &st, 0) != 0) {
        file_release(keyring, now);
        return err_errno(e, errno, "look for the keyring");
    }
    bool same = st.st_ino == now->ino && st.st_dev == now->dev;
    file_release(keyring, now);
    if (same)
        return ERR_NONE;
    enum err_code rc = file_open(keyring, &file, e);
    if (rc == ERR_NONE)
        file_replace(keyring, file);
    return rc;
}

enum err_code slot_load(int fd, uint32_t number, bool may_block, uint8_t wrapped[SEAL_WRAPPED],
                        struct err *e)
{
    char slot[SLOT_LEN];
    bool empty = true;
    size_t got;

    for (int copy = 0; copy < 2; copy++) {
        enum err_code rc = read_at(fd, slot_offset(number) + copy * SLOTS_BLOCK, slot, SLOT_LEN,
                                   may_block, &got, e);
        if (rc)
            return rc;
        if (got == SLOT_LEN && slot_read(slot, number, wrapped))
            return ERR_NONE;
        empty &= got < SLOT_LEN || slot_is_empty(slot);
    }
    return err_set(e, ERR_CORRUPT, empty ? "key %u was erased" : "key %u is damaged", number);
}

bool slot_has_both(int fd, uint32_t number)
{
    uint8_t wrapped[2][SEAL_WRAPPED];
    char slot[SLOT_LEN];
    struct err ignored = { 0 };
    size_t got;

    for (int copy = 0; copy < 2; copy++) {
        if (read_at(fd, slot_offset(number) + copy * SLOTS_BLOCK, slot, SLOT_LEN, true, &got,
                    &ignored) ||
            got < SLOT_LEN || !slot_read(slot, number, wrapped[copy]))
            return false;
    }
    return memcmp(wrapped[0], wrapped[1], SEAL_WRAPPED) == 0;
}
