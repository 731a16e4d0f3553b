/* core/history.h - what was changed, by whom, and having it back; what is erased for good.
 *
 * What changes something returns ERR_NONE only when it would survive a power cut; ERR_FULL and
 * ERR_UNAVAILABLE as core/picture.h. Text lives in `arena`.
 */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/picture.h"
#include "model/change.h"

/* A change as it is shown. */
struct history_entry {
    struct change change;
    struct bytes user_name; /* login; empty for nobody */
    struct bytes
        credential_label; /* the operator's own words, as long as the credential is there */
    bool is_kept;         /* its rows are known, so that it may be undone */
    struct bytes name;    /* of the picture that was meant, before the change; or empty */
    struct bytes description;
};

/* Changes of records and pictures below `before_id` (0: all), newest first; of one record (`owner`
 * not NULL) also those that came by a picture that hangs on it or did. */
#define HISTORY_MAX 1000 /* at once */
enum err_code history_list(struct core *core, struct arena *arena, const struct owner *owner,
                           int64_t before_id, size_t limit, struct history_entry **out,
                           size_t *count, struct err *e) MUST_CHECK;

/* The audit log above `after_id`, oldest first: also of users, keys and applications. */
enum err_code audit_list(struct core *core, struct arena *arena, int64_t after_id, size_t limit,
                         struct history_entry **out, size_t *count, struct err *e) MUST_CHECK;

/* ERR_NOT_FOUND */
enum err_code history_get(struct core *core, struct arena *arena, int64_t id, struct change *out,
                          struct err *e) MUST_CHECK;

/* Puts every row that the change touched back as it was, as a change of its own: it can be undone,
 * too. Handlers of events are told. A picture keeps its id, links, ranks, roles and texts; with its
 * former bytes it has a new version.
 * ERR_NOT_FOUND    no such change
 * ERR_UNSUPPORTED  one of a kind that is not undone
 * ERR_PRECONDITION it was forgotten, or erased
 * ERR_CONFLICT     a row was changed since: the text names the change */
enum err_code history_undo(struct core *core, const struct principal *principal, int64_t id,
                           int64_t *undone_by, struct err *e) MUST_CHECK;

/* Undoes what touched the record from the change `since_id` on, newest first and each as a change
 * of its own, all or nothing; what was undone already is left out. Failures as history_undo;
 * ERR_NOT_FOUND: there is nothing to undo. ERR_TOO_LARGE: over HISTORY_MAX. */
enum err_code history_undo_since(struct core *core, const struct principal *principal,
                                 struct owner owner, int64_t since_id, size_t *count,
                                 struct err *e) MUST_CHECK;

/* Forgets at most `limit` changes that are older than history_seconds and entries older than
 * audit_seconds; their bytes are given back as those of deleted pictures. *more: go on. */
enum err_code history_forget(struct core *core, size_t limit, bool *more, struct err *e) MUST_CHECK;

/* Erases a record for good: itself, with a product's variations; its pictures, unless they hang on
 * other records too; all that history knows of either; their bytes in packs and cache, at once,
 * unless another picture has the same; a backup that is being made is waited for before the bytes
 * go. What is left in the audit log is who changed something on
 * which id, and when. Bytes of other pictures that wait to be given back go as well.
 * *pictures counts those that are gone.
 * ERR_NOT_FOUND  there is no such record, and history knows none
 * ERR_UNAVAILABLE  also: erased, and its bytes or what the database's free space has of it are not
 *                  gone yet: again, when fewer read */
enum err_code record_erase(struct core *core, const struct principal *principal, struct owner owner,
                           size_t *pictures, struct err *e) MUST_CHECK;

/* Erases the texts of the audit log about a user: the labels of his keys. ERR_UNAVAILABLE as
 * above. */
enum err_code user_erase(struct core *core, const struct principal *principal, int32_t user_id,
                         struct err *e) MUST_CHECK;

#endif
