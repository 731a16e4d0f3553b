/* core/opened.h - pictures that were unsealed or unzipped, held in memory for who asks again.
 *
 * What plain pictures have in the page cache, those that are not stored as they go out have here:
 * by the hash of their content, which is what they are. The oldest give way. A picture is held from
 * the second time on that it is asked for within a while, so that a walk through all of them pushes
 * nothing out. For one thread.
 */
#ifndef CORE_OPENED_H
#define CORE_OPENED_H

#include "base/crypto.h"

struct opened;

/* For `bytes_max` bytes, OPENED_MAX or more, which are taken when the first picture is held; tables
 * of less than a hundredth of it at once. The caller's, for opened_free. NULL when out of memory.
 */
struct opened *opened_new(size_t bytes_max) MUST_CHECK;
void opened_free(struct opened *opened); /* accepts NULL */

#define OPENED_MAX (256UL << 10) /* bytes of a picture that is held */

/* Its `len` bytes, until the next opened_make or opened_forget; NULL when no such are held. */
const char *opened_find(const struct opened *opened, const struct hash *hash, size_t len);

/* Room for the `len` bytes of a picture that is not held, to be filled at once and then kept by
 * opened_keep; else it is as if nothing were. NULL: asked for the first time, too long, or no
 * memory. */
char *opened_make(struct opened *opened, const struct hash *hash, size_t len);
void opened_keep(struct opened *opened);

/* All: nothing of them is left in memory. */
void opened_forget(struct opened *opened);

#endif
