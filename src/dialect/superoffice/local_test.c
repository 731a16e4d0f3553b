#include "dialect/superoffice/harness.h"
#include "dialect/superoffice/local.h"
#include "locale/zone.h"

/* Reads a request with these headers, lines of `Name: value\n`. */
static enum err_code read_local(const char *lines, struct so_local *local, struct err *e)
{
    struct http_header headers[8];
    struct http_request req = { .headers = headers };
    struct bytes rest = bytes_str(lines), line;

    while (bytes_split(&rest, '\n', &line) && line.len) {
        size_t colon = bytes_index(line, ':');
        headers[req.header_count++] =
            (struct http_header){ bytes_first(line, colon),
                                  bytes_trim(bytes_from(line, colon + 1)) };
    }
    return so_local_read(&req, local, e);
}

TEST(languages_are_chosen_as_published)
{
    static const struct {
        const char *headers, *want;
    } table[] = {
        { "", "" },
        { "Accept: */*\nUser-Agent: x\nSO-Culture: nb-NO\n", "" },
        { "Accept-Language: en\n", "en" },
        { "Accept-Language: sv\n", "sv" },
        { "accept-language: NB-no\n", "no" },
        { "SO-Language: nb-NO\n", "no" },
        { "SO-LANGUAGE: nn\n", "no" },
        { "SO-Language: da\nAccept-Language: en\n", "da" },
        { "Accept-Language: en\nSO-Language: da\n", "da" },
        { "Accept-Language: en-us; en-gb\n", "en" },
        { "Accept-Language: fr,de,ru,zh\n", "fr" },
        { "Accept-Language: nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6\n", "no" },
        { "Accept-Language: de;q=0, fr;q=0.5\n", "fr" },
        { "Accept-Language: de;q=0.000;fr\n", "fr" },
        { "Accept-Language: de;q=0.001,fr\n", "de" },
        { "Accept-Language: US\n", "en" },
        { "SO-Language: GE\n", "de" },
        { "SO-Language: SW\n", "sv" },
        { "SO-Language: DK\n", "da" },
        { "SO-Language: du\n", "nl" },
        { "SO-Language: zh-Hans-CN\n", "zh" },
        { "SO-Language: ru\n", "ru" },
        { "SO-Language: tlh\n", "en" },
        { "SO-Language: qq, sv\n", "sv" },
        { "SO-Language: qq, 12, nonsense\n", "en" },
        { "SO-Language: qq\nAccept-Language: sv\n", "en" },
        { "SO-Language: *\n", "" },
        { "SO-Language: x\n", "" },
        { "SO-Language: X\n", "" },
        { "SO-Language: -\n", "" },
        { "SO-Language:\n", "" },
        { "SO-Language: ,;\n", "" },
        { "SO-Language: *\nAccept-Language: sv\n", "" },
        { "SO-Language:\nAccept-Language: sv\n", "" },
        { "SO-Language: x\nAccept-Language: en-us; en-gb\n", "" },
        { "Accept-Language: *\n", "" },
        { "Accept-Language:\n", "" },
        { "Accept-Language: sv, *;q=0.1\n", "sv" },
        { "Accept-Language: qq, *\n", "" },
        { "Accept-Language: ;;sv\n", "sv" },
        { "Accept-Language: q=0.5\n", "" },
        { "SO-Langwage: sv\nSO-Language : sv\n", "" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct err e = { 0 };
        struct so_local local;
        must(read_local(table[i].headers, &local, &e), &e);
        if (strcmp(local.language, table[i].want) != 0)
            test_fail(__FILE__, __LINE__, "%s: '%s', not '%s'", table[i].headers, local.language,
                      table[i].want);
        CHECK(!local.zone && !local.offsets && !local.zone_asked.at);
    }
}

TEST(time_zones_are_read_as_published)
{
    static const struct {
        const char *headers, *zone;
        bool offsets;
    } table[] = {
        { "SO-TimeZone: NO\n", "NO", false },
        { "SO-Timezone: no\n", "NO", false },
        { "SO-TIMEZONE: 261\n", "NO", false },
        { "SO-TimeZone: utc\n", "UTC", false },
        { "SO-TimeZone: NO, includeTZOffset\n", "NO", true },
        { "SO-TimeZone: NO,includeTZOffset\n", "NO", true },
        { "SO-TimeZone: us-ny,INCLUDETZOFFSET\n", "US-NY", true },
        { "SO-TimeZone: includeTZOffset\n", NULL, true },
        { "SO-TimeZone: includeTZOffset, FR\n", "FR", true },
        { "SO-TimeZone: NO,includeTZOffset,includeTZOffset\n", "NO", true },
        { "SO-TimeZone: NO, 261\n", "NO", false },
        { "SO-TimeZone:\n", NULL, false },
        { "SO-TimeZone: ,\n", NULL, false },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct err e = { 0 };
        struct so_local local;
        must(read_local(table[i].headers, &local, &e), &e);
        if (table[i].zone)
            CHECK_BYTES(zone_code(local.zone), bytes_str(table[i].zone));
        else
            CHECK(!local.zone);
        CHECK_INT(local.offsets, table[i].offsets);
        CHECK(local.zone_asked.at != NULL);
    }
}

TEST(an_unknown_time_zone_is_refused_with_a_hint)
{
    static const char *const table[] = { "XX", "Europe/Oslo", "NO,DK", "999999",
                                         "W. Europe Standard Time" };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct err e = { 0 };
        struct so_local local;
        char headers[100];
        snprintf(headers, sizeof headers, "SO-TimeZone: %s\n", table[i]);
        CHECK_INT(read_local(headers, &local, &e), ERR_INVALID);
        CHECK(strncmp(e.text, "SO-TimeZone: ", 13) == 0);
    }
}

TEST(an_answer_repeats_the_time_zone_it_was_asked_for)
{
    struct world w;
    world_open(&w);
    put_picture(&w, "/api/v1/Product/8/Image", PNG);

    ask(&w, HTTP_GET, "/api/v1/Product/8/ImageInfo", TICKET "SO-Timezone: no, includeTZOffset\n",
        B(""));
    CHECK_INT(w.res.status, 200);
    CHECK_BYTES(header_of(&w.res, "SO-TimeZone"), B("no, includeTZOffset"));
    CHECK(w.was_inline);
    ask(&w, HTTP_GET, "/api/v1/Product/9/ImageInfo", TICKET "SO-Timezone: no\n", B(""));
    CHECK_INT(w.res.status, 404);
    CHECK_BYTES(header_of(&w.res, "SO-TimeZone"), B("no"));
    ask(&w, HTTP_GET, "/api/v1/Product/8/ImageInfo", TICKET, B(""));
    CHECK(!header_of(&w.res, "SO-TimeZone").at);
    ask(&w, HTTP_GET, "/api/v1/Product/8/ImageInfo", TICKET "SO-Timezone: XX\n", B(""));
    expect_error(&w, 400, "SoInvalidArgumentException");
    CHECK(contains(w.res.body, "unknown time zone 'XX'"));
    CHECK(!header_of(&w.res, "SO-TimeZone").at);
    ask(&w, HTTP_GET, "/api/v1/Product/8/ImageInfo", "SO-Timezone: XX\n", B(""));
    CHECK_INT(w.res.status, 401);
    world_close(&w);
}

TEST_MAIN
