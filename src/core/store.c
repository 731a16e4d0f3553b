#include "core/store.h"
#include "base/clock.h"
#include "base/plant.h"
#include "cache/cache.h"
#include "core/ballast.h"
#include "core/index_copy.h"
#include "core/index_replay.h"
#include "core/journal.h"
#include "core/opened.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const folders[] = { "packs", "tmp", "run", "log" };

/* What an operator may lay into the directory before the store is made, and what a power cut may
 * leave of a store that was being made. */
static bool may_be_there(const char *name)
{
    static const char *const names[] = {
        ".",     "..",  "cameo.ini", "nginx.d", "tls",  "lost+found",     "write.lock",
        "packs", "tmp", "run",       "log",     "keys", "meta.db-journal"
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static enum err_code check_empty(const char *path, struct err *e)
{
    DIR *dir = opendir(path);
    enum err_code rc = ERR_NONE;

    if (!dir)
        return err_errno(e, errno, "open '%s'", path);
    for (struct dirent *entry; rc == ERR_NONE && (entry = readdir(dir)) != NULL;) {
        if (!may_be_there(entry->d_name))
            rc = err_set(e, ERR_CONFLICT, "'%s' is not a store and not empty: it holds '%s'", path,
                         entry->d_name);
    }
    closedir(dir);
    return rc;
}

static enum err_code sync_dir(const char *path, struct err *e)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        return err_errno(e, errno, "sync '%s'", path);
    return ERR_NONE;
}

/* Makes what is missing of the directory; its own name is in the one above. */
static enum err_code make_folders(const char *dir, struct err *e)
{
    char path[PATH_MAX];

    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", dir);
    for (size_t i = 0; i < COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_errno(e, errno, "make '%s'", path);
    }
    snprintf(path, sizeof path, "%s/..", dir);
    enum err_code rc = PLANTED("store-name-sync") ? ERR_NONE : sync_dir(path, e);
    return rc ? rc : sync_dir(dir, e);
}

/* What cannot be looked at is not taken for missing. */
static enum err_code is_there(const char *path, bool *out, struct err *e)
{
    struct stat st;

    *out = stat(path, &st) == 0;
    if (!*out && errno != ENOENT && errno != ENOTDIR)
        return err_errno(e, errno, "look at '%s'", path);
    return ERR_NONE;
}

static enum err_code prepare(const struct store_options *options, struct err *e)
{
    char path[PATH_MAX];
    bool has_folders;
    bool has_index;
    bool has_copy;
    bool exists;
    enum err_code rc;

    if (strlen(options->dir) > PATH_MAX - 64)
        return err_set(e, ERR_INVALID, "the path of the store is too long");
    snprintf(path, sizeof path, "%s/run", options->dir);
    if ((rc = is_there(path, &has_folders, e)))
        return rc;
    snprintf(path, sizeof path, "%s/meta.db", options->dir);
    if ((rc = is_there(path, &has_index, e)))
        return rc;
    if (has_index) /* index and packs are all that a store needs: somebody copied them */
        return has_folders ? ERR_NONE : make_folders(options->dir, e);
    snprintf(path, sizeof path, "%s/packs/index.db", options->dir);
    if ((rc = is_there(path, &has_copy, e)))
        return rc;
    if (has_copy)
        return err_set(e, ERR_NOT_FOUND,
                       "the store at '%s' has lost its meta.db: cameo check --rebuild makes it "
                       "again, cameo restore takes it from a backup",
                       options->dir);
    if (!options->create)
        return err_set(e, ERR_NOT_FOUND, "there is no store at '%s'", options->dir);
    if ((rc = is_there(options->dir, &exists, e)) ||
        (exists && (rc = check_empty(options->dir, e))))
        return rc;
    return make_folders(options->dir, e);
}

static void derive(const uint8_t secret[HASH_LEN], const char *purpose, uint8_t out[HASH_LEN])
{
    struct hash key;

    hmac(secret, bytes_str(purpose), &key);
    memcpy(out, key.at, HASH_LEN);
}

/* One secret per store, made with it; what is derived from it lives as long as the store. */
static enum err_code load_secret(struct store *store, struct meta *meta, struct arena *arena,
                                 struct err *e)
{
    uint8_t secret[HASH_LEN];
    struct bytes value;
    bool found;

    enum err_code rc = meta_setting_get(meta, arena, "secret", &value, &found, e);
    if (rc)
        return rc;
    if (found && value.len != HASH_LEN)
        return err_set(e, ERR_CORRUPT, "the store's secret has %zu bytes", value.len);
    if (found) {
        memcpy(secret, value.at, HASH_LEN);
    } else {
        random_bytes(secret, sizeof secret);
        if ((rc = meta_begin(meta, e)))
            return rc;
        rc = meta_setting_put(meta, "secret", bytes_of((const char *)secret, HASH_LEN), e);
        if (rc == ERR_NONE)
            rc = meta_commit(meta, e);
        if (rc) {
            meta_rollback(meta);
            return rc;
        }
    }
    derive(secret, "content, tenant 1", store->content_key);
    derive(secret, "credentials", store->secret_key);
    derive(secret, "links", store->link_key);
    derive(secret, "signed links", store->signing_key);
    derive(secret, "sessions", store->session_key);
    derive(secret, "audit log", store->audit_key);
    derive(secret, "application forms", store->form_key);
    derive(secret, "sealed blobs", store->seal_id);
    derive(secret, "member_id", store->member_id);
    explicit_bzero(secret, sizeof secret);
    return ERR_NONE;
}

/* The audit log has a first entry from the beginning, so that it is noticed when all are gone. */
static enum err_code begin_audit(struct store *store, struct meta *meta, struct arena *arena,
                                 struct err *e)
{
    struct change_anchor anchor;
    struct err ignored;
    bool found = false;

    enum err_code rc =
        meta_change_anchor_get(meta, arena, store->audit_key, &anchor, &found, &ignored);
    if (rc == ERR_CORRUPT || found) /* `cameo check` says so */
        return ERR_NONE;
    if (rc) {
        *e = ignored;
        return rc;
    }
    if ((rc = meta_begin(meta, e)))
        return rc;
    rc = journal_make(meta, store->audit_key, e);
    if (rc == ERR_NONE)
        rc = meta_commit(meta, e);
    if (rc)
        meta_rollback(meta);
    return rc;
}

/* Under the write lock: two programs may open a new store at the same moment. */
static enum err_code open_meta(struct store *store, struct err *e)
{
    char path[PATH_MAX];
    struct meta *meta = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "open the store");
    snprintf(path, sizeof path, "%s/write.lock", store->dir);
    CLEANUP(closep) int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        return err_errno(e, errno, "lock '%s'", path);

    enum err_code rc = meta_open(store->meta_url, true, &meta, e);
    if (rc == ERR_NONE)
        rc = meta_migrate(meta, e);
    if (rc == ERR_NONE)
        rc = index_replay(store->dir, store->meta_url, meta, e);
    if (rc == ERR_NONE)
        rc = load_secret(store, meta, arena, e);
    if (rc == ERR_NONE)
        rc = begin_audit(store, meta, arena, e);
    if (rc == ERR_NONE)
        rc = sync_dir(store->dir, e);
    if (rc == ERR_NONE)
        index_copy_begin(store->dir, meta);
    meta_close(meta);
    return rc;
}

static enum err_code open_issuer(struct store *store, struct err *e)
{
    const struct settings *settings = store->settings;
    struct jwt_keys_options options = { .source = settings->oidc_jwks,
                                        .age_max_seconds = settings->oidc_keys_seconds };

    return jwt_keys_open(&options, &store->issuer_keys, e);
}

static enum err_code open_boxes(struct store *store, struct err *e)
{
    const struct settings *settings = store->settings;
    struct box_options options = {
        .pictures_max = settings->box_pictures_max,
        .memory_max = settings->box_memory_max,
        .cpu_seconds = settings->box_cpu_seconds,
        .seconds = settings->box_seconds,
        .unconfined = settings->box_unconfined,
        .background = store->background,
    };

    return boxes_new(&options, &store->boxes, e);
}

/* Plain and sealed renditions lie apart, so that one kind can go as a whole. */
void cache_dir(const struct store *store, bool sealed, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s", store->dir, sealed ? "sealed" : "cache");
}

/* Without `encryption` only what is there already is opened: pictures from when it was on. */
static enum err_code open_keys(struct store *store, struct err *e)
{
    const struct settings *settings = store->settings;
    char dir[PATH_MAX];
    struct err why = { 0 };

    store->key_source = (struct key_origin){ .text = settings->encryption_key,
                                             .file = settings->encryption_key_file };
    if (settings->encryption && !settings->encryption_key.len && !settings->encryption_key_file.len)
        return err_set(e, ERR_INVALID,
                       "encryption is on and no key is given: set encryption_key_file");
    snprintf(dir, sizeof dir, "%s/keys", store->dir);
    enum err_code rc =
        keyring_open(dir, &store->key_source, settings->encryption, &store->keyring, &why);
    if (!settings->encryption && rc == ERR_NOT_FOUND)
        return ERR_NONE;
    if (rc == ERR_NONE && settings->encryption)
        rc = sync_dir(store->dir, &why); /* the folder's name */
    if (rc) {
        *e = why;
        return err_context(e, "encryption");
    }
    blob_use_keys(store->blobs, store->keyring, store->seal_id);
    return ERR_NONE;
}

static enum err_code open_cache(struct store *store, struct err *e)
{
    const struct settings *settings = store->settings;
    uint8_t key[SEAL_KEY];
    char dir[PATH_MAX];
    struct cache_options options = { .dir = dir,
                                     .bytes_max = settings->cache_bytes_max,
                                     .age_max_us = settings->cache_seconds * SECOND_US };

    if (settings->cache_bytes_max == 0)
        return ERR_NONE;
    cache_dir(store, settings->encryption, dir);
    if (settings->encryption) {
        enum err_code rc = keyring_own(store->keyring, "renditions", key, e);
        if (rc)
            return rc;
        options.sealer = keyring_sealer(store->keyring);
        options.key = key;
    }
    enum err_code rc = cache_open(&options, &store->renditions, e);
    explicit_bzero(key, sizeof key);
    return rc;
}

enum err_code store_start_boxes(struct store *store, struct err *e)
{
    return boxes_start(store->boxes, e);
}

static bool is_limited(const struct settings *settings)
{
    return settings->rate_requests || settings->operating_seconds;
}

enum err_code store_open(const struct store_options *options, struct store **out, struct err *e)
{
    char url[PATH_MAX];

    enum err_code rc = prepare(options, e);
    if (rc)
        return rc;
    CLEANUP(store_closep) struct store *store = calloc(1, sizeof *store);
    if (!store)
        return err_set(e, ERR_NO_MEMORY, "store");
    store->settings = options->settings;
    store->background = options->background;
    store->blobs = options->blobs;
    if (store->settings->oidc_issuer.len && (rc = open_issuer(store, e)))
        return rc;
    pthread_mutex_init(&store->cache_lock, NULL);
    pthread_mutex_init(&store->hash_lock, NULL);
    drawings_init(&store->drawings);
    random_bytes(store->cache_key, sizeof store->cache_key);
    if (!(store->dir = strdup(options->dir)) ||
        asprintf(&store->meta_url, "sqlite:%s/meta.db", options->dir) < 0)
        return err_set(e, ERR_NO_MEMORY, "store");

    snprintf(url, sizeof url, "packs:%s/packs", store->dir);
    if ((rc = open_meta(store, e)) || (!store->blobs && (rc = blob_open(url, &store->blobs, e))) ||
        (rc = open_keys(store, e)) || (rc = generation_open(store->dir, &store->generation, e)) ||
        (rc = damage_open(store->dir, &store->damage, e)) ||
        (is_limited(store->settings) && (rc = limiter_open(store->dir, &store->limiter, e))) ||
        (rc = open_boxes(store, e)) || (rc = open_cache(store, e)) ||
        (rc = writer_open(store, &store->writer, e)))
        return rc;
    ballast_fill(store->dir);
    *out = TAKE(store);
    return ERR_NONE;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    writer_close(store->writer);
    blob_close(store->blobs);
    generation_close(store->generation);
    damage_close(store->damage);
    limiter_close(store->limiter);
    jwt_keys_close(store->issuer_keys);
    pthread_mutex_destroy(&store->cache_lock);
    pthread_mutex_destroy(&store->hash_lock);
    drawings_done(&store->drawings);
    boxes_free(store->boxes);
    cache_close(store->renditions);
    keyring_close(store->keyring);
    free(store->meta_url);
    free(store->dir);
    explicit_bzero(store, sizeof *store);
    free(store);
}

void store_closep(struct store **store)
{
    store_close(*store);
    *store = NULL;
}

const char *store_dir(const struct store *store)
{
    return store->dir;
}

enum err_code core_open(struct store *store, bool may_block, struct core **out, struct err *e)
{
    CLEANUP(core_closep) struct core *core = calloc(1, sizeof *core);

    if (!core)
        return err_set(e, ERR_NO_MEMORY, "a way into the store");
    core->store = store;
    core->may_block = may_block;
    core->keeps = !may_block;
    core->users = arena_new(1 << 20);
    if (!core->users)
        return err_set(e, ERR_NO_MEMORY, "a way into the store");
    enum err_code rc = meta_open(store->meta_url, false, &core->meta, e);
    if (rc)
        return rc;
    meta_on_damage(core->meta, damage_in_index, store->damage);
    if (store->background)
        meta_keep_little(core->meta);
    *out = TAKE(core);
    return ERR_NONE;
}

static void end_snapshot(struct core *core)
{
    if (core->generation)
        meta_end_read(core->meta);
    core->generation = 0;
}

enum err_code core_look(struct core *core, struct err *e)
{
    if (!core->keeps)
        return ERR_NONE; /* each statement sees what is committed when it begins */

    uint64_t now = generation_now(core->store->generation);
    if (core->generation && core->generation == now)
        return ERR_NONE;
    end_snapshot(core);
    if (!now)
        return ERR_NONE; /* somebody is committing: nothing to keep */
    enum err_code rc = meta_begin_read(core->meta, e);
    if (rc == ERR_NONE)
        core->generation = now;
    return rc;
}

void core_rest(struct core *core)
{
    end_snapshot(core);
    core->keeps = !core->may_block;
}

void core_keep(struct core *core)
{
    core->keeps = true;
}

void core_close(struct core *core)
{
    if (!core)
        return;
    core_rest(core);
    meta_close(core->meta);
    arena_free(core->users);
    opened_free(core->opened);
    explicit_bzero(&core->link_keys, sizeof core->link_keys);
    free(core);
}

void core_closep(struct core **core)
{
    core_close(*core);
    *core = NULL;
}

void core_hold_opened(struct core *core, size_t bytes_max)
{
    core->opened_bytes_max = bytes_max;
}

uint64_t core_generation(const struct core *core)
{
    return generation_now(core->store->generation);
}

void core_act_for(struct core *core, const struct principal *principal)
{
    core->acting = *principal;
}

bool core_may_block(const struct core *core)
{
    return core->may_block;
}

bool core_would_decode(struct core *core)
{
    bool would = core->would_decode;

    core->would_decode = false;
    return would;
}

const struct settings *core_settings(const struct core *core)
{
    return core->store->settings;
}

struct limiter *core_limiter(const struct core *core)
{
    return core->store->limiter;
}

enum err_code core_write_all(struct core *core, struct write *const *list, size_t count,
                             struct err *e)
{
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a write waits for the disk");
    return writer_do_all(core->store->writer, list, count, e);
}

enum err_code core_write(struct core *core, struct write *w, struct err *e)
{
    return core_write_all(core, &w, 1, e);
}
