#include "dialect/bitrix24/download.h"
#include "dialect/bitrix24/envelope.h"
#include "dialect/bitrix24/xml.h"
#include "test.h"

static const struct b24_times times = {
    .start_us = 1790000000120345,
    .run_us = 1790000000122890,
    .finish_us = 1790000001000002,
};

TEST(a_success_has_result_paging_and_time)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct strbuf text;
    struct b24_result result = { .json = &text, .total = 60, .next = 50 };

    strbuf_init(&text, arena, 0, 10000);
    b24_envelope_open(&text);
    strbuf_lit(&text, "true");
    b24_envelope_close(&text, &result, &times);
    CHECK_BYTES(strbuf_bytes(&text), B("{\"result\":true,\"next\":50,\"total\":60,\"time\":{"
                                       "\"start\":1790000000.120345,\"finish\":1790000001.000002,"
                                       "\"duration\":0.879657,\"processing\":0.877112,"
                                       "\"date_start\":\"2026-09-21T14:13:20+00:00\","
                                       "\"date_finish\":\"2026-09-21T14:13:21+00:00\"}}"));
}

TEST(a_clock_that_was_set_back_gives_no_negative_duration)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_times back = { .start_us = 2000000, .run_us = 2000000, .finish_us = 1000000 };
    struct strbuf text;

    strbuf_init(&text, arena, 0, 10000);
    b24_time_write(&text, &back);
    text.at[text.len] = '\0';
    CHECK(strstr(text.at, "\"duration\":0.000000,\"processing\":0.000000,") != NULL);
}

TEST(operating_time_is_told_while_it_is_limited)
{
    static const struct {
        struct b24_operating operating;
        struct bytes want;
    } rows[] = {
        { { false, 0, 0 }, B("+00:00\"}") },
        { { true, 0, 0 }, B("+00:00\",\"operating\":0.000000}") },
        { { true, 1512345, 1790000400 },
          B("+00:00\",\"operating\":1.512345,\"operating_reset_at\":1790000400}") },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct b24_times with = times;
        struct strbuf text;

        with.operating = rows[i].operating;
        strbuf_init(&text, arena, 0, 10000);
        b24_time_write(&text, &with);
        struct bytes whole = strbuf_bytes(&text);
        CHECK_BYTES(bytes_from(whole, whole.len - rows[i].want.len), rows[i].want);
    }
}

TEST(a_code_is_a_string_unless_numbers_are_asked_for)
{
    static const struct {
        struct bytes code;
        bool numeric;
        struct bytes want;
    } rows[] = {
        { B("0"), false, B("{\"error\":\"0\",\"error_description\":\"a \\\"b\\\"\"}") },
        { B("0"), true, B("{\"error\":0,\"error_description\":\"a \\\"b\\\"\"}") },
        { B("200040300010"), true,
          B("{\"error\":200040300010,\"error_description\":\"a \\\"b\\\"\"}") },
        { B("expired_token"), true,
          B("{\"error\":\"expired_token\",\"error_description\":\"a \\\"b\\\"\"}") },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct b24_failure failure = { 400, rows[i].code, B("a \"b\"") };
        struct strbuf text;

        strbuf_init(&text, arena, 0, 10000);
        b24_error_write(&text, &failure, rows[i].numeric);
        CHECK_BYTES(strbuf_bytes(&text), rows[i].want);
    }
}

static const struct {
    const char *json;
    const char *xml;
} documents[] = {
    { "{\"result\":{\"productImages\":[{\"id\":1},{\"id\":2}]},\"total\":2}",
      "<response><result><productImages><item><id>1</id></item><item><id>2</id></item>"
      "</productImages></result><total>2</total></response>" },
    { "{\"result\":true}", "<response><result>1</result></response>" },
    { "{\"result\":false}", "<response><result></result></response>" },
    { "{\"result\":null}", "<response><result></result></response>" },
    { "{\"result\":\"<a & 'b' \\\"c\\\">\\u0007\"}",
      "<response><result>&lt;a &amp; &#039;b&#039; &quot;c&quot;&gt;</result></response>" },
    { "{\"0\":1,\"a b\":2,\"<x>\":3,\"\":4}",
      "<response><item>1</item><item>2</item><item>3</item><item>4</item></response>" },
    { "{\"start\":1790000000.120345}", "<response><start>1790000000.120345</start></response>" },
};

TEST(xml_says_what_the_json_says)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct strbuf text;

        strbuf_init(&text, arena, 0, 10000);
        CHECK(b24_xml_write(&text, bytes_str(documents[i].json)));
        CHECK_BYTES(strbuf_bytes(&text), bytes_str(documents[i].xml));
    }
}

static struct bytes header(const struct http_response *res, const char *name)
{
    for (size_t i = 0; i < res->header_count; i++) {
        if (bytes_eq_nocase(res->headers[i].name, bytes_str(name)))
            return res->headers[i].value;
    }
    return (struct bytes){ 0 };
}

TEST(every_answer_has_its_type_and_the_cors_headers)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct http_response res = { 0 };
    struct call c = { .res = &res, .arena = arena };
    struct strbuf text;

    strbuf_init(&text, arena, 0, 1000);
    strbuf_lit(&text, "{\"result\":1}");
    b24_reply(&c, 200, &text, false);
    CHECK_INT(res.status, 200);
    CHECK_BYTES(res.content_type, B("application/json; charset=utf-8"));
    CHECK_BYTES(res.body, B("{\"result\":1}"));
    CHECK_BYTES(header(&res, "Access-Control-Allow-Origin"), B("*"));
    CHECK_BYTES(header(&res, "Access-Control-Allow-Headers"),
                B("origin, content-type, accept, authorization"));
    CHECK_BYTES(header(&res, "X-Content-Type-Options"), B("nosniff"));
    b24_reply(&c, 404, &text, true);
    CHECK_INT(res.status, 404);
    CHECK_BYTES(res.content_type, B("text/xml; charset=utf-8"));
    CHECK_BYTES(res.body, B("<response><result>1</result></response>"));
}

TEST(an_answer_that_did_not_fit_is_an_internal_error)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct http_response res = { 0 };
    struct call c = { .res = &res, .arena = arena };
    struct strbuf text;

    strbuf_init(&text, arena, 0, 4);
    strbuf_lit(&text, "{\"result\":1}");
    b24_reply(&c, 200, &text, false);
    CHECK_INT(res.status, 500);
    CHECK_BYTES(res.body, B("{\"error\":\"INTERNAL_SERVER_ERROR\","
                            "\"error_description\":\"Internal server error\"}"));
}

static const struct {
    int status;
    const char *text;
    const char *code;
    const char *want;
} statuses[] = {
    { 400, "Bad request", "INVALID_REQUEST", "Bad request" },
    { 404, "Not found", "ERROR_NOT_FOUND", "Not found" },
    { 405, "Method not allowed", "INVALID_REQUEST", "Method not allowed" },
    { 408, "Request time-out", "INVALID_REQUEST", "Request time-out" },
    { 413, "Too large", "INVALID_REQUEST", "Too large" },
    { 414, "", "INVALID_REQUEST", "Request is too large" },
    { 429, "slow down", "QUERY_LIMIT_EXCEEDED", "Too many requests" },
    { 500, "secret details", "INTERNAL_SERVER_ERROR", "Internal server error" },
    { 502, NULL, "INTERNAL_SERVER_ERROR", "Internal server error" },
    { 503, "busy", "QUERY_LIMIT_EXCEEDED", "Too many requests" },
};

TEST(errors_of_the_http_layer_have_a_code_that_stops_blind_repeats)
{
    for (size_t i = 0; i < COUNT(statuses); i++) {
        struct b24_failure f = b24_failure_of_status(statuses[i].status, statuses[i].text);

        CHECK_INT(f.status, statuses[i].status);
        CHECK_BYTES(f.code, bytes_str(statuses[i].code));
        CHECK_BYTES(f.text, bytes_str(statuses[i].want));
    }
}

TEST(every_reason_has_a_status_a_code_and_words)
{
    for (int reason = B24_PARAMETER_MISSING; reason < B24_REASON_END; reason++) {
        struct err e = { 0 };

        CHECK(b24_error(&e, (enum b24_reason)reason) != ERR_NONE);
        struct b24_failure f = b24_failure_of(&e);
        CHECK(f.status >= 400 && f.status < 600);
        CHECK(f.code.len > 0);
        CHECK(f.text.len > 0 || reason <= B24_ARGUMENT || reason == B24_OAUTH_REQUEST);
    }
}

TEST(faults_of_the_store_never_show_their_text)
{
    static const enum err_code faults[] = { ERR_UNAVAILABLE, ERR_CORRUPT, ERR_INTERNAL };

    for (size_t i = 0; i < COUNT(faults); i++) {
        struct err e = { 0 };

        CHECK_INT(err_set(&e, faults[i], "open '/srv/data': denied"), faults[i]);
        CHECK(b24_failure_is_ours(&e));
        CHECK_INT(b24_failure_of(&e).status, 500);
        CHECK_BYTES(b24_failure_of(&e).code, B("INTERNAL_SERVER_ERROR"));
        CHECK_BYTES(b24_failure_of(&e).text, B("Internal server error"));
    }
}

TEST(without_memory_nothing_was_done_and_clients_may_repeat)
{
    struct err e = { 0 };

    CHECK_INT(err_set(&e, ERR_NO_MEMORY, "read a blob"), ERR_NO_MEMORY);
    CHECK(b24_failure_is_ours(&e));
    CHECK_INT(b24_failure_of(&e).status, 503);
    CHECK_BYTES(b24_failure_of(&e).code, B("QUERY_LIMIT_EXCEEDED"));
}

static const struct {
    struct bytes name;
    const char *want;
} dispositions[] = {
    { B("mug.png"), "attachment; filename=\"mug.png\"; filename*=UTF-8''mug.png" },
    { B("a \"b\"\\c.png"),
      "attachment; filename=\"a _b__c.png\"; filename*=UTF-8''a%20%22b%22%5Cc.png" },
    { B("\xC3\xA4\xE2\x82\xAC.png"),
      "attachment; filename=\"__.png\"; filename*=UTF-8''%C3%A4%E2%82%AC.png" },
    { B("50%.png"), "attachment; filename=\"50_.png\"; filename*=UTF-8''50%25.png" },
};

TEST(a_file_name_is_safe_in_its_header)
{
    for (size_t i = 0; i < COUNT(dispositions); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

        CHECK_BYTES(b24_content_disposition(arena, B24_ATTACHMENT, dispositions[i].name),
                    bytes_str(dispositions[i].want));
    }
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    CHECK(bytes_starts(b24_content_disposition(arena, B24_INLINE, B("a.png")),
                       B("inline; filename=\"a.png\";")));
}

TEST_MAIN
