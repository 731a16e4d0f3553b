#include "http/html.h"
#include "http/http.h"
#include "test.h"

TEST(headers_are_found_in_any_case_and_the_first_counts)
{
    const struct http_header headers[] = {
        { B("Accept"), B("a") },
        { B("x-token"), B("1") },
        { B("X-TOKEN"), B("2") },
        { B("Empty"), { NULL, 0 } },
    };
    struct http_request req = { .headers = headers, .header_count = COUNT(headers) };

    CHECK_BYTES(http_header_find(&req, "X-Token"), B("1"));
    CHECK_BYTES(http_header_find(&req, "ACCEPT"), B("a"));
    CHECK(http_header_find(&req, "empty").at != NULL);
    CHECK(http_header_find(&req, "Accep").at == NULL);
    CHECK(http_header_find(&(struct http_request){ 0 }, "Accept").at == NULL);
}

TEST(a_cookie_is_found_by_its_whole_name)
{
    const struct http_header headers[] = {
        { B("Cookie"), B("a=1; ab=2") },
        { B("cookie"), B("AB=3;  c=\"4\" ; d=5=6; e") },
    };
    struct http_request req = { .headers = headers, .header_count = COUNT(headers) };

    CHECK_BYTES(http_cookie_find(&req, B("a")), B("1"));
    CHECK_BYTES(http_cookie_find(&req, B("ab")), B("2"));
    CHECK_BYTES(http_cookie_find(&req, B("AB")), B("3"));
    CHECK_BYTES(http_cookie_find(&req, B("c")), B("4"));
    CHECK_BYTES(http_cookie_find(&req, B("d")), B("5=6"));
    CHECK_INT(http_cookie_find(&req, B("e")).len, 0);
    CHECK_INT(http_cookie_find(&req, B("b")).len, 0);
}

TEST(text_in_a_page_is_nothing_but_text)
{
    struct arena *arena = arena_new(1 << 16);
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1000);
    html_write(&out, B("<a href=\"x\" title='y'>&amp; \xc3\xa5</a>"));
    CHECK_BYTES(strbuf_bytes(&out), B("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp; "
                                      "\xc3\xa5&lt;/a&gt;"));
    arena_free(arena);
}

TEST(response_headers_are_kept_in_order)
{
    struct http_response res = { 0 };

    for (int i = 0; i < HTTP_HEADERS_MAX; i++)
        http_response_header(&res, i ? "B" : "A", B("v"));
    CHECK_INT(res.header_count, HTTP_HEADERS_MAX);
    CHECK_BYTES(res.headers[0].name, B("A"));
    CHECK_BYTES(res.headers[1].name, B("B"));
    CHECK_BYTES(res.headers[HTTP_HEADERS_MAX - 1].value, B("v"));
}

TEST(methods_have_names)
{
    static const char *const want[] = { "GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", "OTHER" };

    for (size_t i = 0; i < COUNT(want); i++)
        CHECK(strcmp(http_method_name((enum http_method)i), want[i]) == 0);
    CHECK(strcmp(http_method_name((enum http_method)99), "OTHER") == 0);
}

TEST_MAIN
