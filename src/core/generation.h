/* core/generation.h - has anything been committed since I looked? One number in memory that every
 * process of a store shares; asking costs a load instead of the database's locks.
 *
 * Whoever writes counts `begun` up before its commit and `done` after it, under the store's write
 * lock. A writer that dies in between leaves the two apart: then nobody trusts what it remembers
 * until the next writer has committed.
 */
#ifndef CORE_GENERATION_H
#define CORE_GENERATION_H

#include "base/err.h"

struct generation;

/* Maps DIR/run/generation, making it when absent. */
enum err_code generation_open(const char *dir, struct generation **out, struct err *e) MUST_CHECK;
void generation_close(struct generation *generation); /* accepts NULL */

/* A number, above 0, that every commit changes; 0 while one is under way or was broken off:
 * remember nothing. */
uint64_t generation_now(const struct generation *generation);

/* The same for commits that changed users or credentials. */
uint64_t generation_access(const struct generation *generation);

/* The same for commits that erased something for good. */
uint64_t generation_erased(const struct generation *generation);

enum generation_kind { GENERATION_ACCESS = 1, GENERATION_ERASED = 2 };

/* Around a commit, under the write lock; `kinds`: what it does, besides. */
void generation_begin(struct generation *generation, unsigned kinds);
void generation_end(struct generation *generation);

#endif
