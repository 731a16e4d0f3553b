/* core/core.h - what the product does, whoever asks.
 *
 * `struct store` is the opened data directory, one per process, used from any thread.
 * `struct core` is one thread's way into it (its own database connection): a handler gets one
 * for the duration of its call and no two threads use one at the same time.
 *
 * `may_block` false (the event loop): whatever would wait for a disk's flush, a password hash or
 * another process returns ERR_BLOCKS, nothing done; the caller runs the request again on a thread.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "base/arena.h"
#include "base/err.h"
#include "core/settings.h"
#include "model/picture.h"
#include "model/principal.h"

struct blob_store;
struct limiter;
struct store;
struct core;

struct store_options {
    const char *dir;
    const struct settings *settings; /* borrowed until the store is closed */
    bool create;                     /* make the directory and an empty store when absent */
    bool background;                 /* nobody waits for what it does: it takes little memory, and
                                        decodes when nobody else wants the processor */
    struct blob_store *blobs;        /* where bytes lie, the store's from now on; NULL: packs in
                                        the directory */
};

/* Opens (and creates, migrates, recovers) the store; time is independent of its size.
 * ERR_NOT_FOUND    no store there and `create` is not set
 * ERR_CONFLICT     the directory holds something else, or a store of a newer version
 * ERR_UNAVAILABLE  a file could not be opened or made */
enum err_code store_open(const struct store_options *options, struct store **out,
                         struct err *e) MUST_CHECK;

/* Gets ready to decode pictures, without waiting for it (image/box.h); else the first picture waits
 * a little longer. For whoever is about to serve. */
enum err_code store_start_boxes(struct store *store, struct err *e) MUST_CHECK;

/* Waits for writes in flight and closes. Accepts NULL. All cores must be closed before. */
void store_close(struct store *store);
void store_closep(struct store **store); /* for CLEANUP */

enum err_code core_open(struct store *store, bool may_block, struct core **out,
                        struct err *e) MUST_CHECK;
void core_close(struct core *core);
void core_closep(struct core **core); /* for CLEANUP */

/* Lets go of what an event loop's core keeps open between requests, so that the write-ahead log can
 * be moved into the database: to be called within about 100 ms after any use of it. */
void core_rest(struct core *core);

/* Makes a thread's core look as the event loop's does until core_rest: many reads in a row then
 * share the database's locks, and see all the same what is committed in between. Not for writes:
 * they take their time. */
void core_keep(struct core *core);

/* Holds pictures that it had to unseal or unzip in memory, so many bytes at most, for who asks
 * again (core/opened.h). For the event loop's core. */
void core_hold_opened(struct core *core, size_t bytes_max);

/* Another number, above 0, when anything may have been committed since; 0: ask again. */
uint64_t core_generation(const struct core *core);

/* For whom users, keys and applications are changed from here on; nobody else needs to be told. */
void core_act_for(struct core *core, const struct principal *principal);

bool core_may_block(const struct core *core);

/* True when the last ERR_BLOCKS was for a picture that has to be decoded: such work waits in lines
 * of its own. Asking forgets it. */
bool core_would_decode(struct core *core);
const struct settings *core_settings(const struct core *core);
struct limiter *core_limiter(const struct core *core); /* NULL: no limit is set */
const char *store_dir(const struct store *store);

/* One tenant for now; every key begins with it. */
#define TENANT_DEFAULT 1

#endif
