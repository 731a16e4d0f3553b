#include "dialect/superoffice/harness.h"

static struct bytes label_of(const char *accept, const char *content_type, const char *query,
                             bool rows)
{
    static struct arena *arena;
    struct http_header headers[2];
    struct http_request req = { .query = bytes_str(query), .headers = headers };
    enum so_format format;
    struct bytes label;

    arena = arena ? arena : arena_new(1 << 20);
    if (accept)
        headers[req.header_count++] = (struct http_header){ B("Accept"), bytes_str(accept) };
    if (content_type)
        headers[req.header_count++] =
            (struct http_header){ B("Content-Type"), bytes_str(content_type) };
    so_negotiate(arena, &req, rows, &format, &label);
    CHECK(bytes_ends_nocase(label, B("; charset=utf-8")));
    label.len -= 15;
    CHECK_INT(format, bytes_ends_nocase(label, B("xml")) ? SO_FORMAT_XML : SO_FORMAT_JSON);
    return label;
}

TEST(accept_is_weighed_then_the_own_type_counts_then_json)
{
    static const struct {
        const char *accept, *content_type, *want;
    } cases[] = {
        { NULL, NULL, "application/json" },
        { "", NULL, "application/json" },
        { "application/json; charset=utf-8", NULL, "application/json" },
        { "text/json", NULL, "text/json" },
        { "application/xml", NULL, "application/xml" },
        { "TEXT/XML", NULL, "text/xml" },
        { "application/json-patch+json", NULL, "application/json-patch+json" },
        { "application/merge-patch+json", NULL, "application/merge-patch+json" },
        { "application/xml;q=0.5, text/json;q=0.6", NULL, "text/json" },
        { "application/json;q=0, application/xml;q=0.001", NULL, "application/xml" },
        { "application/json;q=0, */*", NULL, "application/json" }, /* never 406 */
        { "application/xml, application/json", NULL, "application/xml" },
        { "application/json, application/xml", NULL, "application/json" },
        { "*/*", NULL, "application/json" },
        { "*/*", "text/xml", "text/xml" },
        { "application/xml;q=0.5, */*;q=0.8", NULL, "application/json" },
        { "application/json, text/plain, */*", "text/xml", "application/json" }, /* axios */
        { NULL, "text/xml; charset=utf-8", "text/xml" },
        { NULL, "application/json", "application/json" },
        { NULL, "application/x-www-form-urlencoded", "application/json" },
        { NULL, "image/png", "application/json" },
        { "application/html", NULL, "application/json" },
        { "application/html", "application/xml", "application/xml" },
        { "image/png, image/jpeg", NULL, "application/json" },
        { "text/html", NULL, "application/json" },
        { "text/*", NULL, "text/json" },
        { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", NULL,
          "application/xml" }, /* a browser's */
        { "nonsense;;;,,", NULL, "application/json" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes got = label_of(cases[i].accept, cases[i].content_type, "", false);
        if (!bytes_eq(got, bytes_str(cases[i].want)))
            test_fail(__FILE__, __LINE__, "case %zu: %.*s", i, (int)got.len, got.at);
    }
}

TEST(the_format_parameter_counts_for_rows_only)
{
    CHECK_BYTES(label_of("application/json", NULL, "a=1&$Format=XML", true), B("application/xml"));
    CHECK_BYTES(label_of("application/xml", NULL, "%24format=json", true), B("application/json"));
    CHECK_BYTES(label_of("application/xml", NULL, "$format=yaml", true), B("application/xml"));
    CHECK_BYTES(label_of("application/json", NULL, "$format=xml", false), B("application/json"));
}

TEST(failures_are_worded_in_the_form_that_was_asked_for)
{
    struct world w;
    world_open(&w);

    ask(&w, HTTP_GET, "/api/v1/Person/999/ImageInfo", TICKET "Accept: text/xml\n", B(""));
    CHECK_INT(w.res.status, 404);
    CHECK_BYTES(w.res.content_type, B("text/xml; charset=utf-8"));
    CHECK_BYTES(w.res.body,
                B("<ErrorResponse xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">"
                  "<Error>true</Error><ErrorType>SoNotFoundException</ErrorType>"
                  "<ErrorMessage>no person 999</ErrorMessage><Message>no person 999</Message>"
                  "<MessageDetail/><ErrorSource>PictureService</ErrorSource>"
                  "<InnerError i:nil=\"true\"/></ErrorResponse>"));
    /* no such route, no such method, no credential, an image route asked for an image */
    ask(&w, HTTP_GET, "/api/v1/Nothing", TICKET "Accept: application/xml\n", B(""));
    CHECK_INT(w.res.status, 404);
    CHECK(contains(w.res.body, "<ErrorType>SoNotFoundException</ErrorType>"));
    ask(&w, HTTP_DELETE, "/api/v1/Person/41/ImageInfo", TICKET "Accept: application/xml\n", B(""));
    CHECK_INT(w.res.status, 405);
    CHECK(contains(w.res.body, "<ErrorType>SoNotSupportedException</ErrorType>"));
    ask(&w, HTTP_GET, "/api/v1/Person/41/ImageInfo", "Accept: application/xml\n", B(""));
    CHECK_INT(w.res.status, 401);
    CHECK(contains(w.res.body, "<ErrorType>SoSessionException</ErrorType>"));
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET "Accept: image/png\n", B(""));
    expect_error(&w, 404, "SoNotFoundException");
    CHECK_BYTES(w.res.content_type, B("application/json; charset=utf-8"));
    ask(&w, HTTP_PUT, "/api/v1/Person/41/ImageInfo", TICKET "Accept: application/xml\n",
        B("{\"Description\":{}}"));
    CHECK_INT(w.res.status, 400);
    CHECK(contains(w.res.body, "<Fields><StringKeyValuePair><Key>Description</Key>"
                               "<Value>Description is not a text</Value></StringKeyValuePair>"
                               "</Fields>"));
    world_close(&w);
}

TEST(a_bare_number_is_an_int_element_in_xml)
{
    struct world w;
    world_open(&w);

    ask(&w, HTTP_PUT, "/api/v1/Person/41/Image",
        TICKET "Content-Type: image/png\nAccept: application/xml\n", PNG);
    CHECK_INT(w.res.status, 200);
    CHECK_BYTES(w.res.content_type, B("application/xml; charset=utf-8"));
    CHECK_BYTES(w.res.body, B("<int xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\">"
                              "1</int>"));
    world_close(&w);
}

TEST_MAIN
