/* core/picture.h - pictures and the records they hang on.
 *
 * Text and checksums of returned pictures live in `arena`. Functions that change something return
 * ERR_NONE only when the change would survive a power cut; they return ERR_FULL when the disk is
 * full and ERR_UNAVAILABLE when it is unknown whether the change was made.
 */
#ifndef CORE_PICTURE_H
#define CORE_PICTURE_H

#include "base/source.h"
#include "core/core.h"

struct owner {
    enum record_kind kind;
    int32_t id;
};

/* The picture you see of a record (lowest role, then lowest rank).
 * ERR_NOT_FOUND  the record has none, or there is no such record: *record_exists tells which */
enum err_code picture_seen(struct core *core, struct arena *arena, struct owner owner,
                           struct picture *out, bool *record_exists, struct err *e) MUST_CHECK;

/* One picture of that record, by id. ERR_NOT_FOUND: no such picture on it; *record_exists tells
 * whether the record is there. */
enum err_code picture_get(struct core *core, struct arena *arena, struct owner owner, int32_t id,
                          struct picture *out, bool *record_exists, struct err *e) MUST_CHECK;

/* As picture_get, but of the members only id, name, created_us, version, kind, record_id and role:
 * all that Bitrix24 shows, in two thirds of the time. */
enum err_code picture_label(struct core *core, struct arena *arena, struct owner owner, int32_t id,
                            struct picture *out, bool *record_exists, struct err *e) MUST_CHECK;

/* By id alone, whatever it hangs on (kind 0 in *out when on nothing). */
enum err_code picture_find(struct core *core, struct arena *arena, int32_t id, struct picture *out,
                           struct err *e) MUST_CHECK;

/* All pictures of a record above `after_id`, ascending id, at most `limit` (0: all).
 * ERR_NOT_FOUND  no such record; a record without pictures gives *count 0 */
enum err_code picture_list(struct core *core, struct arena *arena, struct owner owner,
                           int32_t after_id, size_t limit, struct picture **out, size_t *count,
                           struct err *e) MUST_CHECK;

/* All pictures of several records of a kind: those of one stand together, by ascending id. Records
 * that are not there have none. */
enum err_code picture_list_of(struct core *core, struct arena *arena, enum record_kind kind,
                              const int32_t *record_ids, size_t record_count, struct picture **out,
                              size_t *count, struct err *e) MUST_CHECK;

/* As picture_list of all above `after_id`, with the members that picture_label gives. */
enum err_code picture_labels(struct core *core, struct arena *arena, struct owner owner,
                             int32_t after_id, struct picture **out, size_t *count,
                             struct err *e) MUST_CHECK;

/* Asked inside the transaction, so that nobody changes anything between answer and write: may the
 * picture you see be changed as it is `now` (NULL: there is none)? False fails the write with
 * ERR_PRECONDITION. Runs on another thread while the caller waits. `ask` NULL: always. */
struct picture_condition {
    bool (*ask)(const struct picture *now, void *context);
    void *context;
};

/* What a picture hangs on: by kind, record and role. One that is not there hangs on nothing. */
struct picture_place {
    struct owner owner;
    enum picture_role role;
};
enum err_code picture_places(struct core *core, struct arena *arena, int32_t id,
                             struct picture_place **out, size_t *count, struct err *e) MUST_CHECK;

/* What a write is given. Type, size and orientation are read from `bytes`; nothing is believed. */
struct picture_content {
    struct bytes bytes;       /* borrowed for the call */
    struct bytes name;        /* file name, or empty: then one is made from the record's kind */
    struct bytes description; /* used only where the picture has none yet; or empty */
    struct picture_condition condition; /* picture_put */
};

/* Whether a write would take it, as far as that can be found out beforehand. Failures as
 * picture_put. */
enum err_code picture_check(struct core *core, const struct picture_content *content,
                            struct err *e) MUST_CHECK;

/* SuperOffice's PUT Image: replaces the bytes of the picture you see, which keeps its id, name,
 * description, extra info and conceptual type; on a record without one makes a DETAIL_PICTURE.
 * A picture that hangs on other records too is left to them: this record gets a new one.
 * ERR_NOT_FOUND    no such record
 * ERR_INVALID      empty
 * ERR_UNSUPPORTED  not a picture, or its header is broken
 * ERR_TOO_LARGE    over picture_bytes_max, or pixels over the limit
 * ERR_PRECONDITION see struct picture_condition */
enum err_code picture_put(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, const struct picture_content *content,
                          struct picture *out, struct err *e) MUST_CHECK;

/* Bitrix24's add: a DETAIL or PREVIEW picture replaces the one in that role under a new id; MORE
 * appends behind the last. Failures as picture_put. */
enum err_code picture_add(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, enum picture_role role,
                          const struct picture_content *content, struct picture *out,
                          struct err *e) MUST_CHECK;

struct picture_addition {
    struct owner owner;
    enum picture_role role;
    struct picture_content content;
};

/* picture_add many times, as quick as a few: ids rise in this order, flushes are shared. Each
 * succeeds or fails by itself; returns the first failure. */
enum err_code picture_add_all(struct core *core, const struct principal *principal,
                              struct arena *arena, const struct picture_addition *additions,
                              size_t count, struct err *e) MUST_CHECK;

/* Takes the picture you see off the record. *deleted false when it had none (not a failure).
 * ERR_NOT_FOUND     no such record
 * ERR_PRECONDITION  see struct picture_condition */
enum err_code picture_delete_seen(struct core *core, const struct principal *principal,
                                  struct owner owner, struct picture_condition condition,
                                  bool *deleted, struct err *e) MUST_CHECK;

/* ERR_NOT_FOUND: no such picture on it; *record_exists tells whether the record is there. */
enum err_code picture_delete(struct core *core, const struct principal *principal,
                             struct owner owner, int32_t id, bool *record_exists,
                             struct err *e) MUST_CHECK;

/* New texts; `.at` NULL leaves one as it is, an empty one clears it. */
struct picture_texts {
    struct bytes description;
    struct bytes extra_info;
    struct bytes conceptual_type;
    int32_t must_be_id; /* fail with ERR_CONFLICT unless the picture has this id; 0: any */
    struct picture_condition condition;
};

/* Changes texts of the picture you see; `updated` moves only when something changed.
 * ERR_NOT_FOUND     no such record, or no picture: *record_exists tells which
 * ERR_INVALID       longer than PICTURE_TEXT_MAX characters, or not UTF-8; e->field names it */
enum err_code picture_describe(struct core *core, const struct principal *principal,
                               struct arena *arena, struct owner owner,
                               const struct picture_texts *texts, struct picture *out,
                               bool *record_exists, struct err *e) MUST_CHECK;

/* Sets what must stay in sight of the picture you see when it is cut (see struct picture); 0 and 0
 * are its middle again. It belongs to the picture, on all records it hangs on, and goes with its
 * bytes. `updated` moves only when something changed.
 * ERR_NOT_FOUND  no such record, or no picture: *record_exists tells which
 * ERR_INVALID    not within -FOCUS_MAX and FOCUS_MAX */
enum err_code picture_set_focus(struct core *core, const struct principal *principal,
                                struct owner owner, int32_t x, int32_t y, bool *record_exists,
                                struct err *e) MUST_CHECK;

/* Pictures by themselves, whatever they hang on (superoffice 4.2).
 *
 * A picture whose bytes are still to come has blob_id 0, type PICTURE_NONE and sizes 0;
 * picture_open says ERR_NOT_FOUND of it. On a record it is the picture you see like any other. */

/* A picture on nothing. `content->bytes` empty: one without bytes yet, of the declared `mime_type`.
 * Failures as picture_put. */
enum err_code picture_new(struct core *core, const struct principal *principal, struct arena *arena,
                          const struct picture_content *content, struct bytes mime_type,
                          const struct picture_texts *texts, struct picture *out,
                          struct err *e) MUST_CHECK;

/* Replaces the bytes of one picture, on all records it hangs on.
 * ERR_NOT_FOUND: no such picture; else failures as picture_put */
enum err_code picture_replace(struct core *core, const struct principal *principal,
                              struct arena *arena, int32_t id,
                              const struct picture_content *content, struct picture *out,
                              struct err *e) MUST_CHECK;

/* As picture_describe, by id; must_be_id does not count. */
enum err_code picture_describe_id(struct core *core, const struct principal *principal,
                                  struct arena *arena, int32_t id,
                                  const struct picture_texts *texts, struct picture *out,
                                  struct err *e) MUST_CHECK;

/* Hangs a picture on a record in the place of the one you see of it, which is taken off; id 0 only
 * takes off. A picture that then hangs on nothing goes, unless it is this one. `updated` moves, for
 * the record shows something new. A picture hangs on a record once: it moves when it was in the
 * gallery there, or its thumbnail.
 * ERR_NOT_FOUND  no such record, or no such picture: e->field is "record" or "picture" */
enum err_code picture_link(struct core *core, const struct principal *principal, struct owner owner,
                           int32_t id, struct err *e) MUST_CHECK;

/* A picture with all its links. ERR_NOT_FOUND: no such picture. */
enum err_code picture_remove(struct core *core, const struct principal *principal, int32_t id,
                             struct err *e) MUST_CHECK;

/* A product's thumbnail of its own (superoffice 4.2): hangs in ROLE_THUMBNAIL, is never the picture
 * you see and in no list. picture_put on the product takes it away: it shows what was there.
 * ERR_NOT_FOUND  no such record (put), no record or none set (get)
 * ERR_INVALID    over THUMBNAIL_SIDE_MAX pixels a side; else as picture_put */
enum err_code picture_put_thumbnail(struct core *core, const struct principal *principal,
                                    struct arena *arena, struct owner owner,
                                    const struct picture_content *content, struct picture *out,
                                    struct err *e) MUST_CHECK;
enum err_code picture_thumbnail(struct core *core, struct arena *arena, struct owner owner,
                                struct picture *out, struct err *e) MUST_CHECK;

/* The picture's bytes, every piece checked as it is read. Lives in `arena`. */
enum err_code picture_open(struct core *core, struct arena *arena, const struct picture *picture,
                           struct source **out, struct err *e) MUST_CHECK;

/* Links. */

/* A strong entity tag for the picture's bytes, with quotes: changes whenever the bytes do. */
struct bytes picture_etag(struct arena *arena, const struct picture *picture);

/* The unguessable part of detailUrl (bitrix24 5.2): 22 characters of the URL alphabet, bound to
 * tenant, id and version of the bytes. */
#define PICTURE_KEY_LEN 22
void picture_key(const struct core *core, int32_t id, int32_t version, char out[PICTURE_KEY_LEN]);

/* The token of downloadUrl: binds id, version, credential and expiry; holds no secret. The expiry
 * is rounded up to a full window, so that equal requests give equal tokens. */
struct bytes picture_token(const struct core *core, struct arena *arena,
                           const struct principal *principal, const struct picture *picture,
                           int64_t lifetime_seconds);

/* *until_us: when the link ends, or its credential if that is sooner.
 * ERR_DENIED     forged, expired, or its credential is dead
 * ERR_NOT_FOUND  genuine, but the picture is gone or has other bytes now */
enum err_code picture_by_token(struct core *core, struct arena *arena, struct bytes token,
                               struct picture *out, int64_t *until_us, struct err *e) MUST_CHECK;

/* The picture with that id whose picture_key is `key`; ERR_NOT_FOUND otherwise. */
enum err_code picture_by_key(struct core *core, struct arena *arena, int32_t id, struct bytes key,
                             struct picture *out, struct err *e) MUST_CHECK;

#endif
