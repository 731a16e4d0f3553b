#include "base/clock.h"
#include "http/http.h"

/* Takes the digits off *text; false when there are none. Too large a number is UINT64_MAX. */
static bool take_number(struct bytes *text, uint64_t *out)
{
    size_t i = 0;
    uint64_t value = 0;

    for (; i < text->len && text->at[i] >= '0' && text->at[i] <= '9'; i++) {
        uint64_t digit = (uint64_t)(text->at[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            value = UINT64_MAX;
        else
            value = value * 10 + digit;
    }
    *text = bytes_from(*text, i);
    *out = value;
    return i > 0;
}

/* If-Range: the range counts only when the resource is still the one the client has. */
static bool still_the_same(const struct http_request *req, const struct http_validators *now)
{
    struct bytes header = http_header_find(req, "If-Range");
    int64_t date_us;

    if (!header.at)
        return true;
    header = bytes_trim(header);
    if (bytes_starts(header, B("\"")) || bytes_starts(header, B("W/")))
        return now->etag.len && bytes_eq(header, now->etag); /* strong: no W/ is ever equal */
    return clock_read_http(header, &date_us) && date_us / SECOND_US == now->modified_us / SECOND_US;
}

int http_range(const struct http_request *req, const struct http_validators *now, uint64_t size,
               uint64_t *offset, uint64_t *length)
{
    struct bytes range = bytes_trim(http_header_find(req, "Range"));
    uint64_t first, last;

    *offset = 0;
    *length = size;
    if (req->method != HTTP_GET || !bytes_starts_nocase(range, B("bytes=")) ||
        !still_the_same(req, now))
        return 200;
    range = bytes_trim(bytes_from(range, 6));

    bool has_first = take_number(&range, &first);
    if (!bytes_starts(range, B("-")))
        return 200;
    range = bytes_from(range, 1);
    bool has_last = take_number(&range, &last);
    if (range.len || (!has_first && !has_last) || (has_first && has_last && last < first))
        return 200;

    if (!has_first) { /* the last bytes */
        if (last == 0 || size == 0)
            return 416;
        *length = last < size ? last : size;
        *offset = size - *length;
        return 206;
    }
    if (first >= size)
        return 416;
    *offset = first;
    *length = (has_last && last < size ? last + 1 : size) - first;
    return 206;
}
