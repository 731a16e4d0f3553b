/* core/blob_bytes.h - between a picture's bytes and how they are kept; inside core/ only. */
#ifndef CORE_BLOB_BYTES_H
#define CORE_BLOB_BYTES_H

#include "base/source.h"
#include "core/store.h"

struct blob_place place_of_row(const struct blob_row *row);
struct blob_place place_of_picture(const struct picture *picture);

/* Makes of w->stored, which are plain bytes of that type, what the settings say: zips them where it
 * pays, seals them, and fills in checksums, flags and key. w->tenant and w->hash must be set; what
 * is made lies in the arena. */
enum err_code bytes_prepare(struct store *store, struct arena *arena, enum picture_type type,
                            struct blob_write *w, struct err *e) MUST_CHECK;

/* All plain bytes of a blob into `out` (place->of.plain_bytes). Failures as blob_read. */
enum err_code bytes_read(struct store *store, const struct blob_place *place, char *out,
                         struct err *e) MUST_CHECK;

/* Without its key nothing is known of a sealed blob, neither good nor bad: none is given, or not
 * the one its key is under. */
bool bytes_are_locked(struct store *store, const struct blob_row *row);

/* The same as something to pull from; NULL when out of memory. Zipped ones are unzipped once, into
 * the arena; on a core that holds pictures opened (core_hold_opened) they are, and those that are
 * sealed. Damage that a read finds is noted: see core/damage.h. */
struct source *bytes_source(struct core *core, struct arena *arena, int64_t blob_id,
                            const struct blob_place *place) MUST_CHECK;

#endif
