/* meta/meta.h - records, pictures, links, users, credentials and applications in SQL.
 *
 * A `struct meta` is one connection, used by one thread at a time. Reads see what was committed
 * when their transaction (or, outside one, their statement) began. Writes belong between
 * meta_begin and meta_commit: one writer at a time, over all processes (the caller holds the
 * store's write lock), and durable once meta_commit returns ERR_NONE.
 *
 * All functions: ERR_UNAVAILABLE when the database failed, ERR_FULL when its disk is full,
 * ERR_CONFLICT for a violated key, ERR_CORRUPT when the file is damaged.
 * Text read lives in the given arena. `found` tells what a find found; its output is untouched
 * when it did not.
 */
#ifndef META_META_H
#define META_META_H

#include "base/arena.h"
#include "base/err.h"
#include "model/application.h"
#include "model/event.h"
#include "model/picture.h"
#include "model/principal.h"
#include "model/record_query.h"

struct meta;

/* `url` is scheme:rest, today sqlite:FILE. `writable` connections may write and make the file.
 * sqlite-copy:FILE opens what meta_copy made, to be read only, and leaves nothing beside it. */
enum err_code meta_open(const char *url, bool writable, struct meta **out,
                        struct err *e) MUST_CHECK;
void meta_close(struct meta *meta); /* accepts NULL */

/* From here on this connection keeps little of the database in memory; it reads the slower. */
void meta_keep_little(struct meta *meta);

/* `damaged` is called with each ERR_CORRUPT of this connection; page: which one of the database, 0
 * when that is not known. It may change *why. */
void meta_on_damage(struct meta *meta,
                    void (*damaged)(void *context, int64_t page, struct err *why), void *context);

/* Brings the schema up to this program's version, in one transaction a step.
 * ERR_CONFLICT  the store is newer than this program */
enum err_code meta_migrate(struct meta *meta, struct err *e) MUST_CHECK;

enum err_code meta_begin(struct meta *meta, struct err *e) MUST_CHECK;
enum err_code meta_commit(struct meta *meta, struct err *e) MUST_CHECK;
void meta_rollback(struct meta *meta);

/* A transaction that only reads: everything in it sees one moment. */
enum err_code meta_begin_read(struct meta *meta, struct err *e) MUST_CHECK;
void meta_end_read(struct meta *meta);

/* A part of a transaction that can be taken back alone. */
enum err_code meta_mark(struct meta *meta, struct err *e) MUST_CHECK;
enum err_code meta_keep(struct meta *meta, struct err *e) MUST_CHECK;
enum err_code meta_undo(struct meta *meta, struct err *e) MUST_CHECK;

/* Moves committed pages out of the write-ahead log as far as nobody waits; when the log has grown
 * over 64 MiB, waits for the readers of the moment, so that it begins anew: a quarter of a second
 * at most, for writers wait meanwhile. */
enum err_code meta_checkpoint(struct meta *meta, struct err *e) MUST_CHECK;

/* Writes everything anew without what was deleted, by way of a file in `folder`, and empties the
 * log; outside a transaction. ERR_BUSY: somebody read all the time, the log is not empty. */
enum err_code meta_compact(struct meta *meta, const char *folder, struct err *e) MUST_CHECK;

/* Writes what is committed at one moment of this call into a new file, which is not flushed.
 * Writers go on meanwhile, and what they write stays in the log until it is done. */
enum err_code meta_copy(struct meta *meta, const char *path, struct err *e) MUST_CHECK;

/* Holds every page of the database and its log against its checksum: calls `problem` for each one
 * that is damaged. *bytes: how much was read. */
enum err_code meta_check_pages(struct meta *meta, void (*problem)(void *context, const char *line),
                               void *context, int64_t *bytes, struct err *e) MUST_CHECK;

/* The database's own check of its file: calls `problem` for each finding. */
enum err_code meta_integrity(struct meta *meta, void (*problem)(void *context, const char *line),
                             void *context, struct err *e) MUST_CHECK;

/* Settings of the store itself: small values by name. */
enum err_code meta_setting_get(struct meta *meta, struct arena *arena, const char *name,
                               struct bytes *value, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_setting_put(struct meta *meta, const char *name, struct bytes value,
                               struct err *e) MUST_CHECK;

/* The next `count` ids of a counter: *first and the count - 1 behind it. ERR_TOO_LARGE: used up. */
enum err_code meta_next_id(struct meta *meta, int32_t tenant, const char *counter, int64_t count,
                           int64_t max, int64_t *first, struct err *e) MUST_CHECK;

/* The id the counter would give next; 1 when it has given none. */
enum err_code meta_counter(struct meta *meta, int32_t tenant, const char *counter, int64_t *next,
                           struct err *e) MUST_CHECK;

/* Moves the counter beyond `id`, which was given from outside. */
enum err_code meta_skip_id(struct meta *meta, int32_t tenant, const char *counter, int64_t id,
                           struct err *e) MUST_CHECK;

/* Records. */
enum err_code meta_record_find(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum record_kind kind, int32_t id, struct record *out, bool *found,
                               struct err *e) MUST_CHECK;
enum err_code meta_record_exists(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *exists, struct err *e) MUST_CHECK;
enum err_code meta_record_insert(struct meta *meta, int32_t tenant, const struct record *record,
                                 struct err *e) MUST_CHECK;
/* Everything but kind, id, subtype and created_…; members and fields are apart (below). */
enum err_code meta_record_update(struct meta *meta, int32_t tenant, const struct record *record,
                                 struct err *e) MUST_CHECK;
/* With its members and fields. */
enum err_code meta_record_delete(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *found, struct err *e) MUST_CHECK;
/* What is kept of a record beyond its columns: one text, which is nobody's business here. An empty
 * text is none. */
enum err_code meta_members_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t id, struct bytes *out, bool *found,
                                struct err *e) MUST_CHECK;
enum err_code meta_members_put(struct meta *meta, int32_t tenant, enum record_kind kind, int32_t id,
                               struct bytes members, struct err *e) MUST_CHECK;
/* The same for struct record's fields. */
enum err_code meta_fields_find(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum record_kind kind, int32_t id, struct bytes *out, bool *found,
                               struct err *e) MUST_CHECK;
enum err_code meta_fields_put(struct meta *meta, int32_t tenant, enum record_kind kind, int32_t id,
                              struct bytes fields, struct err *e) MUST_CHECK;
/* The ids of a product's variations. */
enum err_code meta_record_children(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t parent_id, int32_t **out, size_t *count,
                                   struct err *e) MUST_CHECK;
enum err_code meta_record_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               const struct record_query *query, struct record **out, size_t *count,
                               size_t *total, struct err *e) MUST_CHECK;

/* Pictures. Those in ROLE_THUMBNAIL are found by id and by role alone. One without bytes has
 * blob_id 0. */
enum err_code meta_picture_seen(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t record_id, struct picture *out,
                                bool *found, struct err *e) MUST_CHECK;
enum err_code meta_picture_on(struct meta *meta, struct arena *arena, int32_t tenant,
                              enum record_kind kind, int32_t record_id, int32_t id,
                              struct picture *out, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_picture_by_id(struct meta *meta, struct arena *arena, int32_t tenant, int32_t id,
                                 struct picture *out, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_picture_in_role(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, int32_t record_id, enum picture_role role,
                                   struct picture *out, bool *found, struct err *e) MUST_CHECK;
/* Ascending id, above `after_id`; limit 0: all. */
enum err_code meta_picture_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t record_id, int32_t after_id,
                                size_t limit, struct picture **out, size_t *count,
                                struct err *e) MUST_CHECK;
/* Of several records of a kind: those of one record stand together, by ascending id. */
enum err_code meta_picture_list_of(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, const int32_t *record_ids,
                                   size_t record_count, struct picture **out, size_t *count,
                                   struct err *e) MUST_CHECK;
/* As _on and _list, but only id, name, created_us, version, kind, record_id and role: quicker. */
enum err_code meta_picture_label(struct meta *meta, struct arena *arena, int32_t tenant,
                                 enum record_kind kind, int32_t record_id, int32_t id,
                                 struct picture *out, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_picture_labels(struct meta *meta, struct arena *arena, int32_t tenant,
                                  enum record_kind kind, int32_t record_id, int32_t after_id,
                                  struct picture **out, size_t *count, struct err *e) MUST_CHECK;
enum err_code meta_picture_insert(struct meta *meta, int32_t tenant, const struct picture *picture,
                                  struct err *e) MUST_CHECK;
/* Everything but id, created_… and the link. */
enum err_code meta_picture_update(struct meta *meta, int32_t tenant, const struct picture *picture,
                                  struct err *e) MUST_CHECK;
enum err_code meta_picture_delete(struct meta *meta, int32_t tenant, int32_t id,
                                  struct err *e) MUST_CHECK;

/* Links. */
enum err_code meta_link_insert(struct meta *meta, int32_t tenant, enum record_kind kind,
                               int32_t record_id, enum picture_role role, int32_t rank,
                               int32_t picture_id, struct err *e) MUST_CHECK;
enum err_code meta_link_delete(struct meta *meta, int32_t tenant, enum record_kind kind,
                               int32_t record_id, int32_t picture_id, struct err *e) MUST_CHECK;
/* All links of the picture, on whatever record. */
enum err_code meta_link_delete_all(struct meta *meta, int32_t tenant, int32_t picture_id,
                                   struct err *e) MUST_CHECK;
/* How many links the picture has. */
enum err_code meta_link_count(struct meta *meta, int32_t tenant, int32_t picture_id, int64_t *count,
                              struct err *e) MUST_CHECK;
/* All of them, by kind, record and role; of each kind, record_id and role are set. */
enum err_code meta_link_list(struct meta *meta, struct arena *arena, int32_t tenant,
                             int32_t picture_id, struct picture **out, size_t *count,
                             struct err *e) MUST_CHECK;
/* The highest rank in that role, 0 for none. */
enum err_code meta_link_last_rank(struct meta *meta, int32_t tenant, enum record_kind kind,
                                  int32_t record_id, enum picture_role role, int32_t *rank,
                                  struct err *e) MUST_CHECK;

/* Blobs: where bytes lie, and how many pictures use them or rows of history hold them. */
enum blob_state {
    BLOB_LIVE = 1,
    BLOB_DEAD = 2,     /* nothing uses it; revived by the next that brings the same bytes */
    BLOB_REMOVING = 3, /* its bytes are being given back: never revived */
    BLOB_MOVED = 4,    /* the bytes of another row as they were stored before: given back like dead
                          ones, and never found */
};

struct blob_row {
    int64_t id;
    struct bytes hash; /* HASH_LEN bytes */
    int64_t plain_bytes;
    int64_t stored_bytes;
    int32_t volume;
    int64_t offset;
    struct bytes checksums;
    int64_t refs;
    enum blob_state state;
    int64_t dead_us;
    int64_t bad_us;  /* since when its bytes are known to be damaged; 0: they are not */
    uint8_t flags;   /* enum blob_flag of blob/blob.h */
    uint32_t key_no; /* of sealed bytes */
};

/* Live or dead, never one that is being removed. */
enum err_code meta_blob_by_hash(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct bytes hash, struct blob_row *out, bool *found,
                                struct err *e) MUST_CHECK;
enum err_code meta_blob_insert(struct meta *meta, int32_t tenant, const struct blob_row *row,
                               struct err *e) MUST_CHECK;
/* One more picture uses it; a dead one lives again. */
enum err_code meta_blob_ref(struct meta *meta, int32_t tenant, int64_t id,
                            struct err *e) MUST_CHECK;
/* One picture less; the last one leaves it dead since `now_us`. */
enum err_code meta_blob_unref(struct meta *meta, int32_t tenant, int64_t id, int64_t now_us,
                              struct err *e) MUST_CHECK;
/* The same bytes are stored elsewhere, or in another way, from now on, and are good: place,
 * checksums, flags, key. */
enum err_code meta_blob_move(struct meta *meta, int32_t tenant, const struct blob_row *row,
                             struct err *e) MUST_CHECK;
/* Marks at most `limit` blobs dead before `before_us` as being removed and returns all that are. */
enum err_code meta_blob_remove_begin(struct meta *meta, struct arena *arena, int32_t tenant,
                                     int64_t before_us, size_t limit, struct blob_row **out,
                                     size_t *count, struct err *e) MUST_CHECK;
/* With its appearance. */
enum err_code meta_blob_remove_end(struct meta *meta, int32_t tenant, int64_t id,
                                   struct err *e) MUST_CHECK;
/* Every blob by ascending id, above `after_id`; for `cameo check`. */
enum err_code meta_blob_walk(struct meta *meta, struct arena *arena, int32_t tenant,
                             int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                             struct err *e) MUST_CHECK;
/* As meta_blob_walk, but only id, hash, stored_bytes, volume, offset and checksums, which every
 * schema has: for copies of former ones, too. Without bytes as they were stored before. */
enum err_code meta_blob_places(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                               struct err *e) MUST_CHECK;
/* Says that its bytes are damaged since `bad_us`, or with 0 that they are not any more. */
enum err_code meta_blob_set_bad(struct meta *meta, int32_t tenant, int64_t id, int64_t bad_us,
                                struct err *e) MUST_CHECK;
/* Those with damaged bytes, as meta_blob_walk. */
enum err_code meta_blob_bad(struct meta *meta, struct arena *arena, int32_t tenant,
                            int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                            struct err *e) MUST_CHECK;
enum err_code meta_blob_by_id(struct meta *meta, struct arena *arena, int32_t tenant, int64_t id,
                              struct blob_row *out, bool *found, struct err *e) MUST_CHECK;

/* What pictures look like: with their blob, and gone with it. */
enum appearance_state {
    APPEARANCE_NONE = 0, /* no row: nobody has looked yet */
    APPEARANCE_MADE = 1,
    APPEARANCE_IMPOSSIBLE = 2, /* its pixels cannot be decoded */
};

struct appearance_row {
    int64_t blob_id;
    enum appearance_state state;
    int32_t made_by; /* version of the part that looked */
    struct appearance appearance;
};

/* In the place of what is there of the blob; nothing where the blob is gone or being removed. */
enum err_code meta_appearance_put(struct meta *meta, int32_t tenant,
                                  const struct appearance_row *row, struct err *e) MUST_CHECK;
enum err_code meta_appearance_find(struct meta *meta, int32_t tenant, int64_t blob_id,
                                   struct appearance_row *out, bool *found,
                                   struct err *e) MUST_CHECK;
/* Blobs above `after_id`, ascending, at most `limit`, of which there is none made by a version of
 * at least `made_by`; not those that are being removed. */
enum err_code meta_appearance_missing(struct meta *meta, struct arena *arena, int32_t tenant,
                                      int64_t after_id, int32_t made_by, size_t limit,
                                      struct blob_row **out, size_t *count,
                                      struct err *e) MUST_CHECK;

/* What pictures are compared by; small, for there is one of each picture. */
struct picture_looks {
    int32_t picture_id;
    uint32_t colour;
    int64_t blob_id;
    uint64_t perceptual_hash;
    enum appearance_state state;
    uint8_t pixel_hash[PICTURE_HASH_LEN];
};

/* Every picture that has bytes, by ascending id. */
enum err_code meta_appearance_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                   struct picture_looks **out, size_t *count,
                                   struct err *e) MUST_CHECK;
/* The pictures you see of a few records, with what a list shows of them; see core/overview.h. */
#define OVERVIEW_CHUNK 20
struct overview_row {
    int32_t picture_id; /* 0: none, or there is no such record */
    int32_t version;
    int32_t focus_x;
    int32_t focus_y;
    int64_t updated_us;
    struct picture_header header; /* without frames */
    struct bytes description;
    bool has_appearance;
    struct appearance appearance; /* colour and ThumbHash */
};
/* One row for each of at most OVERVIEW_CHUNK ids; quickest when they ascend. Their descriptions are
 * in the arena. On failure *out is worth nothing. */
enum err_code meta_overview(struct meta *meta, struct arena *arena, int32_t tenant,
                            enum record_kind kind, const int32_t *record_ids, size_t count,
                            struct overview_row *out, struct err *e) MUST_CHECK;

/* Volumes. */
enum volume_state {
    VOLUME_OPEN = 1,    /* may be claimed and appended to */
    VOLUME_SEALED = 2,  /* full */
    VOLUME_SUSPECT = 3, /* a flush failed: read, never appended to */
};

struct volume_row {
    int32_t no;
    enum volume_state state;
    int64_t end; /* bytes that rows may name */
};

enum err_code meta_volume_list(struct meta *meta, struct arena *arena, struct volume_row **out,
                               size_t *count, struct err *e) MUST_CHECK;
enum err_code meta_volume_put(struct meta *meta, const struct volume_row *row,
                              struct err *e) MUST_CHECK;

/* Users. `password` is the encoded hash, empty for none. */
enum err_code meta_user_find(struct meta *meta, struct arena *arena, int32_t tenant, int32_t id,
                             struct user *out, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_user_by_name(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct bytes name, struct user *out, struct bytes *password,
                                bool *found, struct err *e) MUST_CHECK;
enum err_code meta_user_list(struct meta *meta, struct arena *arena, int32_t tenant,
                             struct user **out, size_t *count, struct err *e) MUST_CHECK;
enum err_code meta_user_insert(struct meta *meta, int32_t tenant, const struct user *user,
                               struct bytes password, struct err *e) MUST_CHECK;
enum err_code meta_user_set_password(struct meta *meta, int32_t tenant, int32_t id,
                                     struct bytes password, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_user_set_disabled(struct meta *meta, int32_t tenant, int32_t id, bool disabled,
                                     bool *found, struct err *e) MUST_CHECK;

/* Credentials, by the hash of their secret. */
enum err_code meta_credential_by_hash(struct meta *meta, struct arena *arena, int32_t tenant,
                                      enum credential_kind kind, struct bytes hash,
                                      struct credential *out, bool *found,
                                      struct err *e) MUST_CHECK;
enum err_code meta_credential_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t id, struct credential *out, bool *found,
                                   struct err *e) MUST_CHECK;
enum err_code meta_credential_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                   struct credential **out, size_t *count,
                                   struct err *e) MUST_CHECK;
enum err_code meta_credential_insert(struct meta *meta, int32_t tenant,
                                     const struct credential *credential, struct bytes hash,
                                     struct err *e) MUST_CHECK;
enum err_code meta_credential_extend(struct meta *meta, int32_t tenant, int32_t id,
                                     int64_t expires_us, struct err *e) MUST_CHECK;
/* Notes that it was exchanged, and until when it counts from now on. */
enum err_code meta_credential_use(struct meta *meta, int32_t tenant, int32_t id, int64_t used_us,
                                  int64_t expires_us, struct err *e) MUST_CHECK;
/* With those that were made with it. */
enum err_code meta_credential_delete(struct meta *meta, int32_t tenant, int32_t id, bool *found,
                                     struct err *e) MUST_CHECK;
/* Those with the parent CREDENTIAL_OF_USER. */
enum err_code meta_credential_delete_of_user(struct meta *meta, int32_t tenant, int32_t user_id,
                                             struct err *e) MUST_CHECK;
/* Of one user and kind, those that have a parent: how many, and away with the oldest. */
enum err_code meta_credential_count_made(struct meta *meta, int32_t tenant, int32_t user_id,
                                         enum credential_kind kind, int64_t *count,
                                         struct err *e) MUST_CHECK;
enum err_code meta_credential_drop_made(struct meta *meta, int32_t tenant, int32_t user_id,
                                        enum credential_kind kind, int64_t count,
                                        struct err *e) MUST_CHECK;
/* When there are `max` or more of that kind below one parent, away with the half that was used up
 * or is oldest; *dropped: were there so many. */
enum err_code meta_credential_drop_below(struct meta *meta, int32_t tenant, int32_t parent_id,
                                         enum credential_kind kind, int64_t max, bool *dropped,
                                         struct err *e) MUST_CHECK;
/* Of the codes by which the user let that application in, with what was made with them: away with
 * all but the `keep` that count longest. */
enum err_code meta_credential_drop_codes(struct meta *meta, int32_t tenant, int32_t user_id,
                                         int32_t application_id, int64_t keep, bool *dropped,
                                         struct err *e) MUST_CHECK;
/* Those that expired before `before_us`: is there any, and away with at most `limit`. */
enum err_code meta_credential_has_expired(struct meta *meta, int32_t tenant, int64_t before_us,
                                          bool *out, struct err *e) MUST_CHECK;
enum err_code meta_credential_purge(struct meta *meta, int32_t tenant, int64_t before_us,
                                    size_t limit, struct err *e) MUST_CHECK;

/* Event handlers. */
enum err_code meta_handler_insert(struct meta *meta, int32_t tenant,
                                  const struct event_handler *handler, struct err *e) MUST_CHECK;
/* All, by id. */
enum err_code meta_handler_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct event_handler **out, size_t *count,
                                struct err *e) MUST_CHECK;
enum err_code meta_handler_set_token(struct meta *meta, int32_t tenant, int32_t id,
                                     struct bytes token, struct err *e) MUST_CHECK;
/* With what waits for it. */
enum err_code meta_handler_delete(struct meta *meta, int32_t tenant, int32_t id,
                                  struct err *e) MUST_CHECK;

/* Events that wait. *heard false: nobody wants that event, nothing else was done. */
enum err_code meta_event_count(struct meta *meta, int32_t tenant, enum event event, bool *heard,
                               struct err *e) MUST_CHECK;
/* One for each handler of delivery->event; they have been counted already. */
enum err_code meta_event_insert(struct meta *meta, int32_t tenant,
                                const struct event_delivery *delivery, struct err *e) MUST_CHECK;
/* A handler of that event for which more than `max` wait. */
enum err_code meta_event_over(struct meta *meta, int32_t tenant, enum event event, int64_t max,
                              int32_t *handler_id, int64_t *dropped, bool *found,
                              struct err *e) MUST_CHECK;
/* Away with the oldest `count`, which did not arrive. */
enum err_code meta_event_drop(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t count,
                              struct err *e) MUST_CHECK;
/* Those that are due, in the order they happened, repeated ones last. */
enum err_code meta_event_due(struct meta *meta, struct arena *arena, int32_t tenant,
                             int32_t handler_id, int64_t now_us, size_t limit,
                             struct event_delivery **out, size_t *count, struct err *e) MUST_CHECK;
/* It has arrived, or is given up. */
enum err_code meta_event_delete(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t id,
                                bool arrived, struct err *e) MUST_CHECK;
/* It has failed once more. */
enum err_code meta_event_delay(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t id,
                               int64_t next_us, struct err *e) MUST_CHECK;
/* Of each handler, by id; with `busy` of those alone for which something waits, and without
 * `attempts`, which takes a walk over all of it. */
enum err_code meta_event_backlog(struct meta *meta, struct arena *arena, int32_t tenant, bool busy,
                                 struct event_backlog **out, size_t *count,
                                 struct err *e) MUST_CHECK;

/* The products on which a picture hangs. */
enum err_code meta_link_products(struct meta *meta, struct arena *arena, int32_t tenant,
                                 int32_t picture_id, int32_t **out, size_t *count,
                                 struct err *e) MUST_CHECK;
/* Applications. `hash` is the one of the secret, HASH_LEN bytes. */
enum err_code meta_application_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                    int32_t id, struct application *out, bool *found,
                                    struct err *e) MUST_CHECK;
enum err_code meta_application_by_client(struct meta *meta, struct arena *arena, int32_t tenant,
                                         struct bytes client_id, struct application *out,
                                         struct bytes *hash, bool *found, struct err *e) MUST_CHECK;
enum err_code meta_application_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                    struct application **out, size_t *count,
                                    struct err *e) MUST_CHECK;
enum err_code meta_application_insert(struct meta *meta, int32_t tenant,
                                      const struct application *application, struct bytes hash,
                                      struct err *e) MUST_CHECK;
/* With its credentials, event handlers and waiting events. Its access tokens stay, as
 * CREDENTIAL_OF_NO_APPLICATION. */
enum err_code meta_application_delete(struct meta *meta, int32_t tenant, int32_t id, bool *found,
                                      struct err *e) MUST_CHECK;

/* Sums for `cameo check`: each calls `problem` with one line per disagreement. */
enum err_code meta_check_counts(struct meta *meta, int32_t tenant,
                                void (*problem)(void *context, const char *line), void *context,
                                int64_t *records, int64_t *pictures, struct err *e) MUST_CHECK;

#endif
