/* core/store.h - what the files of core/ share; nobody else includes it. */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "blob/blob.h"
#include "core/core.h"
#include "core/damage.h"
#include "core/drawings.h"
#include "core/generation.h"
#include "core/limiter.h"
#include "core/signed_link_text.h"
#include "core/writer.h"
#include "image/box.h"
#include "jwt/jwt.h"
#include "meta/meta.h"
#include "seal/keyring.h"

#include <limits.h>
#include <pthread.h>

struct cache;
struct opened;

/* Verified credentials of this process, by a keyed hash of what was presented. An entry counts only
 * for the access version it was verified under. */
#define ACCESS_CACHE_SIZE 1024
#define ACCESS_CACHE_US   (60 * SECOND_US)

struct access_entry {
    struct hash key;
    int64_t access_version; /* 0: empty */
    int64_t until_us;
    struct principal principal;
};

struct store {
    char *dir;
    char *meta_url;
    const struct settings *settings;
    bool background; /* see struct store_options */
    struct blob_store *blobs;
    struct key_origin key_source; /* borrowed from the settings */
    struct keyring *keyring;      /* NULL: nothing was ever sealed */
    struct generation *generation;
    struct limiter *limiter; /* NULL: no limit is set */
    struct writer *writer;
    struct damage *damage;

    /* derived from the store's secret, one per purpose */
    uint8_t content_key[HASH_LEN]; /* hashes of picture bytes */
    uint8_t secret_key[HASH_LEN];  /* hashes of credentials */
    uint8_t link_key[HASH_LEN];    /* links */
    uint8_t signing_key[HASH_LEN]; /* keys of signed links */
    uint8_t session_key[HASH_LEN]; /* what a page must know of its session */
    uint8_t audit_key[HASH_LEN];   /* the end of the audit log */
    uint8_t form_key[HASH_LEN];    /* forms that ask a user to let an application in */
    uint8_t seal_id[HASH_LEN];     /* no key: what sealed bytes are bound to this store by */
    uint8_t member_id[HASH_LEN];   /* no key: what applications know this store by */
    struct jwt_keys *issuer_keys;  /* NULL: no issuer is set */

    uint8_t cache_key[HASH_LEN]; /* random, of this process */
    pthread_mutex_t cache_lock;
    struct access_entry cache[ACCESS_CACHE_SIZE];
    pthread_mutex_t hash_lock; /* passwords are hashed one at a time: 19 MiB and 30 ms each */

    struct drawings drawings;
    struct boxes *boxes;
    struct cache *renditions; /* NULL: none are kept */
};

#define USER_CACHE_SIZE 64

struct core {
    struct store *store;
    struct meta *meta;
    bool may_block;
    bool would_decode;       /* see core_would_decode */
    bool keeps;              /* see core_keep; the event loop does always */
    struct principal acting; /* see core_act_for */

    uint64_t generation;    /* of the snapshot that is open; 0: none is */
    uint64_t access_looked; /* generation at which access_version was read */
    int64_t access_version; /* of users and credentials then */
    struct link_keys link_keys;
    uint64_t links_looked; /* generation at which they were read */
    struct arena *users;   /* text of cached_users */
    struct user cached_users[USER_CACHE_SIZE];
    bool user_is_cached[USER_CACHE_SIZE];

    struct opened *opened; /* NULL until the first that can be held */
    size_t opened_bytes_max;
    uint64_t erased_looked; /* generation at which nothing held was erased */
};

/* Where renditions are kept, plain or sealed. */
void cache_dir(const struct store *store, bool sealed, char out[PATH_MAX]);

/* Before anything is read: what is read from here on is not older than this moment. On the event
 * loop, and after core_keep, one snapshot stays open until something is committed (see core_rest),
 * for its locks cost as much as a look-up. */
enum err_code core_look(struct core *core, struct err *e) MUST_CHECK;

/* Has any user or credential changed? Then forgets the cached users. */
enum err_code access_refresh(struct core *core, struct err *e) MUST_CHECK;

/* Says, within a transaction, that users or credentials changed. */
enum err_code access_changed(struct meta *meta, struct err *e) MUST_CHECK;

/* True when the comma list `scopes` holds `wanted`, in any case. */
bool access_has_scope(struct bytes scopes, struct bytes wanted);

/* A secret that nobody can guess, beginning as that kind's do; `.at` NULL when out of memory. */
struct bytes credential_secret(struct arena *arena, enum credential_kind kind) MUST_CHECK;

/* Runs a write on this core; ERR_BLOCKS on the event loop. */
enum err_code core_write(struct core *core, struct write *w, struct err *e) MUST_CHECK;
/* … and many: see writer_do_all. */
enum err_code core_write_all(struct core *core, struct write *const *list, size_t count,
                             struct err *e) MUST_CHECK;

#endif
