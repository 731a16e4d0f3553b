/* http/form.h - form fields in PHP's spelling (bitrix24 1.2) and multipart/form-data (RFC 7578). */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "base/value.h"

#define FORM_FIELDS_MAX 20000 /* fields of one form */
#define FORM_DEPTH_MAX  64    /* bracket pairs of one name */

/* Reads `a=1&b[c]=2&d[]=3` into `map` (a VALUE_MAP), as PHP does: later fields win, `[]` appends
 * with the next free index, `.` and space of a top-level name become `_`, a map whose keys are
 * 0..n-1 in order is a VALUE_LIST. All leaves are VALUE_STRING. `+` and %20 are space; names and
 * values that are no UTF-8 stay as sent.
 * ERR_TOO_LARGE    over FORM_FIELDS_MAX or FORM_DEPTH_MAX
 * ERR_NO_MEMORY    over the arena's limit */
enum err_code form_read(struct arena *arena, struct bytes text, struct value *map,
                        struct err *e) MUST_CHECK;

/* Puts one decoded field into the tree under its PHP-style name; see form_read. Call form_lists
 * once after the last one. */
enum err_code form_put(struct arena *arena, struct value *map, struct bytes name,
                       struct bytes value, struct err *e) MUST_CHECK;

/* Turns every map with the keys 0..n-1 in order into a list, recursively (not `map` itself). */
void form_lists(struct value *map);

struct multipart_part {
    struct bytes name;         /* of Content-Disposition, unescaped; empty when absent */
    struct bytes filename;     /* `.at` NULL when absent */
    struct bytes content_type; /* empty when absent */
    struct bytes body;
};

#define MULTIPART_PARTS_MAX 1000

/* The parts of a multipart body, in order; `boundary` as given in the Content-Type, or empty:
 * then the first line of the body is taken for it (superoffice 3.3: clients mislabel it).
 * Tolerates a preamble, an epilogue, bare LF line ends and a missing final boundary.
 * ERR_INVALID    no boundary, or no part
 * ERR_TOO_LARGE  over MULTIPART_PARTS_MAX parts
 * Bodies and names are slices of `body` where nothing had to be unescaped. */
enum err_code multipart_read(struct arena *arena, struct bytes body, struct bytes boundary,
                             struct multipart_part **parts, size_t *count,
                             struct err *e) MUST_CHECK;

#endif
