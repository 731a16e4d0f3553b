/* app/demo_pictures.h - the pictures of `cameo serve --demo`, drawn at build time and embedded.
 *
 * The archive lies in the program's read-only pages: nothing of it is in memory until it is read.
 * All numbers are little endian:
 *
 *   u32  count of entries
 *   then per entry, without gaps:
 *   u8   record kind (enum record_kind)
 *   u8   role (enum picture_role)
 *   u16  length of the name
 *   i32  record id
 *   u32  length of the picture
 *        the name (UTF-8, no terminator), the picture
 *
 * Entries come in the order of demo_records: the first is the DETAIL_PICTURE of product 1. Pictures
 * of one record come in the order in which they are to be added. Contact 20, person 40, product 45
 * and project 10 have none.
 */
#ifndef APP_DEMO_PICTURES_H
#define APP_DEMO_PICTURES_H

#include "model/picture.h"

extern const unsigned char demo_pictures[];
extern const size_t demo_pictures_len;

struct demo_picture {
    enum record_kind kind;
    int32_t record_id;
    enum picture_role role;
    struct bytes name;    /* both borrowed from the archive */
    struct bytes content; /* as stored in a file of that name */
};

/* Reads the next entry of `archive` and moves *at behind it; start with *at = 0. False at the end,
 * and also where the archive is cut off or broken (`at` then is not archive.len). */
bool demo_picture_next(struct bytes archive, size_t *at, struct demo_picture *out);

#endif
