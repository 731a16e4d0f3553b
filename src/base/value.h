/* base/value.h - what a client sent, whatever it was written in: JSON, PHP-style form fields
 * or (later) XML become the same tree.
 *
 * Everything lives in the arena given to the reader. Maps keep the order of first appearance.
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/arena.h"
#include "base/err.h"

enum value_type {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_DOUBLE,
    VALUE_STRING,
    VALUE_LIST,
    VALUE_MAP,
};

struct value {
    enum value_type type;
    bool boolean;        /* VALUE_BOOL */
    int64_t integer;     /* VALUE_INT */
    double number;       /* VALUE_DOUBLE */
    struct bytes string; /* VALUE_STRING, UTF-8 */
    struct bytes name;   /* key within a map, else empty */
    struct value *first; /* VALUE_LIST, VALUE_MAP: children, linked by next */
    struct value *last;
    struct value *next;
    struct value *prev;
    struct value *branch[4]; /* finds members by name: value.c's own */
    size_t count;            /* number of children */
};

#define VALUE_DEPTH_MAX  64     /* nesting of lists and maps (superoffice 7.2) */
#define VALUE_COUNT_MAX  200000 /* values in one tree */
#define VALUE_GROUPS_MAX 20000  /* lists and maps among them */

/* A fresh null in the arena; NULL when out of memory. */
struct value *value_new(struct arena *arena, enum value_type type);

/* Appends `child`, which is in no tree yet, under `name` (lists: empty); a map's earlier child of
 * that exact name is replaced in its place (last one wins). Names stay as they are afterwards.
 * Large maps are no slower than small ones. */
void value_put(struct value *parent, struct bytes name, struct value *child);

/* A copy of the whole tree but for its texts, which are shared; its name is empty, it is in no
 * tree. NULL when out of memory. Recursion: the tree is one of VALUE_DEPTH_MAX. */
struct value *value_copy(struct arena *arena, const struct value *value);

/* value_put of a fresh number, text or truth; the text is borrowed. False when out of memory. */
bool value_put_int(struct arena *arena, struct value *map, struct bytes name, int64_t number);
bool value_put_text(struct arena *arena, struct value *map, struct bytes name, struct bytes text);
bool value_put_bool(struct arena *arena, struct value *map, struct bytes name, bool truth);

/* The member of that name, or NULL; also NULL when `map` is NULL or no map. Without regard to case
 * the last of several wins. */
const struct value *value_get(const struct value *map, struct bytes name);
const struct value *value_get_nocase(const struct value *map, struct bytes name);

/* The text of that member, B("") when there is none or it is no text. */
struct bytes value_text(const struct value *map, struct bytes name);

/* The n-th child from 0 of a list or map, or NULL. */
const struct value *value_at(const struct value *list, size_t n);

/* An integer of any spelling PHP and Json.NET take: integer, decimal text (with spaces around it),
 * double without a fraction, boolean. False for everything else, NULL included, and outside int32.
 */
bool value_to_int32(const struct value *value, int32_t *out);

/* Reads JSON. Strict JSON and the leniencies of superoffice 5.2: trailing commas, 'text', unquoted
 * member names, comments, a leading byte order mark. Duplicate names: last wins. Texts without
 * escapes are parts of `text`, so it has to live as long as the tree.
 * ERR_INVALID     not JSON, not UTF-8, or over one of the limits above
 * ERR_NO_MEMORY   over the arena's limit */
enum err_code json_read(struct arena *arena, struct bytes text, struct value **out,
                        struct err *e) MUST_CHECK;

#endif
