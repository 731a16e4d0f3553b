/* core/writer.h - group commit: of the threads that want to write one leads.
 *
 * The leader takes everything that waits, appends all new bytes to this process's own pack with one
 * flush, commits all rows in one transaction under the store's write lock, and wakes those whose
 * writes are done. Who comes meanwhile waits; when the leader's own writes are done, the first of
 * them leads. So a lone writer changes no thread, and many share their flushes.
 */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "blob/blob.h"
#include "meta/meta.h"
#include "model/change.h"

#include <semaphore.h>

struct journal;
struct settings;
struct writer;
struct store;
struct turn;

struct write {
    /* Makes the changes of one write inside the transaction. A failure takes back this write's
     * changes alone. Runs on the leader's thread; may run twice. */
    enum err_code (*apply)(struct write *w, struct meta *meta, struct err *e);

    /* Looks, before any byte is stored, whether there is a point in it; or NULL. `apply` looks
     * again: this only spares the bytes. */
    enum err_code (*check)(struct write *w, struct meta *meta, struct err *e);

    struct blob_write *blob; /* bytes this write brings, or NULL */
    bool moves;              /* they are stored also where the same bytes are there */
    bool changes_access;     /* users or credentials: what is remembered of them is void */
    bool erases;             /* for good: no picture may be remembered either */

    /* Who does what, for history and the audit log. `apply` may add to it what it finds out. */
    struct change change;

    const struct settings *settings; /* the store's, for `apply` */
    struct journal *journal;         /* likewise: see core/journal.h */

    /* the writer's own */
    bool must_store;         /* the same bytes were thought to be there, and are not */
    struct blob_write *twin; /* an earlier write of the group brings the same bytes */
    bool has_place;          /* its bytes are appended by this group */
    bool failed;             /* … and could not be */
    enum err_code rc;
    struct err err;
    struct turn *turn;
    struct write *next;
};

enum err_code writer_open(struct store *store, struct writer **out, struct err *e) MUST_CHECK;

/* Nothing may be under way. Accepts NULL. */
void writer_close(struct writer *writer);

/* Waits until all `count` writes are durable or have failed; applied in this order, sharing their
 * flushes, each succeeds or fails by itself. Any thread. Returns the first failure: that of an
 * `apply`, or of the store (see core/picture.h). */
enum err_code writer_do_all(struct writer *writer, struct write *const *list, size_t count,
                            struct err *e) MUST_CHECK;

/* For `apply`: the blob that holds w->blob's bytes, with one more reference. Its text lives in
 * `arena` or as long as the writes of this group. */
enum err_code writer_take_blob(struct write *w, struct meta *meta, struct arena *arena,
                               struct blob_row *out, struct err *e) MUST_CHECK;

/* For `apply`: from now on that blob's bytes are those that w->blob brought. The bytes as they were
 * get a row of their own, which nobody finds: they are given back, with their key, when nobody
 * reads them any more. */
enum err_code writer_move_blob(const struct write *w, struct meta *meta, struct blob_row *row,
                               struct err *e) MUST_CHECK;

#endif
