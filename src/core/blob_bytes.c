#include "core/blob_bytes.h"
#include "blob/zip.h"
#include "core/opened.h"

#include <stdlib.h>

static struct blob_identity identity_of(struct bytes hash, int64_t plain_bytes)
{
    struct blob_identity of = { .tenant = TENANT_DEFAULT, .plain_bytes = plain_bytes };

    if (hash.len == HASH_LEN)
        memcpy(of.hash.at, hash.at, HASH_LEN);
    return of;
}

struct blob_place place_of_row(const struct blob_row *row)
{
    return (struct blob_place){ .volume = row->volume,
                                .offset = row->offset,
                                .stored_bytes = row->stored_bytes,
                                .checksums = row->checksums,
                                .flags = row->flags,
                                .key_no = row->key_no,
                                .of = identity_of(row->hash, row->plain_bytes) };
}

struct blob_place place_of_picture(const struct picture *picture)
{
    return (struct blob_place){
        .volume = picture->volume,
        .offset = picture->offset,
        .stored_bytes = picture->stored_bytes,
        .checksums = picture->checksums,
        .flags =
            (uint8_t)((picture->encrypted ? BLOB_SEALED : 0) | (picture->zipped ? BLOB_ZIPPED : 0)),
        .key_no = picture->key_no,
        .of = identity_of(picture->hash, picture->size_bytes),
    };
}

/* ---- on their way in ---- */

/* The others are packed already. */
static bool may_pay(enum picture_type type)
{
    return type == PICTURE_BMP || type == PICTURE_TIFF;
}

enum err_code bytes_prepare(struct store *store, struct arena *arena, enum picture_type type,
                            struct blob_write *w, struct err *e)
{
    w->plain_bytes = (int64_t)w->stored.len;
    w->flags = 0;
    w->key_no = 0;
    if (store->settings->zip && may_pay(type) && zip_pack(arena, w->stored, &w->stored))
        w->flags = BLOB_ZIPPED;

    uint8_t sealed = store->settings->encryption ? BLOB_SEALED : 0;
    size_t len = blob_checksums_len((int64_t)w->stored.len, sealed);
    char *checksums = arena_alloc(arena, len);
    char *out = sealed ? arena_alloc(arena, w->stored.len) : NULL;
    if (!checksums || (sealed && !out))
        return err_set(e, ERR_NO_MEMORY, "store a picture");
    if (sealed)
        return blob_seal(store->blobs, w, out, checksums, e);
    blob_checksums(w->stored, checksums);
    w->checksums = bytes_of(checksums, len);
    return ERR_NONE;
}

/* ---- on their way out ---- */

static enum err_code unzip(struct store *store, const struct blob_place *place, bool may_block,
                           char *out, struct err *e)
{
    CLEANUP(freep) char *zipped = malloc((size_t)place->stored_bytes);

    if (!zipped)
        return err_set(e, ERR_NO_MEMORY, "unzip a picture");
    enum err_code rc =
        blob_read(store->blobs, place, 0, zipped, (size_t)place->stored_bytes, may_block, e);
    return rc ? rc
              : zip_unpack(bytes_of(zipped, (size_t)place->stored_bytes), out,
                           (size_t)place->of.plain_bytes, e);
}

enum err_code bytes_read(struct store *store, const struct blob_place *place, char *out,
                         struct err *e)
{
    if (place->flags & BLOB_ZIPPED)
        return unzip(store, place, true, out, e);
    return blob_read(store->blobs, place, 0, out, (size_t)place->stored_bytes, true, e);
}

bool bytes_are_locked(struct store *store, const struct blob_row *row)
{
    uint8_t key[SEAL_KEY];
    struct err why = { 0 };

    if (!(row->flags & BLOB_SEALED))
        return false;
    enum err_code rc = store->keyring ? keyring_find(store->keyring, row->key_no, true, key, &why)
                                      : ERR_UNAVAILABLE;
    explicit_bzero(key, sizeof key);
    return rc == ERR_UNAVAILABLE;
}

struct blob_source {
    struct source base; /* first */
    struct store *store;
    struct opened *opened; /* NULL: what is opened is not held */
    struct arena *arena;
    int64_t blob_id;
    struct blob_place place;
    char *plain; /* of a zipped one, once it was asked for */
};

static bool lies_within(const struct source *source, uint64_t offset, size_t len)
{
    return offset <= source->size && len <= source->size - offset;
}

static enum err_code note_damage(const struct blob_source *s, enum err_code rc, struct err *e)
{
    if (rc == ERR_CORRUPT)
        damage_found(s->store->damage, s->blob_id, e);
    return rc;
}

/* Opens the whole of it into memory, when it is worth it; damage is for a read to tell. */
static const char *hold(struct blob_source *s)
{
    struct err ignored = { 0 };
    char *made = opened_make(s->opened, &s->place.of.hash, s->base.size);

    if (!made)
        return NULL;
    enum err_code rc =
        s->place.flags & BLOB_ZIPPED
            ? unzip(s->store, &s->place, false, made, &ignored)
            : blob_read(s->store->blobs, &s->place, 0, made, s->base.size, false, &ignored);
    if (rc)
        return NULL;
    opened_keep(s->opened);
    return made;
}

static const char *view_opened(struct source *source, uint64_t offset, size_t len)
{
    struct blob_source *s = (struct blob_source *)source;

    if (!s->opened || !lies_within(source, offset, len))
        return NULL;
    const char *at = opened_find(s->opened, &s->place.of.hash, s->base.size);
    if (!at)
        at = hold(s);
    return at ? at + offset : NULL;
}

/* The event loop alone: what may wait is on another thread. */
static bool read_opened(struct blob_source *s, uint64_t offset, char *out, size_t len,
                        bool may_block)
{
    const char *at = may_block ? NULL : view_opened(&s->base, offset, len);

    if (at)
        memcpy(out, at, len);
    return at;
}

static enum err_code read_source(struct source *source, uint64_t offset, char *out, size_t len,
                                 bool may_block, struct err *e)
{
    struct blob_source *s = (struct blob_source *)source;

    if (!lies_within(source, offset, len))
        return err_set(e, ERR_INTERNAL, "read behind the end of a picture");
    if (read_opened(s, offset, out, len, may_block))
        return ERR_NONE;
    enum err_code rc =
        blob_read(s->store->blobs, &s->place, (int64_t)offset, out, len, may_block, e);
    return note_damage(s, rc, e);
}

static const char *view_source(struct source *source, uint64_t offset, size_t len)
{
    struct blob_source *s = (struct blob_source *)source;

    if (!lies_within(source, offset, len))
        return NULL;
    return blob_view(s->store->blobs, &s->place, (int64_t)offset, len);
}

#define UNZIPPED_AT_ONCE (256 << 10) /* bytes that an event loop has time for */

static enum err_code read_zipped(struct source *source, uint64_t offset, char *out, size_t len,
                                 bool may_block, struct err *e)
{
    struct blob_source *s = (struct blob_source *)source;

    if (!lies_within(source, offset, len))
        return err_set(e, ERR_INTERNAL, "read behind the end of a picture");
    if (read_opened(s, offset, out, len, may_block))
        return ERR_NONE;
    if (!s->plain && !may_block && source->size > UNZIPPED_AT_ONCE)
        return err_set(e, ERR_BLOCKS, "a picture is to be unzipped");
    if (!s->plain) {
        char *plain = arena_alloc(s->arena, (size_t)source->size);
        if (!plain)
            return err_set(e, ERR_NO_MEMORY, "unzip a picture");
        enum err_code rc = unzip(s->store, &s->place, may_block, plain, e);
        if (rc)
            return note_damage(s, rc, e);
        s->plain = plain;
    }
    memcpy(out, s->plain + offset, len);
    return ERR_NONE;
}

/* What was erased is not to lie in memory either. */
static struct opened *opened_of(struct core *core)
{
    uint64_t erased = generation_erased(core->store->generation);

    if (!core->opened && core->opened_bytes_max >= OPENED_MAX)
        core->opened = opened_new(core->opened_bytes_max);
    if (core->opened && (!erased || erased != core->erased_looked))
        opened_forget(core->opened);
    core->erased_looked = erased;
    return core->opened;
}

struct source *bytes_source(struct core *core, struct arena *arena, int64_t blob_id,
                            const struct blob_place *place)
{
    struct blob_source *s = arena_alloc(arena, sizeof *s);

    if (!s)
        return NULL;
    *s = (struct blob_source){
        .store = core->store, .arena = arena, .blob_id = blob_id, .place = *place
    };
    s->base.size = (uint64_t)place->of.plain_bytes;
    s->base.read = place->flags & BLOB_ZIPPED ? read_zipped : read_source;
    s->base.view = place->flags ? view_opened : view_source;
    if (place->flags && place->of.plain_bytes <= (int64_t)OPENED_MAX)
        s->opened = opened_of(core);
    return &s->base;
}
