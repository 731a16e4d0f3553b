/* core/rebuild.h - `cameo check --rebuild`: meta.db again, of what lies beside the packs. */
#ifndef CORE_REBUILD_H
#define CORE_REBUILD_H

#include "base/err.h"

struct rebuild_report {
    int64_t transactions; /* put in behind the copy */
    int64_t newest;       /* the number of the last; it was the store's last, if none is missing */
    int64_t gaps;         /* places where some are missing or damaged */
    int64_t dropped;      /* links that led to nothing, because of these */
};

/* Makes DIR/meta.db anew of packs/index.db and the rows of later transactions (core/index_copy.h)
 * and puts the former one aside, as meta.db.before-N. Nobody else may use the store meanwhile.
 * When it is broken off it can be done again. `problem` is called with one line per finding.
 * ERR_NOT_FOUND  there is no copy to begin with
 * ERR_BUSY       the store is being served
 * ERR_CORRUPT    the copy is damaged; nothing was changed */
enum err_code store_rebuild(const char *dir, void (*problem)(void *context, const char *line),
                            void *context, struct rebuild_report *out, struct err *e) MUST_CHECK;

#endif
