/* TimeZone, TimeZone/base and TimeZone/current (superoffice 9.4). */
#include "base/value.h"
#include "dialect/superoffice/harness.h"

static const struct value *asked(struct world *w, enum http_method method, const char *target,
                                 const char *headers)
{
    struct err e = { 0 };
    struct value *root = NULL;

    ask(w, method, target, headers, B(""));
    if (w->res.status != 200)
        test_fail(__FILE__, __LINE__, "%s: %d %.*s", target, w->res.status, (int)w->res.body.len,
                  w->res.body.at);
    must(json_read(w->arena, w->res.body, &root, &e), &e);
    return root;
}

static struct bytes text_of(const struct value *map, const char *name)
{
    const struct value *member = value_get(map, bytes_str(name));

    return member ? member->string : (struct bytes){ 0 };
}

static int64_t int_of(const struct value *map, const char *name)
{
    const struct value *member = value_get(map, bytes_str(name));

    CHECK(member && member->type == VALUE_INT);
    return member->integer;
}

TEST(the_base_is_utc)
{
    struct world w;
    world_open(&w);
    const struct value *zone =
        asked(&w, HTTP_GET, "/api/v1/TimeZone/base", TICKET "SO-TimeZone: NO\n");

    CHECK_INT(int_of(zone, "TZLocationID"), 1);
    CHECK_BYTES(text_of(zone, "Name"), B("UTC/GMT"));
    CHECK_BYTES(text_of(zone, "TZLocationCode"), B("UTC"));
    CHECK_BYTES(text_of(zone, "TZLocationCities"), B(""));
    CHECK_INT(int_of(zone, "IsoNumber"), 0);
    CHECK_INT(value_get(zone, B("TimeZoneSTDRules"))->count, 1);
    CHECK_INT(int_of(value_get(zone, B("TimeZoneSTDRules"))->first, "TZOffset"), 0);
    CHECK_INT(value_get(zone, B("TimeZoneDSTRules"))->count, 0);
    world_close(&w);
}

TEST(current_is_the_callers_zone_or_the_base)
{
    struct world w;
    world_open(&w);
    const struct value *zone = asked(&w, HTTP_GET, "/api/v1/TimeZone/current",
                                     TICKET "SO-TimeZone: 261\nAccept-Language: nb\n");

    CHECK_INT(int_of(zone, "TZLocationID"), 261);
    CHECK_BYTES(text_of(zone, "Name"), B("Norge"));
    CHECK_BYTES(text_of(zone, "TZLocationCode"), B("NO"));
    CHECK_BYTES(text_of(zone, "TZLocationCities"), B("Oslo"));
    CHECK_INT(int_of(zone, "IsoNumber"), 578);
    const struct value *standard = value_get(zone, B("TimeZoneSTDRules"))->first;
    const struct value *daylight = value_get(zone, B("TimeZoneDSTRules"))->first;
    CHECK_INT(int_of(standard, "TZOffset"), 60);
    CHECK_INT(int_of(standard, "StartMonth"), 10);
    CHECK_INT(int_of(standard, "EndMonth"), 3);
    CHECK_INT(int_of(daylight, "TZOffset"), 120);
    CHECK_INT(int_of(daylight, "StartMonth"), 3);
    CHECK(int_of(daylight, "StartDay") >= 25);
    CHECK_INT(int_of(daylight, "EndMonth"), 10);
    CHECK_BYTES(standard->name, daylight->name);

    zone = asked(&w, HTTP_GET, "/api/v1/timezone/current", TICKET "SO-TimeZone: us-ny\n");
    CHECK_BYTES(text_of(zone, "Name"), B("United States - New York"));
    CHECK_BYTES(text_of(zone, "TZLocationCities"), B("New York"));
    zone = asked(&w, HTTP_GET, "/api/v1/TimeZone/current", TICKET);
    CHECK_BYTES(text_of(zone, "TZLocationCode"), B("UTC"));
    world_close(&w);
}

/* How many rows there are and the code of the first; no more than one page. */
static size_t rows_of(struct world *w, const char *query, const char *headers, struct bytes *first)
{
    char target[400];
    snprintf(target, sizeof target, "/api/v1/TimeZone?%s", query);
    const struct value *rows = value_get(asked(w, HTTP_GET, target, headers), B("value"));

    CHECK(rows && rows->type == VALUE_LIST);
    *first = rows->count ? text_of(rows->first, "timeZone") : (struct bytes){ 0 };
    return rows->count;
}

TEST(the_list_may_be_filtered_ordered_and_cut)
{
    static const struct {
        const char *query;
        size_t count;
        const char *first;
    } table[] = {
        { "$filter=timeZone eq 'no'", 1, "NO" },
        { "$filter=id eq 261", 1, "NO" },
        { "$filter=id in (261, 140,156)", 3, "DK" },
        { "$filter=id between (400,500)", 3, "US-CA" },
        { "$filter=id lt 50", 2, "UTC" },
        { "$filter=id le 50 and id ge 50", 1, "BD" },
        { "$filter=id gt 100 and id < 200 and not id eq 140", 2, "CA-QC" },
        { "$filter=country begins 'nor' and isActive set true", 5, "KP" },
        { "$filter=region contains 'york' or timeZone is 'BD'", 2, "BD" },
        { "$filter=endswith(country,'den')", 1, "SE" },
        { "$filter=isActive set false", 0, NULL },
        { "$filter=timeZone notContains '-' and daylight ne '' and offset is '%2B1:00' and country "
          "begins 'n'&$orderby=country desc",
          3, "NO" },
        { "$orderBy=id&$top=1", 1, "UTC" },
        { "$orderBy=id desc&$top=2&$filter=id lt 1000", 2, "US-NY" },
        { "$top=0", 0, NULL },
        { "$top=1&$skip=1", 1, "AD" },
        { "$skip=100000", 0, NULL },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(table); i++) {
        struct bytes first;
        size_t count = rows_of(&w, table[i].query, TICKET, &first);
        if (count != table[i].count || !bytes_eq(first, bytes_str(table[i].first)))
            test_fail(__FILE__, __LINE__, "%s: %zu, %.*s", table[i].query, count, (int)first.len,
                      first.at ? first.at : "");
    }
    world_close(&w);
}

TEST(the_list_says_what_is_wrong_with_a_question)
{
    static const char *const table[][2] = {
        { "$filter=nonsense eq 1", "$filter: there is no column 'nonsense'" },
        { "$filter=id contains '1'", "$filter: column 'id' has no operator 'contains'" },
        { "$filter=id eq 'x'", "$filter: id is a whole number" },
        { "$filter=isActive begins 't'", "has no operator" },
        { "$filter=timeZone lt 'a'", "has no operator" },
        { "$filter=(", "$filter" },
        { "$select=offset,nonsense", "$select: there is no column 'nonsense'" },
        { "$orderby=nonsense", "$orderBy: there is no column 'nonsense'" },
        { "$orderby=id sideways", "$orderBy: a direction is asc or desc" },
        { "$top=-1", "$top is not a whole number from 0 on" },
        { "$skip=x", "$skip is not a whole number from 0 on" },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(table); i++) {
        char target[200];
        snprintf(target, sizeof target, "/api/v1/TimeZone?%s", table[i][0]);
        ask(&w, HTTP_GET, target, TICKET, B(""));
        expect_error(&w, 400, "SoInvalidArgumentException");
        if (!contains(w.res.body, table[i][1]))
            test_fail(__FILE__, __LINE__, "%s: %.*s", target, (int)w.res.body.len, w.res.body.at);
    }
    world_close(&w);
}

TEST(zones_are_told_in_xml_too)
{
    struct world w;
    world_open(&w);
    ask(&w, HTTP_GET, "/api/v1/TimeZone/current",
        TICKET "SO-TimeZone: BD\nAccept: application/xml\n", B(""));

    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "<TimeZoneData"));
    CHECK(contains(w.res.body, "<TZLocationCode>BD</TZLocationCode>"));
    CHECK(contains(w.res.body, "<TimeZoneSTDRules><TimeZoneRuleKeyValuePair><Key>20"));
    CHECK(contains(w.res.body, "<TZOffset>360</TZOffset>"));
    CHECK(contains(w.res.body, "<TimeZoneDSTRules/></TimeZoneData>"));
    world_close(&w);
}

TEST(the_agent_says_the_same)
{
    struct world w;
    world_open(&w);
    ask(&w, HTTP_POST, "/api/v1/Agents/TimeZone/GetBaseTimeZoneId", TICKET, B("null"));
    CHECK_BYTES(w.res.body, B("1"));
    const struct value *zone =
        asked(&w, HTTP_POST, "/api/v1/Agents/TimeZone/GetDefaultTimeZoneInformation",
              TICKET "SO-TimeZone: DK\n");

    CHECK_INT(int_of(zone, "PreferenceId"), 0);
    CHECK_INT(int_of(zone, "TZLocationId"), 140);
    CHECK_BYTES(text_of(zone, "LocationCode"), B("DK"));
    CHECK_BYTES(text_of(zone, "Description"), B("Denmark"));
    CHECK_BYTES(text_of(zone, "Country"), B("Denmark"));
    CHECK_INT(int_of(zone, "Bias"), 60);
    world_close(&w);
}

TEST(nobody_reads_them_without_a_credential)
{
    static const char *const addresses[] = { "/api/v1/TimeZone/base", "/api/v1/TimeZone/current" };

    struct world w;
    world_open(&w);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        ask(&w, HTTP_GET, addresses[i], "", B(""));
        expect_error(&w, 401, "SoSessionException");
    }
    world_close(&w);
}

TEST_MAIN
