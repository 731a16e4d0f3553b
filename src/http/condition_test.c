#include "http/http.h"
#include "test.h"

#define SAME  "Wed, 04 Mar 2026 10:00:00 GMT"
#define LATER "Wed, 04 Mar 2026 10:00:01 GMT"
#define EARLY "Wed, 04 Mar 2026 09:59:59 GMT"

#define NOW_US 1772618400000000 /* SAME */

static enum http_condition ask(enum http_method method, const char *const (*headers)[2],
                               struct bytes etag)
{
    struct http_header list[4];
    size_t count = 0;

    for (; count < 4 && headers[count][0]; count++)
        list[count] =
            (struct http_header){ bytes_str(headers[count][0]), bytes_str(headers[count][1]) };
    struct http_request req = { .method = method, .headers = list, .header_count = count };
    struct http_validators now = { .etag = etag, .modified_us = NOW_US + 999999 };
    return http_condition(&req, &now);
}

#define GO   HTTP_CONDITION_GO
#define SAVE HTTP_CONDITION_NOT_MODIFIED
#define FAIL HTTP_CONDITION_FAILED

TEST(conditions_are_answered_in_the_order_of_the_rfc)
{
    static const struct {
        const char *headers[4][2];
        enum http_condition get, put;
    } table[] = {
        { { { 0 } }, GO, GO },
        { { { "If-None-Match", "\"a\"" } }, SAVE, FAIL },
        { { { "if-none-match", "*" } }, SAVE, FAIL },
        { { { "If-None-Match", "W/\"a\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "\"b\", W/\"c\" ,\"a\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "\"b\"" } }, GO, GO },
        { { { "If-None-Match", "\"x,\"a\"" } }, GO, GO },
        { { { "If-None-Match", "\"x,y\",,\"a\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "a" } }, GO, GO },
        { { { "If-None-Match", "a, \"a\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "" } }, GO, GO },
        { { { "If-None-Match", "\"a" } }, GO, GO },
        { { { "If-None-Match", "W/" } }, GO, GO },
        { { { "If-Match", "\"a\"" } }, GO, GO },
        { { { "If-Match", "*" } }, GO, GO },
        { { { "If-Match", "W/\"a\"" } }, FAIL, FAIL },
        { { { "If-Match", "\"b\"" } }, FAIL, FAIL },
        { { { "If-Match", "\"a\"" }, { "If-None-Match", "\"a\"" } }, SAVE, FAIL },
        { { { "If-Modified-Since", SAME } }, SAVE, GO },
        { { { "If-Modified-Since", LATER } }, SAVE, GO },
        { { { "If-Modified-Since", EARLY } }, GO, GO },
        { { { "If-Modified-Since", "Wed, 04 Mar 2026 10:00:00 G5T" } }, GO, GO },
        { { { "If-Modified-Since", LATER }, { "If-None-Match", "\"b\"" } }, GO, GO },
        { { { "If-Unmodified-Since", SAME } }, GO, GO },
        { { { "If-Unmodified-Since", EARLY } }, GO, FAIL },
        { { { "If-Unmodified-Since", "never" } }, GO, GO },
        { { { "If-Unmodified-Since", EARLY }, { "If-Match", "\"a\"" } }, GO, GO },
        { { { "If-Unmodified-Since", EARLY }, { "If-Modified-Since", LATER } }, SAVE, FAIL },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int get = (int)ask(HTTP_GET, table[i].headers, B("\"a\""));
        int head = (int)ask(HTTP_HEAD, table[i].headers, B("\"a\""));
        int put = (int)ask(HTTP_PUT, table[i].headers, B("\"a\""));
        if (get != (int)table[i].get || head != get || put != (int)table[i].put)
            test_fail(__FILE__, __LINE__, "row %zu: %d %d %d", i, get, head, put);
    }
}

/* In which form a text was sent matters to who has it, not to who changes what it tells. */
TEST(writes_compare_the_state_and_reads_the_text)
{
    static const struct {
        const char *headers[4][2];
        enum http_condition get;
        enum http_condition put;
    } table[] = {
        { { { "If-None-Match", "\"a~fx\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "\"a~fj\"" } }, GO, FAIL },
        { { { "If-None-Match", "\"a~fx-gzip\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "\"a~fx-deflate\"" } }, SAVE, FAIL },
        { { { "If-None-Match", "\"a~fx-br\"" } }, GO, FAIL },
        { { { "If-None-Match", "\"a\"" } }, GO, FAIL },
        { { { "If-Match", "\"a~fj-gzip\"" } }, FAIL, GO },
        { { { "If-Match", "\"b~fx\"" } }, FAIL, FAIL },
        { { { "If-Match", "\"~fx\"" } }, FAIL, FAIL },
        { { { "If-Match", "\"a~fx" } }, FAIL, FAIL },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int get = (int)ask(HTTP_GET, table[i].headers, B("\"a~fx\""));
        int put = (int)ask(HTTP_PUT, table[i].headers, B("\"a~fx\""));
        if (get != (int)table[i].get || put != (int)table[i].put)
            test_fail(__FILE__, __LINE__, "row %zu: %d %d", i, get, put);
    }
}

TEST(a_star_does_not_match_what_is_not_there)
{
    static const char *const match[4][2] = { { "If-Match", "*" } };
    static const char *const none[4][2] = { { "If-None-Match", "*" } };

    CHECK_INT(ask(HTTP_PUT, match, (struct bytes){ 0 }), FAIL);
    CHECK_INT(ask(HTTP_PUT, none, (struct bytes){ 0 }), GO);
}

TEST_MAIN
