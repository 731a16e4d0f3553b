/* core/journal.h - each write enters what it changed into history and the audit log, within its own
 * transaction; inside core/ only.
 *
 * Triggers note how each row was before (meta/change.h). A picture that is given other bytes, or
 * deleted, leaves those it had to history; when there is none they are nobody's at once.
 */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include "core/picture.h"
#include "core/writer.h"
#include "meta/change.h"

/* Of one transaction. */
struct journal {
    struct change_end end; /* the newest entry */
    int64_t end_was;       /* before the transaction */
};

enum err_code journal_begin(struct journal *journal, struct meta *meta, struct err *e) MUST_CHECK;

/* Enters write->change with the rows that were changed since the entry before. The writer does it
 * behind each `apply`; one that does several things may do it in between. */
enum err_code journal_enter(struct write *write, struct meta *meta, struct err *e) MUST_CHECK;

/* Before the commit. */
enum err_code journal_sign(const struct journal *journal, struct meta *meta,
                           const uint8_t key[HASH_LEN], struct err *e) MUST_CHECK;

/* The first entry of a store's audit log, in a transaction of its own. */
enum err_code journal_make(struct meta *meta, const uint8_t key[HASH_LEN],
                           struct err *e) MUST_CHECK;

/* Whether anything is kept of what is replaced, and whether of who did it. */
bool journal_keeps_rows(const struct settings *settings);
bool journal_keeps_entries(const struct settings *settings);

/* What a write does, for write.change. The owner has no kind when no record is meant. */
struct change change_by(const struct principal *principal, enum change_what what,
                        struct owner owner);

#endif
