/* core/picture_rows.h - what the writes of pictures and records share; inside core/ only. */
#ifndef CORE_PICTURE_ROWS_H
#define CORE_PICTURE_ROWS_H

#include "core/picture.h"
#include "meta/meta.h"

/* The conceptual type a new picture gets (superoffice 2.1). */
struct bytes picture_default_type(enum record_kind kind);

/* A file name whose extension fits the type: `name`, or one made from the record (kind 0: from the
 * picture, owner.id is its id) when it is empty. `.at` NULL when out of memory. */
struct bytes picture_make_name(struct arena *arena, struct bytes name, struct owner owner,
                               enum picture_type type);

/* ERR_INVALID, with e->field: a name with a slash, a control character, no UTF-8 or too long; a
 * text too long or no UTF-8. */
enum err_code picture_check_texts(struct bytes name, struct bytes description,
                                  struct err *e) MUST_CHECK;

/* One of a picture's free texts. */
enum err_code picture_check_text(const char *field, struct bytes text, struct err *e) MUST_CHECK;

enum err_code rows_require_record(struct meta *meta, struct owner owner, struct err *e) MUST_CHECK;

/* ERR_PRECONDITION when the condition does not hold for what is `now` (NULL: nothing). */
enum err_code rows_hold(struct picture_condition condition, const struct picture *now,
                        struct err *e) MUST_CHECK;

/* Takes the picture off the record; with its last link it goes itself. Its bytes are history's
 * then, as after every write that leaves a picture without them (core/journal.h). */
enum err_code rows_unlink(struct meta *meta, struct owner owner, const struct picture *picture,
                          struct err *e) MUST_CHECK;

/* The record's own thumbnail, if it has one, goes as by rows_unlink. */
enum err_code rows_drop_thumbnail(struct meta *meta, struct arena *arena, struct owner owner,
                                  struct err *e) MUST_CHECK;

#endif
