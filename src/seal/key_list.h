/* seal/key_list.h - where the keys come from that data keys are wrapped under.
 *
 * A source gives one key or more, parted by spaces or line breaks, each 64 hexadecimal digits or 32
 * bytes in base64; a file may also be one key of 32 raw bytes. The first is the one to change over
 * to (`cameo key-rotate`), the others are known as well.
 */
#ifndef SEAL_KEY_LIST_H
#define SEAL_KEY_LIST_H

#include "base/err.h"
#include "seal/seal.h"

#define KEY_LIST_MAX 8

struct key_origin {
    struct bytes text; /* the keys themselves; else: */
    struct bytes file; /* its path; both empty: there is none */
};

struct key_list {
    size_t count;
    uint8_t keys[KEY_LIST_MAX][SEAL_KEY];
};

/* Reads the source, anew each time. Wipe *out after use (key_list_wipe, also for CLEANUP).
 * ERR_INVALID  no key, too many, one of another form, or a file that anybody may read; the text
 *              names the source, never what is in it */
enum err_code key_origin_read(const struct key_origin *source, struct key_list *out,
                              struct err *e) MUST_CHECK;
void key_list_wipe(struct key_list *list);

/* The same of a text at hand. */
enum err_code key_list_read(struct bytes text, struct key_list *out, struct err *e) MUST_CHECK;

#endif
