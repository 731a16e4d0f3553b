/* meta/record_row.h - a row of the table of records, as all statements of this folder read it. */
#ifndef META_RECORD_ROW_H
#define META_RECORD_ROW_H

#include "meta/sql.h"

#define RECORD_COLUMNS                                                                             \
    "kind, id, subtype, parent_id, name, code, xml_id, sort, active, created_us, updated_us, "     \
    "created_by, updated_by"
#define RECORD_COLUMN_COUNT 13

void meta_record_read(struct sql *q, struct arena *arena, struct record *out);

#endif
