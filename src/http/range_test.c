#include "http/http.h"
#include "test.h"

#define NOW_US 1772618400000000 /* Wed, 04 Mar 2026 10:00:00 GMT */

static int ask(enum http_method method, const char *range, const char *if_range, uint64_t size,
               uint64_t *offset, uint64_t *length)
{
    struct http_header list[2] = { { B("Range"), bytes_str(range) },
                                   { B("If-Range"), bytes_str(if_range) } };
    struct http_request req = { .method = method,
                                .headers = list,
                                .header_count = if_range ? 2 : 1 };
    struct http_validators now = { .etag = B("\"a\""), .modified_us = NOW_US + 5 };

    return http_range(&req, &now, size, offset, length);
}

TEST(single_ranges_are_taken)
{
    static const struct {
        const char *range;
        uint64_t size;
        int want;
        uint64_t offset, length;
    } table[] = {
        { "bytes=0-0", 10, 206, 0, 1 },
        { "bytes=0-", 10, 206, 0, 10 },
        { "bytes=3-5", 10, 206, 3, 3 },
        { "BYTES=3-5", 10, 206, 3, 3 },
        { " bytes= 3-5 ", 10, 206, 3, 3 },
        { "bytes=3-99", 10, 206, 3, 7 },
        { "bytes=9-", 10, 206, 9, 1 },
        { "bytes=3-99999999999999999999999", 10, 206, 3, 7 },
        { "bytes=-3", 10, 206, 7, 3 },
        { "bytes=-30", 10, 206, 0, 10 },
        { "bytes=-99999999999999999999999", 10, 206, 0, 10 },
        { "bytes=10-", 10, 416, 0, 10 },
        { "bytes=10-20", 10, 416, 0, 10 },
        { "bytes=99999999999999999999999-", 10, 416, 0, 10 },
        { "bytes=-0", 10, 416, 0, 10 },
        { "bytes=0-", 0, 416, 0, 0 },
        { "bytes=-1", 0, 416, 0, 0 },
        { "bytes=5-3", 10, 200, 0, 10 },
        { "bytes=-", 10, 200, 0, 10 },
        { "bytes=", 10, 200, 0, 10 },
        { "bytes=1", 10, 200, 0, 10 },
        { "bytes=a-b", 10, 200, 0, 10 },
        { "bytes=1-2,4-5", 10, 200, 0, 10 },
        { "bytes=1-2x", 10, 200, 0, 10 },
        { "bytes=--1", 10, 200, 0, 10 },
        { "items=0-1", 10, 200, 0, 10 },
        { "", 10, 200, 0, 10 },
        { NULL, 10, 200, 0, 10 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        uint64_t offset = 77, length = 77;
        int got = ask(HTTP_GET, table[i].range, NULL, table[i].size, &offset, &length);
        if (got != table[i].want || offset != table[i].offset || length != table[i].length)
            test_fail(__FILE__, __LINE__, "'%s' gives %d, %" PRIu64 ", %" PRIu64, table[i].range,
                      got, offset, length);
    }
}

TEST(only_get_has_ranges)
{
    uint64_t offset, length;

    CHECK_INT(ask(HTTP_HEAD, "bytes=0-1", NULL, 10, &offset, &length), 200);
    CHECK_INT(ask(HTTP_PUT, "bytes=0-1", NULL, 10, &offset, &length), 200);
    CHECK_INT(length, 10);
}

TEST(if_range_says_whether_the_range_counts)
{
    static const struct {
        const char *if_range;
        int want;
    } table[] = {
        { "\"a\"", 206 },
        { " \"a\" ", 206 },
        { "\"b\"", 200 },
        { "W/\"a\"", 200 },
        { "Wed, 04 Mar 2026 10:00:00 GMT", 206 },
        { "Wed, 04 Mar 2026 10:00:01 GMT", 200 },
        { "Wed, 04 Mar 2026 09:59:59 GMT", 200 },
        { "rubbish", 200 },
        { "", 200 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        uint64_t offset, length;
        CHECK_INT(ask(HTTP_GET, "bytes=0-1", table[i].if_range, 10, &offset, &length),
                  table[i].want);
    }
}

TEST_MAIN
