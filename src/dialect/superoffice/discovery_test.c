/* Discovery (superoffice 12): what the server says of itself. */
#include "base/value.h"
#include "dialect/superoffice/harness.h"

#define JSON "Accept: application/json\n"

static void open_and_ask(struct world *w, const char *target, const char *headers)
{
    world_open(w);
    ask(w, HTTP_GET, target, headers, B(""));
    CHECK_INT(w->res.status, 200);
}

TEST(api_is_json_for_who_asks_for_json_and_html_for_the_rest)
{
    static const struct {
        const char *accept;
        bool html;
    } cases[] = {
        { "", true },
        { "Accept: */*\n", true },
        { JSON, false },
        { "Accept: application/json, text/plain, */*\n", false },
        { "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\n", true },
        { "Accept: image/png\n", true },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, HTTP_GET, "/api", cases[i].accept, B(""));
        CHECK_INT(w.res.status, 200);
        CHECK_INT(contains(w.res.content_type, "text/html"), cases[i].html);
        CHECK_INT(contains(w.res.body, "<!DOCTYPE html>"), cases[i].html);
        CHECK(contains(w.res.body, "http://localhost:8080/api/v1"));
    }
    world_close(&w);
}

TEST(api_tells_versions_that_integrations_compare)
{
    struct world w;
    open_and_ask(&w, "/crm/API/", JSON);

    CHECK(bytes_starts(w.res.body, B("{\"v1\":\"http://localhost:8080/crm/api/v1\",\"Version\":"
                                     "\"v1\",\"NetServerVersion\":\"10.2.0.0\",")));
    CHECK(contains(w.res.body, "\"NetServerDate\":\"20"));
    CHECK(contains(w.res.body, "\"PictureService\":\"Cameo "));
    CHECK(!header_of(&w.res, "Last-Modified").at && !header_of(&w.res, "ETag").at);
    ask(&w, HTTP_GET, "/api", JSON "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\n", B(""));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(the_list_of_addresses_has_every_kind_and_no_alias)
{
    struct world w;
    open_and_ask(&w, "/my%20crm/api/v1", "");

    CHECK(contains(w.res.content_type, "application/json"));
    CHECK(contains(w.res.body, "/api/v1/Contact/{id}/Image\":{\"GET\":\"The picture\",\"PUT\":"));
    CHECK(contains(w.res.body, "/api/v1/Product/{id}/ImageInfo\":{\"GET\":"));
    CHECK(!contains(w.res.body, "Services") && !contains(w.res.body, "Content"));
    CHECK(!contains(w.res.body, "{kind}") && !contains(w.res.body, "{entity}"));
    ask(&w, HTTP_GET, "/api/v1", "Accept: text/html\n", B(""));
    CHECK(contains(w.res.body, "<td>http://localhost:8080/api/v1/Person/{id}/Image</td>"));
    world_close(&w);
}

TEST(the_description_holds_every_carrier_once)
{
    struct err e = { 0 };
    struct value *api = NULL;
    struct world w;
    open_and_ask(&w, "/api/swagger/v1.json", "Accept: text/html\n");

    CHECK(contains(w.res.content_type, "application/json"));
    must(json_read(w.arena, w.res.body, &api, &e), &e);
    CHECK(contains(w.res.body, "\"basePath\":\"/\""));
    for (size_t i = 0; i < so_carrier_count; i++) {
        for (size_t j = 0; j < i; j++)
            CHECK(!bytes_eq(so_carriers[i]->name, so_carriers[j]->name));
    }
    world_close(&w);
}

TEST(the_page_runs_only_its_own_script)
{
    static const char *const targets[] = { "/swagger", "/swagger/", "/a/b/SWAGGER/" };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(targets); i++) {
        ask(&w, HTTP_GET, targets[i], "", B(""));
        CHECK_INT(w.res.status, 200);
        CHECK(contains(header_of(&w.res, "Content-Security-Policy"), "script-src 'sha256-"));
        CHECK(!contains(w.res.body, "http:") && !contains(w.res.body, "https:"));
    }
    CHECK(contains(w.res.body, "data-from=\"/a/b/api/swagger/v1.json\""));
    ask(&w, HTTP_GET, "/\"><script>/swagger", "", B(""));
    CHECK(contains(w.res.body, "data-from=\"/%22%3E%3Cscript%3E/api/"));
    ask(&w, HTTP_POST, "/swagger", "", B(""));
    expect_error(&w, 405, "SoNotSupportedException");
    world_close(&w);
}

TEST(only_that_page_is_claimed_beside_api)
{
    static const char *const ours[] = { "/swagger", "/swagger/", "/x/Swagger" };
    static const char *const others[] = { "/swagger/x",    "/swaggers", "/xswagger",
                                          "/swagger.json", "swagger",   "" };

    for (size_t i = 0; i < COUNT(ours); i++)
        CHECK(superoffice.claims(&(struct http_request){ .path = bytes_str(ours[i]) }));
    for (size_t i = 0; i < COUNT(others); i++)
        CHECK(!superoffice.claims(&(struct http_request){ .path = bytes_str(others[i]) }));
}

TEST_MAIN
