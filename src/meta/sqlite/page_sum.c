#include "meta/sqlite/page_sum.h"
#include "base/crypto.h"

#include <endian.h>

#define LOG_MAGIC 0x377F0682 /* the lowest bit: words are summed up as big-endian ones */

static uint32_t sum_of(const uint8_t *page, size_t len)
{
    return crc32c(bytes_of((const char *)page, len - 4));
}

static uint32_t little(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static uint32_t big(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

void page_sum_set(uint8_t *page, size_t len, uint32_t no)
{
    uint32_t value = htole32(no);

    memcpy(page + len - 8, &value, sizeof value);
    value = htole32(sum_of(page, len));
    memcpy(page + len - 4, &value, sizeof value);
}

bool page_sum_holds(const uint8_t *page, size_t len, uint32_t no)
{
    return little(page + len - 8) == no && little(page + len - 4) == sum_of(page, len);
}

bool page_sums_in(const uint8_t *first_page, size_t len)
{
    const char says = PAGE_SUM_LEN;
    const char *at = (const char *)first_page;

    if (first_page[PAGE_RESERVED_AT] == PAGE_SUM_LEN)
        return true;
    uint32_t sum = crc32c(bytes_of(at, PAGE_RESERVED_AT));
    sum = crc32c_more(sum, bytes_of(&says, 1));
    sum = crc32c_more(sum, bytes_of(at + PAGE_RESERVED_AT + 1, len - 4 - PAGE_RESERVED_AT - 1));
    return little(first_page + len - 8) == 1 && little(first_page + len - 4) == sum;
}

/* ---- the log ---- */

struct log_sum log_sum_read(const uint8_t at[8])
{
    return (struct log_sum){ { big(at), big(at + 4) } };
}

void frame_read(const uint8_t at[FRAME_HEADER], struct frame *out)
{
    out->page = big(at);
    out->commit = big(at + 4);
    memcpy(out->salt, at + 8, sizeof out->salt);
    out->sum = log_sum_read(at + 16);
}

static struct log_sum add(struct log_sum sum, const uint8_t *at, size_t len, bool as_big)
{
    for (size_t i = 0; i < len; i += 8) {
        sum.at[0] += (as_big ? big(at + i) : little(at + i)) + sum.at[1];
        sum.at[1] += (as_big ? big(at + i + 4) : little(at + i + 4)) + sum.at[0];
    }
    return sum;
}

static bool same(struct log_sum a, struct log_sum b)
{
    return a.at[0] == b.at[0] && a.at[1] == b.at[1];
}

bool log_header_holds(const uint8_t at[LOG_HEADER])
{
    uint32_t magic = big(at);

    return (magic | 1) == (LOG_MAGIC | 1) &&
           same(add((struct log_sum){ { 0 } }, at, 24, magic & 1), log_sum_read(at + 24));
}

/* Which order the words have is said in the log's header, which need not be read for that: of
 * another machine's log they have the other one. */
bool frame_holds(struct log_sum before, const uint8_t header[FRAME_HEADER], const uint8_t *page,
                 size_t len)
{
    struct log_sum said = log_sum_read(header + 16);

    for (int as_big = 0; as_big < 2; as_big++) {
        if (same(add(add(before, header, 8, as_big), page, len, as_big), said))
            return true;
    }
    return false;
}
