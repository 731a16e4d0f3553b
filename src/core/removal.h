/* core/removal.h - giving bytes back; inside core/ only. */
#ifndef CORE_REMOVAL_H
#define CORE_REMOVAL_H

#include "core/core.h"

/* Gives back the bytes of at most `limit` blobs that are dead since before `before_us`, with all
 * that was made of them, so that neither a power cut nor a repair brings them back. `patient`:
 * waits for a backup that is being made, however long it takes. *count: how many. ERR_BUSY  a
 * backup is being made; nothing was done */
enum err_code removal_run(struct core *core, int64_t before_us, size_t limit, bool patient,
                          size_t *count, struct err *e) MUST_CHECK;

#endif
