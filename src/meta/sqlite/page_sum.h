/* meta/sqlite/page_sum.h - the checksums themselves: of a page of the database, in the last bytes
 * of it, and of a frame of its log, as SQLite writes them (sqlite.org/fileformat2.html, 4.2).
 */
#ifndef META_SQLITE_PAGE_SUM_H
#define META_SQLITE_PAGE_SUM_H

#include "base/base.h"

/* The page's number 4 | CRC-32C of all before 4; little-endian. SQLite leaves these bytes alone:
 * byte 20 of the file says how many there are. */
#define PAGE_SUM_LEN     8
#define PAGE_RESERVED_AT 20

void page_sum_set(uint8_t *page, size_t len, uint32_t no);
bool page_sum_holds(const uint8_t *page, size_t len, uint32_t no);

/* Does a file that begins with this page have sums? Also when just the byte that says so is not
 * what it was. */
bool page_sums_in(const uint8_t *first_page, size_t len);

/* The log: 32 bytes of header, then frames: page 4 | size after a commit, else 0 4 | salt 8 |
 * checksum 8 | the page. A checksum covers everything before it but salts, from the log's
 * beginning. Big-endian. */
#define LOG_HEADER   32
#define FRAME_HEADER 24

struct log_sum {
    uint32_t at[2];
};

struct frame {
    uint32_t page;
    uint32_t commit; /* 0: not the last of its transaction */
    uint8_t salt[8];
    struct log_sum sum;
};

struct log_sum log_sum_read(const uint8_t at[8]);
void frame_read(const uint8_t at[FRAME_HEADER], struct frame *out);

/* Is the header what it was? */
bool log_header_holds(const uint8_t at[LOG_HEADER]);

/* Is the frame with this header, behind one (or the log's header) with the sum `before`? */
bool frame_holds(struct log_sum before, const uint8_t header[FRAME_HEADER], const uint8_t *page,
                 size_t len);

#endif
