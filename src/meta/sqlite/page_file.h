/* meta/sqlite/page_file.h - the two files of a connection, as page_sums.c and log_sums.c open them:
 * each over the file that log_file.h opens, which lies behind it in memory.
 */
#ifndef META_SQLITE_PAGE_FILE_H
#define META_SQLITE_PAGE_FILE_H

#include "meta/sqlite/over_file.h"
#include "meta/sqlite/page_sum.h"

#include <sqlite3.h>

#define READ_TRIES 3 /* another process may be writing just these bytes */

struct summed_log;

enum sums { SUMS_UNKNOWN, SUMS_NONE, SUMS_THERE };

/* What failed last. */
struct page_damage {
    bool in_log;
    uint32_t page;
};

struct db_file {
    struct over_file over; /* first */
    struct summed_log *log;
    enum sums sums;
    struct page_damage damage;
    uint8_t *room; /* of one page, for writing */
    int room_len;
    uint32_t turn;           /* counts up with time, between transactions */
    int64_t turn_us;         /* when it began */
    struct checked *checked; /* mapped pages that were looked at in this turn; NULL: none */
};

struct summed_log {
    struct over_file over; /* first */
    struct db_file *db;
    sqlite3_int64
        header_at; /* of the frame whose header was written last, its page not yet; or -1 */
    /* Pages of this transaction were written again from this frame on: their checksums follow. */
    sqlite3_int64 rewritten_at;
};
#define NOWHERE INT64_MAX

static inline bool is_page_len(int len)
{
    return len >= 512 && (len & (len - 1)) == 0;
}

/* Waits for a moment before bytes are read again. */
void page_file_wait(void);

/* Makes *out ready but for its inner file; `path` is what SQLite gave to xOpen. */
void summed_log_init(struct summed_log *out, const char *path);

/* Its inner file; NULL when it is none of ours. */
sqlite3_file *summed_log_under(sqlite3_file *log);

#endif
