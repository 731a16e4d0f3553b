/* core/index_replay.h - what the database has lost is put in again, of the rows that are kept
 * beside the packs (core/index_copy.h); inside core/ only. */
#ifndef CORE_INDEX_REPLAY_H
#define CORE_INDEX_REPLAY_H

#include "meta/meta.h"

/* For a store in `dir` that is being opened, under the write lock: puts transactions that its
 * database `meta` has lost, by damage of its log, into it again, durably.
 * ERR_CORRUPT      they are not all there
 * ERR_UNAVAILABLE  the disk failed
 * On failure nothing was put in, and the store is not to be used. */
enum err_code index_replay(const char *dir, const char *meta_url, struct meta *meta,
                           struct err *e) MUST_CHECK;

#endif
