/* meta/blob_row.h - how a blob is read; inside meta/ only. */
#ifndef META_BLOB_ROW_H
#define META_BLOB_ROW_H

#include "meta/sql.h"

/* `b` is "" or the table's name in the statement and a dot. */
#define BLOB_COLUMNS(b)                                                                            \
    b "id, " b "hash, " b "plain_bytes, " b "stored_bytes, " b "volume, " b "offset, " b           \
      "checksums, " b "refs, " b "state, " b "dead_us, " b "bad_us, " b "flags, " b "key_no"

/* The row that begins with BLOB_COLUMNS; its bytes in the arena. Sets q->rc when that is full. */
void blob_row_read(struct sql *q, struct arena *arena, struct blob_row *out);

#endif
