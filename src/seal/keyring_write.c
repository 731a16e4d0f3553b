/* Claiming and erasing. The order of flushes is what makes a key as durable as the row that names
 * it. */
#include "base/plant.h"
#include "seal/keyring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum err_code writing_begin(struct keyring *keyring, struct err *e)
{
    while (flock(keyring->lock_fd, LOCK_EX) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "lock the keyring");
    }
    return ERR_NONE;
}

void writing_end(struct keyring *keyring)
{
    flock(keyring->lock_fd, LOCK_UN);
}

int file_write(int fd, const char *at, size_t len, int64_t offset)
{
    while (len) {
        ssize_t n = pwrite(fd, at, len, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : ENOSPC;
        at += n;
        len -= (size_t)n;
        offset += n;
    }
    return 0;
}

/* ---- claiming ---- */

/* A block of new keys from `number` on and its copy; the keys themselves into `out`. */
static bool fill_pair(struct seal_work *work, const uint8_t under[SEAL_KEY], uint32_t number,
                      char pair[SLOTS_PAIR], struct data_key *out)
{
    uint8_t wrapped[SEAL_WRAPPED];

    for (size_t i = 0; i < SLOTS_OF_BLOCK; i++) {
        out[i].number = number + (uint32_t)i;
        random_bytes(out[i].key, SEAL_KEY);
        if (!seal_wrap(work, under, out[i].key, wrapped))
            return false;
        slot_write(pair + i * SLOT_LEN, out[i].number, wrapped);
    }
    memcpy(pair + SLOTS_BLOCK, pair, SLOTS_BLOCK);
    return true;
}

static bool fill_pairs(struct keyring *keyring, const struct slots_file *file, uint32_t number,
                       size_t pairs, char *out)
{
    struct seal_work *work = seal_take(keyring->sealer);
    bool done = work != NULL;

    for (size_t i = 0; done && i < pairs; i++)
        done = fill_pair(work, file->key, number + (uint32_t)(i * SLOTS_OF_BLOCK),
                         out + i * SLOTS_PAIR, keyring->free + i * SLOTS_OF_BLOCK);
    seal_give(keyring->sealer, work);
    return done;
}

/* Behind all that is there, on blocks of their own: whatever a crash leaves of a claim is nobody's,
 * and what others have lies in no block that is written. */
static enum err_code append(struct keyring *keyring, const struct slots_file *file, struct err *e)
{
    static const size_t room = CLAIM_PAIRS_MAX * SLOTS_PAIR;
    CLEANUP(freep) char *blocks = malloc(room);
    size_t pairs = keyring->next_pairs;
    struct stat st;
    uint32_t number;

    if (!blocks)
        return err_set(e, ERR_NO_MEMORY, "make keys");
    if (fstat(file->fd, &st) != 0)
        return err_errno(e, errno, "look at the keyring");
    if (!slots_next(st.st_size, &number) ||
        number > UINT32_MAX - (uint32_t)(pairs * SLOTS_OF_BLOCK))
        return err_set(e, ERR_FULL, "the keyring is full");
    if (!fill_pairs(keyring, file, number, pairs, blocks))
        return err_set(e, ERR_NO_MEMORY, "make keys");
    int64_t at = slot_offset(number);
    int why = file_write(file->fd, blocks, pairs * SLOTS_PAIR, at);
    if (why) {
        if (ftruncate(file->fd, at) != 0)
            keyring->suspect = true;
        return err_errno(e, why, "write the keyring");
    }
    if (!PLANTED("key-sync") && fdatasync(file->fd) != 0) { /* not asked twice: see packs_flush */
        keyring->suspect = true;
        return err_set(e, ERR_UNAVAILABLE, "flush the keyring: %s", strerrordesc_np(errno));
    }
    keyring->free_count = pairs * SLOTS_OF_BLOCK;
    if (keyring->next_pairs < CLAIM_PAIRS_MAX)
        keyring->next_pairs *= 2;
    return ERR_NONE;
}

/* Before the first write to a file its name has to be durable: whoever gave it may have failed to
 * make it so, and then a power cut would bring the former file back. */
static enum err_code name_durably(struct keyring *keyring, struct slots_file *file, struct err *e)
{
    if (file->is_named)
        return ERR_NONE;
    if (fsync(keyring->dir) != 0)
        return err_set(e, ERR_UNAVAILABLE, "flush the keyring's folder: %s",
                       strerrordesc_np(errno));
    file->is_named = true;
    return ERR_NONE;
}

/* The current file to write to, and a new one in its place when it is not to be trusted. */
enum err_code file_to_write(struct keyring *keyring, struct slots_file **out, struct err *e)
{
    struct keyring_rotated ignored;
    uint64_t before = file_generation(keyring);

    enum err_code rc = file_refresh(keyring, e);
    if (rc)
        return rc;
    struct slots_file *file = file_borrow(keyring);
    if (file->generation != before)
        keyring->suspect = false;
    if (keyring->suspect && file->has_key) {
        rc = file_rewrite(keyring, file, file->key, &ignored, e);
        file_release(keyring, file);
        if (rc)
            return rc;
        file = file_borrow(keyring);
    }
    rc = name_durably(keyring, file, e);
    if (rc)
        file_release(keyring, file);
    else
        *out = file;
    return rc;
}

static enum err_code claim(struct keyring *keyring, struct err *e)
{
    struct slots_file *file = NULL;

    enum err_code rc = writing_begin(keyring, e);
    if (rc)
        return rc;
    rc = file_to_write(keyring, &file, e);
    if (rc == ERR_NONE && !file->has_key)
        rc = err_set(e, ERR_UNAVAILABLE, "no key is given to seal pictures by");
    if (rc == ERR_NONE)
        rc = append(keyring, file, e);
    file_release(keyring, file);
    writing_end(keyring);
    return rc;
}

enum err_code keyring_take(struct keyring *keyring, struct data_key *out, struct err *e)
{
    enum err_code rc = ERR_NONE;

    pthread_mutex_lock(&keyring->lock);
    if (keyring->free_count == 0)
        rc = claim(keyring, e);
    if (rc == ERR_NONE) {
        struct data_key *last = &keyring->free[--keyring->free_count];
        *out = *last;
        explicit_bzero(last, sizeof *last);
    }
    pthread_mutex_unlock(&keyring->lock);
    return rc;
}

void keyring_give_back(struct keyring *keyring, const struct data_key *key)
{
    pthread_mutex_lock(&keyring->lock);
    if (keyring->free_count < CLAIM_MAX)
        keyring->free[keyring->free_count++] = *key;
    pthread_mutex_unlock(&keyring->lock);
}

/* ---- erasing ---- */

static int erase_slot(int fd, uint32_t number, int64_t file_bytes)
{
    static const char empty[SLOT_LEN];
    int why = 0;

    for (int copy = 0; !why && copy < 2; copy++) {
        int64_t at = slot_offset(number) + copy * SLOTS_BLOCK;
        if (at + SLOT_LEN <= file_bytes) /* no longer than it was */
            why = file_write(fd, empty, SLOT_LEN, at);
    }
    return why;
}

static enum err_code erase_in(struct keyring *keyring, const struct slots_file *file,
                              const uint32_t *numbers, size_t count, struct err *e)
{
    struct stat st;
    int why = fstat(file->fd, &st) == 0 ? 0 : errno;

    for (size_t i = 0; !why && i < count; i++) {
        if (numbers[i]) /* 0 is no blob's */
            why = erase_slot(file->fd, numbers[i], st.st_size);
    }
    if (why)
        return err_errno(e, why, "erase keys");
    if (fdatasync(file->fd) != 0) {
        keyring->suspect = true;
        return err_set(e, ERR_UNAVAILABLE, "flush the keyring: %s", strerrordesc_np(errno));
    }
    return ERR_NONE;
}

enum err_code keyring_erase(struct keyring *keyring, const uint32_t *numbers, size_t count,
                            struct err *e)
{
    struct slots_file *file = NULL;

    if (count == 0)
        return ERR_NONE;
    pthread_mutex_lock(&keyring->lock);
    enum err_code rc = writing_begin(keyring, e);
    if (rc == ERR_NONE) {
        rc = file_to_write(keyring, &file, e);
        if (rc == ERR_NONE)
            rc = erase_in(keyring, file, numbers, count, e);
        file_release(keyring, file);
        writing_end(keyring);
    }
    pthread_mutex_unlock(&keyring->lock);
    return rc;
}
