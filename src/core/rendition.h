/* core/rendition.h - stored pictures in other sizes and types, and what is shown where none is.
 *
 * What was made once is kept in the cache of the store (DIR/cache, cache/cache.h) under a key of
 * the picture's bytes and the wish, so a changed picture never shows what was made of the former
 * one. What is kept the event loop gets, too; for anything else a core that may not block gets
 * ERR_BLOCKS at once. However many ask for the same, it is made once.
 */
#ifndef CORE_RENDITION_H
#define CORE_RENDITION_H

#include "core/picture.h"
#include "image/render.h"

/* `picture` as render_source() makes it, in `arena`; its own bytes where that is the same picture
 * (render_plan). AVIF is only made in the background: until it is there, this is WebP and the wish
 * is noted. Failures are those of render_source() and picture_open(). */
enum err_code picture_render(struct core *core, struct arena *arena, const struct picture *picture,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e) MUST_CHECK;

/* Bytes that somebody wants to store, made to fit into a square of `side_px`: those that do fit
 * already, are no picture or are over a limit stay as they are, for the write to judge.
 * Larger ones keep their type, but TIFF and BMP become PNG; of an animation the first frame stays.
 * ERR_UNSUPPORTED  has to be scaled and cannot be decoded */
enum err_code picture_bounded(struct core *core, struct arena *arena, struct bytes bytes,
                              int32_t side_px, struct bytes *out, struct err *e) MUST_CHECK;

/* Drawn once: the last ones are kept, and those the event loop gets, too. */
enum err_code drawing_render(struct core *core, struct arena *arena, const struct drawing *drawing,
                             struct bytes *out, struct err *e) MUST_CHECK;

/* For the keeper: makes what was wished for in the background, at most `limit` of them, and keeps
 * the cache within its bounds. */
enum err_code renditions_make_wished(struct core *core, size_t limit, bool *more,
                                     struct err *e) MUST_CHECK;
enum err_code renditions_tidy(struct core *core, struct err *e) MUST_CHECK;

#endif
