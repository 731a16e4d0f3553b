/* meta/change.h - the audit log and the history of records: entries (struct change) and the rows
 * that each change touched, as they were before (struct change_row).
 *
 * Triggers note the rows, whoever writes; the writer enters the change when its rows are made. All
 * failures as in meta/meta.h; writes belong between meta_begin and meta_commit.
 */
#ifndef META_CHANGE_H
#define META_CHANGE_H

#include "base/crypto.h"
#include "meta/meta.h"
#include "model/change.h"

enum change_table {
    CHANGE_OF_RECORD = 1,
    CHANGE_OF_MEMBERS = 2,
    CHANGE_OF_FIELDS = 3,
    CHANGE_OF_PICTURE = 4,
    CHANGE_OF_LINK = 5,
};

/* Which row it is. */
struct change_key {
    enum change_table table;
    int64_t owner; /* a record's kind << 32 | id; of a picture its id */
    int64_t part;  /* of a link its role << 32 | rank, else 0 */
};

static inline int64_t change_owner(enum record_kind kind, int32_t id)
{
    return (int64_t)kind << 32 | id;
}
static inline enum record_kind change_owner_kind(int64_t owner)
{
    return (enum record_kind)(owner >> 32);
}
static inline int32_t change_owner_id(int64_t owner)
{
    return (int32_t)(owner & 0xFFFFFFFF);
}

struct change_row {
    int64_t change_id;
    int32_t seq; /* 1, 2, 3 … within the change */
    struct change_key key;
    int64_t blob_id;     /* the bytes it holds for the picture it was; 0: none */
    bool was_there;      /* false: the change made the row */
    bool is_erased;      /* how it was is not known any more */
    struct bytes before; /* see change_values.h; members and fields as they are */
};

/* The newest entry; id 0 when there is none. */
struct change_end {
    int64_t id;
    struct hash hash;
};
enum err_code meta_change_end(struct meta *meta, int32_t tenant, struct change_end *out,
                              struct err *e) MUST_CHECK;

/* Enters *change (id, rows and an unset subject are found here) with the rows that were made since
 * the newest entry, and moves *end on to it. Nothing when there are no such rows and the change is
 * one that has history, or none. With `keep_rows` false the rows go, and with them the bytes they
 * hold; with `keep_entry` false, too, nothing stays at all. */
enum err_code meta_change_enter(struct meta *meta, int32_t tenant, const struct change *change,
                                bool keep_rows, bool keep_entry, struct change_end *end,
                                struct err *e) MUST_CHECK;

/* Signs the newest entry in the place of the one that was it before (0: none), so that the log's
 * end cannot be cut off. */
enum err_code meta_change_sign(struct meta *meta, int32_t tenant, int64_t before,
                               const struct change_end *end, const uint8_t key[HASH_LEN],
                               struct err *e) MUST_CHECK;

/* What of the log is still there, signed as well. */
struct change_anchor {
    int64_t first_id;   /* the oldest entry */
    struct hash before; /* the hash of the one before it */
    int64_t rows_from;  /* rows of older changes have been forgotten */
};
enum err_code meta_change_anchor_get(struct meta *meta, struct arena *arena,
                                     const uint8_t key[HASH_LEN], struct change_anchor *out,
                                     bool *found, struct err *e) MUST_CHECK; /* ERR_CORRUPT */
enum err_code meta_change_anchor_put(struct meta *meta, const uint8_t key[HASH_LEN],
                                     const struct change_anchor *anchor, struct err *e) MUST_CHECK;

/* Reading. */
enum err_code meta_change_find(struct meta *meta, struct arena *arena, int32_t tenant, int64_t id,
                               struct change *out, bool *found, struct err *e) MUST_CHECK;
/* Above `after_id`, oldest first. */
enum err_code meta_change_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t after_id, size_t limit, struct change **out, size_t *count,
                               struct err *e) MUST_CHECK;
/* Those with history, below `before_id`, newest first. */
enum err_code meta_change_recent(struct meta *meta, struct arena *arena, int32_t tenant,
                                 int64_t before_id, size_t limit, struct change **out,
                                 size_t *count, struct err *e) MUST_CHECK;
/* Of those, what touched a record: its rows, its links, and pictures that hang on it or did. */
enum err_code meta_change_of_record(struct meta *meta, struct arena *arena, int32_t tenant,
                                    enum record_kind kind, int32_t record_id, int64_t before_id,
                                    size_t limit, struct change **out, size_t *count,
                                    struct err *e) MUST_CHECK;
/* In the order they were made; none when they were not kept or have been forgotten. */
enum err_code meta_change_rows(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t change_id, struct change_row **out, size_t *count,
                               struct err *e) MUST_CHECK;
/* What a list shows of a change: whether its rows are known, and how the picture `picture_id` was
 * called before, where it was there. */
struct change_summary {
    bool is_kept;
    struct bytes name; /* in the arena; `.at` NULL: the change did not change such a picture */
    struct bytes description;
};
enum err_code meta_change_summary(struct meta *meta, struct arena *arena, int32_t tenant,
                                  int64_t change_id, int64_t picture_id, struct change_summary *out,
                                  struct err *e) MUST_CHECK;
/* The picture of a link that was there; 0: not readable. */
int32_t meta_change_linked(const struct change_row *row);
/* The newest change behind `after_id` that touched the row and was not undone itself; 0: none. */
enum err_code meta_change_later(struct meta *meta, int32_t tenant, const struct change_key *key,
                                int64_t after_id, int64_t *out, struct err *e) MUST_CHECK;
/* Undoing (meta/change_undo.c). Puts the row back as it was; a picture with other bytes than now
 * has a new version, for what was kept under the former one must not show it; updated_… of pictures
 * and records are `now_us` and `user_id`. */
enum err_code meta_change_restore(struct meta *meta, struct arena *arena, int32_t tenant,
                                  const struct change_row *row, int64_t now_us, int32_t user_id,
                                  struct err *e) MUST_CHECK;
/* A row that contradicts another after rows were put back: *found, and the key of the row that has
 * to do with it. */
enum err_code meta_change_misfit(struct meta *meta, int32_t tenant, const struct change_key *key,
                                 struct change_key *out, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_picture_touch(struct meta *meta, int32_t tenant, int32_t id, int64_t now_us,
                                 int32_t user_id, struct err *e) MUST_CHECK;

/* Forgetting (meta/change_forget.c). */
/* Rows of at most `limit` changes made before `rows_before_us` go, the bytes they hold are dead
 * since `now_us`; then entries made before `entries_before_us` of which there are no rows, but
 * never the newest. *anchor moves on. *more: there may be further ones. */
enum err_code meta_change_forget(struct meta *meta, int32_t tenant, int64_t rows_before_us,
                                 int64_t entries_before_us, int64_t now_us, size_t limit,
                                 struct change_anchor *anchor, bool *more,
                                 struct err *e) MUST_CHECK;
/* Whether there is anything for it to do. */
enum err_code meta_change_has_old(struct meta *meta, int32_t tenant, int64_t rows_before_us,
                                  int64_t entries_before_us, bool *out, struct err *e) MUST_CHECK;

/* The pictures that hang on a record or did, as far as history knows. */
enum err_code meta_change_pictures(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, int32_t record_id, int32_t **out,
                                   size_t *count, struct err *e) MUST_CHECK;
/* The variations of a product, and those that went while they were. */
enum err_code meta_change_children(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t parent_id, int32_t **out, size_t *count,
                                   struct err *e) MUST_CHECK;
/* How all rows with that table and owner were is known no more; the bytes they hold are dead since
 * `now_us`. The change that is being made names each once. */
enum err_code meta_change_erase(struct meta *meta, int32_t tenant, enum change_table table,
                                int64_t owner, int64_t now_us, struct err *e) MUST_CHECK;
/* The texts of entries about that user and his keys. */
enum err_code meta_change_erase_user(struct meta *meta, int32_t tenant, int32_t user_id,
                                     struct err *e) MUST_CHECK;

/* Checking (meta/change_check.c): every hash, every entry and row that should be there, and none
 * that should not. */
enum err_code meta_change_check(struct meta *meta, int32_t tenant, const uint8_t key[HASH_LEN],
                                void (*problem)(void *context, const char *line), void *context,
                                struct err *e) MUST_CHECK;

#endif
