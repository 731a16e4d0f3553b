/* seal/keyring_file.h - what the files of the keyring share; inside seal/. */
#ifndef SEAL_KEYRING_FILE_H
#define SEAL_KEYRING_FILE_H

#include "seal/keyring.h"
#include "seal/slots.h"

#include <pthread.h>
#include <sys/types.h>

#define CLAIM_PAIRS_MAX 4 /* 256 keys */
#define CLAIM_MAX       (CLAIM_PAIRS_MAX * SLOTS_OF_BLOCK)

/* The file as it was opened; another takes its place when the keys are wrapped anew. */
struct slots_file {
    int fd;
    dev_t dev;
    ino_t ino;
    uint64_t generation; /* one more than the one before it in this process */
    bool is_named;       /* its name is known to be durable */
    uint8_t id[KEY_ID_LEN];
    bool has_key;          /* of the source */
    uint8_t key[SEAL_KEY]; /* what the slots are under */
    size_t users;          /* and the keyring itself */
};

struct keyring {
    int dir;
    int lock_fd;
    const struct key_origin *source;
    struct sealer *sealer;

    pthread_mutex_t file_lock; /* of `file` and its users */
    struct slots_file *file;

    pthread_mutex_t lock; /* of what follows, and of writing */
    struct data_key free[CLAIM_MAX];
    size_t free_count;
    size_t next_pairs; /* to be claimed: the more the longer we write */
    bool suspect;      /* a flush failed: nothing more is written to this file */
};

struct slots_file *file_borrow(struct keyring *keyring);
void file_release(struct keyring *keyring, struct slots_file *file);

/* Opens what has the name now, when it is another. */
enum err_code file_refresh(struct keyring *keyring, struct err *e) MUST_CHECK;
uint64_t file_generation(struct keyring *keyring);
enum err_code file_open(struct keyring *keyring, struct slots_file **out, struct err *e) MUST_CHECK;
void file_replace(struct keyring *keyring, struct slots_file *file);

void key_id(const uint8_t key[SEAL_KEY], uint8_t id[KEY_ID_LEN]);

/* The slot or its copy. ERR_CORRUPT: neither has a key; ERR_BLOCKS as keyring_find. */
enum err_code slot_load(int fd, uint32_t number, bool may_block, uint8_t wrapped[SEAL_WRAPPED],
                        struct err *e) MUST_CHECK;
bool slot_has_both(int fd, uint32_t number);

/* Writing: keyring->lock must be held. The lock between processes, and the file that is current. */
enum err_code writing_begin(struct keyring *keyring, struct err *e) MUST_CHECK;
void writing_end(struct keyring *keyring);
/* The current file, borrowed; a new one in its place when a flush of it failed. */
enum err_code file_to_write(struct keyring *keyring, struct slots_file **out,
                            struct err *e) MUST_CHECK;
/* All of it, or the errno. */
int file_write(int fd, const char *at, size_t len, int64_t offset) MUST_CHECK;
/* Puts a new file into the place of `old` (NULL: there is none), under `key`. */
enum err_code file_rewrite(struct keyring *keyring, struct slots_file *old,
                           const uint8_t key[SEAL_KEY], struct keyring_rotated *out,
                           struct err *e) MUST_CHECK;

#endif
