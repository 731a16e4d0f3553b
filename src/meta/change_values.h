/* meta/change_values.h - a row as history keeps it: its columns as SQL writes values, whole numbers
 * and 'texts' with their quotes doubled, commas between; inside meta/ only. The order is the
 * schema's: record   parent_id subtype name code xml_id sort active created_us updated_us
 * created_by updated_by picture  blob_id name description extra_info conceptual_type type width
 * height orientation frames created_us updated_us created_by updated_by version mime_type focus_x
 * focus_y link     picture_id The first of each is a number that CAST(before AS INTEGER) finds.
 * Columns that come later are put behind them: a row that is shorter has their defaults.
 */
#ifndef META_CHANGE_VALUES_H
#define META_CHANGE_VALUES_H

#include "base/arena.h"

#define CHANGE_RECORD_COLUMNS  11
#define CHANGE_PICTURE_COLUMNS 18

/* places in it */
#define CHANGE_PICTURE_NAME        1
#define CHANGE_PICTURE_DESCRIPTION 2

struct change_value {
    bool is_text;
    int64_t number;
    struct bytes text;
};

/* Exactly `count` values; false when there are fewer or more, when one is not readable, or out of
 * memory. Texts are parts of `before` or in the arena. */
bool change_values_read(struct arena *arena, struct bytes before, struct change_value *out,
                        size_t count);

#endif
