/* core/damage.h - blobs that a read has just found damaged, noted for whoever repairs, in memory
 * that all processes share. So a read waits for nothing, and the first one alone is logged. What
 * does not fit is found by the next read or scrub.
 */
#ifndef CORE_DAMAGE_H
#define CORE_DAMAGE_H

#include "base/err.h"

struct damage;

/* Maps DIR/run/damage, making it when absent. */
enum err_code damage_open(const char *dir, struct damage **out, struct err *e) MUST_CHECK;
void damage_close(struct damage *damage); /* accepts NULL */

/* A read of the blob was refused because of `why`: counted, noted, and logged if it is news.
 * Sets why->told. */
void damage_found(struct damage *damage, int64_t blob_id, struct err *why);

/* A blob that nobody has tried to repair since it was noted; 0: none. */
int64_t damage_next(const struct damage *damage);

/* It was tried: a blob that is `lost` stays noted, so that it is not logged again. */
void damage_tried(struct damage *damage, int64_t blob_id, bool lost);

/* Those that are lost are news again. */
void damage_forget_lost(struct damage *damage);

/* A read of the index failed because of `why`; page: which one of it, 0: not known. Counted, and
 * logged if it is news. Sets why->told. `context` is a struct damage: see meta_on_damage. */
void damage_in_index(void *context, int64_t page, struct err *why);

/* Reads of the index that were refused, since the machine was started or longer. */
int64_t damage_index_reads(const struct damage *damage);

/* Reads that were refused, since the machine was started or longer. */
int64_t damage_reads(const struct damage *damage);

#endif
