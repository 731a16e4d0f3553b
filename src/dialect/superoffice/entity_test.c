/* Records as entities, through the whole dialect. */
#include "dialect/superoffice/harness.h"

#include "base/json.h"

#define JSON_BODY TICKET "Content-Type: application/json\n"

static const struct value *read_body(struct world *w)
{
    struct value *value;
    struct err e = { 0 };

    if (json_read(w->arena, w->res.body, &value, &e))
        test_fail(__FILE__, __LINE__, "%.*s", (int)w->res.body.len, w->res.body.at);
    return value;
}

/* Asks, wants 200 and gives the JSON. */
static const struct value *json(struct world *w, enum http_method method, const char *target,
                                const char *headers, const char *body)
{
    ask(w, method, target, headers, bytes_str(body));
    if (w->res.status != 200)
        test_fail(__FILE__, __LINE__, "%s: %d %.*s", target, w->res.status, (int)w->res.body.len,
                  w->res.body.at);
    return read_body(w);
}

static const struct value *member(const struct value *value, const char *path)
{
    struct bytes rest = bytes_str(path);
    struct bytes name;
    int32_t index;

    while (bytes_split(&rest, '.', &name)) {
        value =
            bytes_to_int32(name, &index) ? value_at(value, (size_t)index) : value_get(value, name);
        if (!value)
            test_fail(__FILE__, __LINE__, "nothing at %s", path);
    }
    return value;
}

static void check_text(const struct value *value, const char *path, const char *want)
{
    const struct value *at = member(value, path);

    CHECK_INT(at->type, VALUE_STRING);
    CHECK_BYTES(at->string, bytes_str(want));
}

static void check_int(const struct value *value, const char *path, int32_t want)
{
    int32_t got = -1;

    CHECK(value_to_int32(member(value, path), &got));
    CHECK_INT(got, want);
}

static void check_null(const struct value *value, const char *path)
{
    CHECK_INT(member(value, path)->type, VALUE_NULL);
}

/* What failed, and which member the answer names. */
static void check_invalid(struct world *w, const char *field, const char *text)
{
    expect_error(w, 400, "SoValidationException");
    const struct value *body = read_body(w);
    check_text(body, "ErrorMessage", text);
    CHECK_INT(member(body, "Fields")->count, 1);
    CHECK_BYTES(member(body, "Fields")->first->name, bytes_str(field));
}

/* The members document as it is kept. */
static struct bytes kept(struct world *w, enum record_kind kind, int32_t id)
{
    struct bytes members;
    struct err e = { 0 };

    must(record_members(w->slow, w->arena, (struct owner){ kind, id }, &members, &e), &e);
    return members;
}

TEST(a_new_entity_comes_back_whole_and_keeps_what_nobody_knows)
{
    struct world w;

    world_open(&w);
    const struct value *made = json(
        &w, HTTP_POST, "/api/v1/Contact/", JSON_BODY,
        "{\"contactId\":99,\"name\":\"Acme\",\"orgNr\":\"123\",\"number2\":\"A-1\",\"xstop\":true,"
        "\"activeInterests\":\"7\",\"emails\":[{\"value\":\"a@b.example\",\"description\":\"w\"}],"
        "\"country\":{\"countryId\":578},\"customFields\":{\"x\":1},\"Mine\":{\"Own\":[1,null]},"
        "\"createdDate\":\"1999-01-01T00:00:00\",\"tableRight\":{\"mask\":15}}");
    check_int(made, "ContactId", 2); /* the next, whatever the body said */
    check_text(made, "_Links.Self", "http://localhost:8080/api/v1/Contact/2");
    check_text(made, "_Links.Archive", "http://localhost:8080/api/v1/Contact");
    struct bytes etag = arena_copy(w.arena, header_of(&w.res, "ETag"));
    CHECK(etag.len > 0 && header_of(&w.res, "Last-Modified").len > 0);
    char first[100];
    snprintf(first, sizeof first, "%.*s", (int)etag.len, etag.at);

    const struct value *got = json(&w, HTTP_GET, "/api/v1/contact/2", TICKET, "");
    CHECK(w.was_inline);
    CHECK_BYTES(header_of(&w.res, "ETag"), bytes_str(first));
    check_text(got, "Name", "Acme");
    check_text(got, "OrgNr", "123");
    check_text(got, "Number2", "A-1");
    check_int(got, "Xstop", 1);
    check_int(got, "ActiveInterests", 7);
    check_text(got, "Emails.0.Value", "a@b.example");
    check_text(got, "Emails.0.StrippedValue", "");
    check_int(got, "Country.CountryId", 578);
    check_text(got, "CustomFields.x", "1");
    check_int(got, "Mine.Own.0", 1);
    check_null(got, "Mine.Own.1");
    check_text(got, "CreatedBy.Name", "demo");
    check_text(got, "Associate.FullName", "Demo User"); /* who made it */
    check_int(got, "Deleted", 0);
    CHECK_INT(member(got, "Persons")->type, VALUE_LIST);
    CHECK(!bytes_starts(member(got, "CreatedDate")->string, B("1999")));
    world_close(&w);
}

TEST(every_kind_has_a_default_and_never_says_304)
{
    static const char *const targets[] = { "/api/v1/Contact/default", "/api/v1/Person/Default",
                                           "/api/v1/Product/default/", "/api/v1/project/default" };
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(targets); i++) {
        const struct value *got =
            json(&w, HTTP_GET, targets[i],
                 TICKET "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\nIf-None-Match: *\n", "");
        CHECK_INT(member(got, "TableRight")->type, VALUE_MAP);
        CHECK(w.was_inline);
        CHECK(header_of(&w.res, "ETag").at == NULL);
        CHECK(value_get(got, B("_Links")) == NULL);
        CHECK_INT(got->first->type, VALUE_INT); /* the id */
        CHECK_INT(got->first->integer, 0);
        if (i == 2)
            check_int(got, "InAssortment", 1);
        else
            check_int(got, "Associate.AssociateId", 2);
    }
    world_close(&w);
}

TEST(a_put_changes_what_it_names_and_null_clears)
{
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY,
         "{'name':'Bridge',description:'US:\"a\"','EndDate':'2026-03-04T10:00:00Z',"
         "'urls':[{'value':'x'}],'eventId':3,'extra':'e','postit':'p',}");
    const struct value *got = json(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY,
                                   "{\"projectId\":99,\"projectNumber\":\"N-7\"}");
    check_int(got, "ProjectId", 7);
    check_text(got, "Name", "Bridge");
    check_text(got, "ProjectNumber", "N-7");
    check_text(got, "Description", "US:\"a\"");
    check_text(got, "EndDate", "2026-03-04T10:00:00");
    check_text(got, "extra", "e");
    got = json(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY,
               "{\"description\":null,\"urls\":null,\"eventId\":null,\"EXTRA\":null,"
               "\"endDate\":null}");
    check_text(got, "Description", "");
    CHECK_INT(member(got, "Urls")->count, 0);
    check_int(got, "EventId", 3); /* a number is never null: it says nothing */
    check_text(got, "EndDate", "2026-03-04T10:00:00");
    check_text(got, "Postit", "p");
    CHECK(value_get(got, B("extra")) == NULL);
    world_close(&w);
}

TEST(what_comes_back_unchanged_changes_nothing)
{
    static const char *const bodies[] = {
        "{\"name\":\"A\",\"associate\":{\"associateId\":2},\"phones\":[{\"value\":\"1\"}],"
        "\"category\":{\"id\":3,\"value\":\"US:\\\"Big\\\";NO:\\\"Stor\\\"\"},\"own\":{\"a\":1.5},"
        "\"address\":{\"street\":{\"city\":\"Oslo\",\"atypeIdx\":2}},\"deleted\":1,"
        "\"dbiLastModified\":\"2026-01-02T03:04:05\",\"userDefinedFields\":{\"S:1\":\"x\"}}",
        "{\"lastname\":\"B\",\"firstname\":\"A\",\"contact\":{\"contactId\":1},\"mrmrs\":\"Dr.\","
        "\"birthDate\":\"1990-05-06\",\"consents\":[{\"registered\":\"2026-01-02T00:00:00\"}]}",
        "{\"name\":\"P\",\"vat\":25.5,\"unitListPrice\":\"99\",\"extraInfo\":[{\"name\":\"n\","
        "\"type\":\"Url\"}],\"erpProductKey\":\"K\",\"inStock\":-1}",
        "{\"name\":\"J\",\"projectMembers\":[{\"personId\":41,\"eventParticipantStatus\":2}]}",
    };
    static const char *const kinds[] = { "Contact", "Person", "Product", "Project" };
    static const char *const zones[] = { "",
                                         "SO-TimeZone: NO, includeTZOffset\nSO-Language: no\n" };
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < 2 * COUNT(kinds); i++) {
        char target[100];
        char headers[200];
        snprintf(target, sizeof target, "/api/v1/%s", kinds[i / 2]);
        snprintf(headers, sizeof headers, JSON_BODY "%s", zones[i % 2]);
        const struct value *made = json(&w, HTTP_POST, target, headers, bodies[i / 2]);
        snprintf(target, sizeof target, "/api/v1/%s/%d", kinds[i / 2], (int)made->first->integer);
        char *whole = strndup(w.res.body.at, w.res.body.len);
        char etag[100];
        snprintf(etag, sizeof etag, "%.*s", (int)header_of(&w.res, "ETag").len,
                 header_of(&w.res, "ETag").at);

        json(&w, HTTP_PUT, target, headers, whole);
        CHECK_BYTES(w.res.body, bytes_str(whole));
        CHECK_BYTES(header_of(&w.res, "ETag"), bytes_str(etag));
        if (i / 2 != 2) {
            json(&w, HTTP_PATCH, target, headers, "[]");
            CHECK_BYTES(w.res.body, bytes_str(whole));
            json(&w, HTTP_PATCH, target, headers, whole);
            CHECK(header_of(&w.res, "ETag").len > 0);
        }
        json(&w, HTTP_GET, target, headers, "");
        CHECK_BYTES(w.res.body, bytes_str(whole));
        free(whole);
    }
    world_close(&w);
}

TEST(a_persons_name_is_made_of_its_parts)
{
    struct world w;

    world_open(&w);
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Person/41", TICKET, "");
    check_text(got, "Firstname", ""); /* "Somebody" */
    check_text(got, "Lastname", "Somebody");
    got = json(&w, HTTP_PUT, "/api/v1/Person/41", JSON_BODY,
               "{\"firstname\":\"Ada\",\"middleName\":\" King \",\"lastname\":\"Lovelace\","
               "\"mrmrs\":\"Mrs.\",\"retired\":true,\"personNumber\":\"P1\"}");
    check_text(got, "FullName", "Ada King Lovelace");
    check_text(got, "FormalName", "Mrs. Ada King Lovelace");
    check_int(got, "Retired", 1);
    struct record record;
    struct err e = { 0 };
    must(record_get(w.slow, w.arena, (struct owner){ KIND_PERSON, 41 }, &record, &e), &e);
    CHECK_BYTES(record.name, B("Ada King Lovelace"));
    CHECK_BYTES(record.code, B("P1"));
    CHECK(!record.active);

    struct record other = {
        .kind = KIND_PERSON, .id = 50, .name = B("Jean Luc Picard"), .active = true
    };
    must(record_add(w.slow, &(struct principal){ 0 }, w.arena, &other, &record, &e), &e);
    got = json(&w, HTTP_GET, "/api/v1/Person/50", TICKET, "");
    check_text(got, "Firstname", "Jean Luc");
    check_text(got, "Lastname", "Picard");
    check_null(got, "CreatedBy");
    got = json(&w, HTTP_PUT, "/api/v1/Person/50", JSON_BODY, "{\"title\":\"Captain\"}");
    check_text(got, "Lastname", "Picard");
    check_text(got, "FullName", "Jean Luc Picard");
    got = json(&w, HTTP_PUT, "/api/v1/Person/50", JSON_BODY, "{\"firstname\":null}");
    check_text(got, "FullName", "Picard");
    world_close(&w);
}

TEST(what_a_product_is_called_both_wires_know)
{
    struct world w;
    struct record record;
    struct err e = { 0 };

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Product/8", JSON_BODY,
         "{\"name\":\"Mug\",\"code\":\"M-1\",\"erpProductKey\":\"K-8\",\"inAssortment\":false,"
         "\"vat\":\"25\"}");
    must(record_get(w.slow, w.arena, (struct owner){ KIND_PRODUCT, 8 }, &record, &e), &e);
    CHECK_BYTES(record.name, B("Mug"));
    CHECK_BYTES(record.code, B("M-1"));
    CHECK_BYTES(record.xml_id, B("K-8"));
    CHECK(!record.active);
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Product/8", TICKET, "");
    check_int(got, "InAssortment", 0);
    check_int(got, "VAT", 25);
    CHECK(value_get(got, B("_Links")) == NULL);
    got = json(&w, HTTP_PUT, "/api/v1/Product/8", JSON_BODY, "{\"code\":null}");
    check_text(got, "Code", "");
    ask(&w, HTTP_PATCH, "/api/v1/Product/8", JSON_BODY, B("{}"));
    expect_error(&w, 405, "SoNotSupportedException");
    CHECK_BYTES(header_of(&w.res, "Allow"), B("GET, HEAD, PUT, DELETE, OPTIONS"));
    world_close(&w);
}

TEST(what_is_wrong_names_its_member)
{
    struct world w;
    char body[2000];
    char part[256];

    world_open(&w);
    ask(&w, HTTP_POST, "/api/v1/Contact", JSON_BODY, B("{\"department\":\"x\"}"));
    check_invalid(&w, "Name", "Name is required");
    ask(&w, HTTP_PUT, "/api/v1/Product/8", JSON_BODY, B("{\"name\":\" \"}"));
    check_invalid(&w, "Name", "Name is required");
    ask(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY, B("{\"name\":null}"));
    check_invalid(&w, "Name", "Name is required");
    ask(&w, HTTP_POST, "/api/v1/Person", JSON_BODY, B("{\"title\":\"x\"}"));
    check_invalid(&w, "Lastname", "Lastname or Firstname is required");
    ask(&w, HTTP_POST, "/api/v1/Contact", JSON_BODY, B("{\"name\":\"a\\u0000b\"}"));
    check_invalid(&w, "Name", "Name is not UTF-8 text");

    /* each of the parts may be that long, all of them may not */
    for (int i = 0; i < 254; i++)
        part[i] = i % 2 ? '\xA9' : '\xC3';
    snprintf(body, sizeof body,
             "{\"firstname\":\"%.254s%.254s\",\"middleName\":\"%.254s%.252s\",\"lastname\":\"x\"}",
             part, part, part, part);
    ask(&w, HTTP_POST, "/api/v1/Person", JSON_BODY, bytes_str(body));
    CHECK_INT(w.res.status, 200);
    snprintf(
        body, sizeof body,
        "{\"firstname\":\"%.254s%.254s\",\"middleName\":\"%.254s%.254s\",\"lastname\":\"xyz\"}",
        part, part, part, part);
    ask(&w, HTTP_POST, "/api/v1/Person", JSON_BODY, bytes_str(body));
    check_invalid(&w, "Firstname", "Firstname is too long: 1021 bytes, the limit is 1020");

    ask(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, B(""));
    expect_error(&w, 400, "SoInvalidArgumentException");
    ask(&w, HTTP_PUT, "/api/v1/Contact/77", JSON_BODY, B("{\"name\":\"x\"}"));
    expect_error(&w, 404, "SoNotFoundException");
    ask(&w, HTTP_PUT, "/api/v1/Contact/x", JSON_BODY, B("{\"name\":\"x\"}"));
    expect_error(&w, 404, "SoNotFoundException");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1", READER, B("{\"name\":\"x\"}"));
    expect_error(&w, 403, "SoSentryException");
    world_close(&w);
}

TEST(writes_are_held_against_the_record_as_it_is_then)
{
    static const enum http_method methods[] = { HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
    struct world w;
    char headers[300];
    char old[100];

    world_open(&w);
    json(&w, HTTP_GET, "/api/v1/Contact/1?$select=Name", TICKET, "");
    snprintf(old, sizeof old, "%.*s", (int)header_of(&w.res, "ETag").len,
             header_of(&w.res, "ETag").at);
    snprintf(headers, sizeof headers, JSON_BODY "If-Match: \"other\", %s\n", old);
    json(&w, HTTP_PUT, "/api/v1/Contact/1", headers, "{\"name\":\"Second\"}");
    for (size_t i = 0; i < COUNT(methods); i++) {
        ask(&w, methods[i], "/api/v1/Contact/1", headers, B("{\"name\":\"Third\"}"));
        expect_error(&w, 412, "PreconditionFailed");
        ask(&w, methods[i], "/api/v1/Contact/1",
            JSON_BODY "If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT\n",
            B("{\"name\":\"Third\"}"));
        expect_error(&w, 412, "PreconditionFailed");
    }
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Name", "Second");
    snprintf(headers, sizeof headers, TICKET "If-None-Match: %.*s\n",
             (int)header_of(&w.res, "ETag").len, header_of(&w.res, "ETag").at);
    ask(&w, HTTP_GET, "/api/v1/Contact/1", headers, B(""));
    CHECK_INT(w.res.status, 304);
    CHECK_INT(w.res.body.len, 0);
    ask(&w, HTTP_GET, "/api/v1/Contact/1",
        TICKET "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\n", B(""));
    CHECK_INT(w.res.status, 304);
    ask(&w, HTTP_GET, "/api/v1/Contact/1", TICKET "If-Match: \"x\"\n", B(""));
    expect_error(&w, 412, "PreconditionFailed");
    snprintf(headers, sizeof headers, TICKET "If-Match: W/%s\n", old);
    ask(&w, HTTP_DELETE, "/api/v1/Contact/1", headers, B(""));
    expect_error(&w, 412, "PreconditionFailed");
    ask(&w, HTTP_DELETE, "/api/v1/Contact/1",
        TICKET "If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT\n", B(""));
    CHECK_INT(w.res.status, 204);
    ask(&w, HTTP_DELETE, "/api/v1/Contact/1", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(the_tag_changes_with_what_else_an_entity_shows)
{
    struct world w;
    char before[100];

    world_open(&w);
    json(&w, HTTP_GET, "/api/v1/Project/7", TICKET, "");
    snprintf(before, sizeof before, "%.*s", (int)header_of(&w.res, "ETag").len,
             header_of(&w.res, "ETag").at);
    put_picture(&w, "/api/v1/Project/7/Image", PNG);
    ask(&w, HTTP_PUT, "/api/v1/Project/7/ImageInfo", JSON_BODY,
        B("{\"description\":\"The bridge\"}"));
    CHECK_INT(w.res.status, 200);
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Project/7", TICKET, "");
    CHECK(!bytes_eq(header_of(&w.res, "ETag"), bytes_str(before)));
    check_int(got, "HasImage", 1);
    check_text(got, "ImageDescription", "The bridge");
    got = json(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY,
               "{\"hasImage\":false,\"imageDescription\":\"x\"}");
    check_int(got, "HasImage", 1);
    check_text(got, "ImageDescription", "The bridge");

    json(&w, HTTP_PUT, "/api/v1/Person/41", JSON_BODY,
         "{\"contact\":{\"contactId\":1,\"name\":\"stale\",\"orgNr\":\"5\"}}");
    json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, "{\"name\":\"Fresh\"}");
    got = json(&w, HTTP_GET, "/api/v1/Person/41", TICKET, "");
    check_text(got, "Contact.Name", "Fresh");
    check_text(got, "Contact.OrgNr", "5");
    ask(&w, HTTP_DELETE, "/api/v1/Contact/1", TICKET, B(""));
    got = json(&w, HTTP_GET, "/api/v1/Person/41", TICKET, "");
    check_int(got, "Contact.ContactId", 1);
    world_close(&w);
}

TEST(associates_are_shown_as_they_are_and_strangers_as_they_came)
{
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY,
         "{\"associate\":{\"associateId\":\"3\",\"name\":\"wrong\",\"type\":0},"
         "\"supportAssociate\":{\"associateId\":900,\"name\":\"old\"}}");
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Associate.Name", "reader");
    check_text(got, "Associate.Type", "InternalAssociate");
    check_text(got, "SupportAssociate.Name", "old");
    check_text(got, "SupportAssociate.Type", "Unknown");
    CHECK_BYTES(kept(&w, KIND_CONTACT, 1),
                B("{\"Name\":\"Somebody\",\"Associate\":{\"AssociateId\":3},"
                  "\"SupportAssociate\":{\"AssociateId\":900,\"Name\":\"old\"}}"));
    world_close(&w);
}

TEST(a_translated_text_that_comes_back_stays_what_it_was)
{
    static const char raw[] =
        "{\"description\":\"US:\\\"Supplier\\\";NO:\\\"Leverandor\\\"\","
        "\"category\":{\"id\":1,\"value\":\"US:\\\"Big\\\";NO:\\\"Stor\\\"\"}}";
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, raw);
    const struct value *got =
        json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET "SO-Language: nb-NO\n", "");
    check_text(got, "Description", "Leverandor");
    check_text(got, "Category.Value", "Stor");
    json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY "SO-Language: nb-NO\n",
         "{\"description\":\"Leverandor\",\"category\":{\"id\":1,\"value\":\"Stor\"}}");
    got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Description", "US:\"Supplier\";NO:\"Leverandor\"");
    check_text(got, "Category.Value", "US:\"Big\";NO:\"Stor\"");
    json(&w, HTTP_PATCH, "/api/v1/Contact/1", JSON_BODY "SO-Language: nb-NO\n",
         "{\"description\":\"Leverandor\",\"category\":{\"value\":\"Stor\"}}");
    got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Description", "US:\"Supplier\";NO:\"Leverandor\"");
    check_text(got, "Category.Value", "US:\"Big\";NO:\"Stor\"");
    got = json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY "SO-Language: en\n",
               "{\"description\":\"Leverandor\"}");
    check_text(got, "Description", "Leverandor");
    world_close(&w);
}

TEST(patches_are_about_what_the_client_sees)
{
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Project/7", JSON_BODY,
         "{\"endDate\":\"2026-07-01T10:00:00Z\",\"own\":5}");
    const struct value *got =
        json(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY "SO-TimeZone: NO\n",
             "[{\"op\":\"test\",\"path\":\"/EndDate\",\"value\":\"2026-07-01T12:00:00\"},"
             "{\"op\":\"test\",\"path\":\"projectId\",\"value\":\"7\"},"
             "{\"op\":\"test\",\"path\":\"/ProjectNumber\",\"value\":\"\"},"
             "{\"op\":\"test\",\"path\":\"/Associate\",\"value\":null},"
             "{\"op\":\"test\",\"path\":\"/CreatedBy\",\"value\":null},"
             "{\"op\":\"replace\",\"path\":\"/EndDate\",\"value\":\"2026-12-24T18:00:00\"},"
             "{\"op\":\"replace\",\"path\":\"/associate/associateid\",\"value\":\"2\"},"
             "{\"op\":\"add\",\"path\":\"/Urls/-\",\"value\":{\"value\":\"u\"}},"
             "{\"op\":\"add\",\"path\":\"/UserDefinedFields/A~1B\",\"value\":\"1\"},"
             "{\"op\":\"replace\",\"path\":\"/ProjectId\",\"value\":9},"
             "{\"op\":\"remove\",\"path\":\"/OWN\"}]");
    check_int(got, "ProjectId", 7);
    check_text(got, "EndDate", "2026-12-24T18:00:00");
    check_text(got, "Associate.Name", "demo");
    check_text(got, "Urls.0.Value", "u");
    check_text(got, "UserDefinedFields.A/B", "1");
    CHECK(value_get(got, B("own")) == NULL);
    got = json(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY,
               "{'urls':{'value':'v'},'associate':null,'userDefinedFields':{'C':2},'name':'N'}");
    check_text(got, "EndDate", "2026-12-24T17:00:00"); /* UTC */
    check_text(got, "Urls.1.Value", "v");
    check_null(got, "Associate");
    check_text(got, "UserDefinedFields.A/B", "1");
    check_text(got, "UserDefinedFields.C", "2");
    check_text(got, "Name", "N");

    ask(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY,
        B("[{\"op\":\"replace\",\"path\":\"/Name\",\"value\":\"M\"},"
          "{\"op\":\"test\",\"path\":\"/Name\",\"value\":\"N\"}]"));
    expect_error(&w, 409, "SoIllegalOperationException");
    ask(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY,
        B("[{\"op\":\"move\",\"path\":\"/Name\",\"from\":\"/Own\"}]"));
    expect_error(&w, 400, "SoInvalidArgumentException");
    ask(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY,
        B("[{\"op\":\"replace\",\"path\":\"/EventId\",\"value\":\"x\"}]"));
    expect_error(&w, 400, "SoValidationException");
    ask(&w, HTTP_PATCH, "/api/v1/Project/7", JSON_BODY, B("{\"name\":null}"));
    check_invalid(&w, "Name", "Name is required");
    ask(&w, HTTP_PATCH, "/api/v1/Project/77", JSON_BODY, B("{}"));
    expect_error(&w, 404, "SoNotFoundException");
    got = json(&w, HTTP_GET, "/api/v1/Project/7", TICKET, "");
    check_text(got, "Name", "N");
    world_close(&w);
}

TEST(simple_is_the_same_in_one_flat_object)
{
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY,
         "{\"orgNr\":\"1\",\"urls\":[{\"value\":\"u\",\"description\":\"d\"}],"
         "\"associate\":{\"associateId\":2},\"country\":{\"countryId\":5,\"name\":\"NO\"},"
         "\"address\":{\"postal\":{\"city\":\"Oslo\"}}}");
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Contact/1/simple", TICKET, "");
    check_int(got, "ContactId", 1);
    check_text(got, "Name", "Somebody");
    check_text(got, "OrgNr", "1");
    check_text(got, "URL", "u");
    check_text(got, "URLName", "d");
    check_text(got, "City", "Oslo");
    check_text(got, "AssociateFullName", "Demo User");
    check_int(got, "CountryId", 5);
    check_text(got, "Kananame", "");
    json(&w, HTTP_PUT, "/api/v1/Person/41", JSON_BODY,
         "{\"contact\":{\"contactId\":1},\"emails\":[{\"value\":\"e\"}],\"retired\":true}");
    got = json(&w, HTTP_GET, "/api/v1/Person/41/Simple", TICKET, "");
    check_text(got, "ContactName", "Somebody");
    check_text(got, "Email", "e");
    check_int(got, "Retired", 1);
    got = json(&w, HTTP_GET, "/api/v1/Project/7/Simple?$select=name", TICKET, "");
    check_text(got, "Name", "Somebody");
    check_null(got, "Updated");
    ask(&w, HTTP_GET, "/api/v1/Project/77/Simple", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    ask(&w, HTTP_GET, "/api/v1/Product/8/Simple", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(agents_make_change_find_and_delete_without_conditions)
{
    static const struct {
        const char *agent;
        const char *name;
        const char *id;
        const char *body;
    } agents[] = {
        { "Contact", "ContactEntity", "contactId", "\"name\":\"A\"" },
        { "Person", "PersonEntity", "personId", "\"lastname\":\"A\"" },
        { "Project", "ProjectEntity", "projectId", "\"name\":\"A\"" },
        { "Quote", "Product", "productId", "\"name\":\"A\"" },
    };
    struct world w;
    char target[200];
    char body[200];

    world_open(&w);
    for (size_t i = 0; i < COUNT(agents); i++) {
        bool product = i == 3;
        snprintf(target, sizeof target, "/api/v1/Agents/%s/CreateDefault%s", agents[i].agent,
                 agents[i].name);
        const struct value *got = json(&w, HTTP_POST, target, JSON_BODY, "null");
        CHECK_INT(got->first->integer, 0);
        CHECK(value_get(got, B("_Links")) == NULL);

        snprintf(target, sizeof target, "/api/v1/agents/%s/save%s", agents[i].agent,
                 agents[i].name);
        snprintf(body, sizeof body, "{\"%s\":0,%s}", agents[i].id, agents[i].body);
        got = json(&w, HTTP_POST, target, JSON_BODY, body);
        int id = (int)got->first->integer;
        CHECK(id > 0);
        CHECK(value_get(got, B("_Links")) == NULL);
        snprintf(body, sizeof body, "{\"%s\":\"%d\",\"extra\":1}", agents[i].id, id);
        got = json(&w, HTTP_POST, target,
                   JSON_BODY "If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT\n", body);
        CHECK_INT(got->first->integer, id);
        check_int(got, "extra", 1);
        snprintf(body, sizeof body, "{\"%s\":12345,%s}", agents[i].id, agents[i].body);
        ask(&w, HTTP_POST, target, JSON_BODY, bytes_str(body));
        expect_error(&w, 400, "SoInvalidArgumentException");
        snprintf(body, sizeof body, "{\"%s\":\"x\",%s}", agents[i].id, agents[i].body);
        ask(&w, HTTP_POST, target, JSON_BODY, bytes_str(body));
        CHECK_INT(w.res.status, 400);

        if (product) {
            snprintf(body, sizeof body, "{\"productId\":%d}", id);
            got = json(&w, HTTP_POST, "/api/v1/Agents/Quote/GetProductFromDbId", JSON_BODY, body);
            CHECK_INT(got->first->integer, id);
            got = json(&w, HTTP_POST, "/api/v1/Agents/Quote/GetProductFromDbId", JSON_BODY,
                       "{\"ProductId\":12345}");
            CHECK_INT(got->type, VALUE_NULL);
        } else {
            snprintf(target, sizeof target, "/api/v1/Agents/%s/Get%s?%sEntityID=%d",
                     agents[i].agent, agents[i].name, agents[i].agent, id);
            got = json(&w, HTTP_POST, target,
                       JSON_BODY "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\n", "null");
            CHECK_INT(got->first->integer, id);
            snprintf(target, sizeof target, "/api/v1/Agents/%s/Get%s?%sEntityId=12345",
                     agents[i].agent, agents[i].name, agents[i].agent);
            got = json(&w, HTTP_POST, target, JSON_BODY, "null");
            CHECK_INT(got->type, VALUE_NULL);
            snprintf(target, sizeof target, "/api/v1/Agents/%s/Get%s?%sEntityId=abc",
                     agents[i].agent, agents[i].name, agents[i].agent);
            ask(&w, HTTP_POST, target, JSON_BODY, B("null"));
            CHECK_INT(w.res.status, 400);
        }
        snprintf(target, sizeof target, "/api/v1/Agents/%s/Delete%s?%s%sId=%d", agents[i].agent,
                 agents[i].name, product ? "Product" : agents[i].agent, product ? "" : "Entity",
                 id);
        ask(&w, HTTP_POST, target, JSON_BODY, B("null"));
        CHECK_INT(w.res.status, 204);
        ask(&w, HTTP_POST, target, JSON_BODY, B("null"));
        CHECK_INT(w.res.status, 400);
    }
    ask(&w, HTTP_POST, "/api/v1/Agents/Contact/SaveContactEntity", READER, B("{\"name\":\"A\"}"));
    expect_error(&w, 403, "SoSentryException");
    world_close(&w);
}

TEST(xml_and_forms_are_bodies_too)
{
    struct world w;

    world_open(&w);
    ask(&w, HTTP_PUT, "/api/v1/Contact/1",
        TICKET "Content-Type: application/xml\nAccept: text/xml\n",
        B("<ContactEntity xmlns=\"urn:x\"><Name>X &amp; Y</Name><Emails><EntityElement>"
          "<Value>e</Value></EntityElement></Emails><Xstop>true</Xstop></ContactEntity>"));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "<Name>X &amp; Y</Name>"));
    CHECK(contains(w.res.body, "<_Links>"));
    const struct value *got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Emails.0.Value", "e");
    check_int(got, "Xstop", 1);
    ask(&w, HTTP_PUT, "/api/v1/Contact/1",
        TICKET "Content-Type: application/x-www-form-urlencoded\n",
        B("Department=Sales&Country[CountryId]=5&SupportAssociate.AssociateId=3"));
    CHECK_INT(w.res.status, 200);
    got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_text(got, "Name", "X & Y");
    check_text(got, "Department", "Sales");
    check_int(got, "Country.CountryId", 5);
    check_text(got, "SupportAssociate.Name", "reader");

    /* no JSON reader takes such a name back */
    ask(&w, HTTP_PUT, "/api/v1/Contact/1",
        TICKET "Content-Type: application/x-www-form-urlencoded\n", B("Department=Post&a%00b=1"));
    got = json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    check_int(got, "Country.CountryId", 5);
    world_close(&w);
}

TEST(what_could_not_be_read_back_is_not_kept)
{
    struct world w;
    struct strbuf body;
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);

    world_open(&w);
    strbuf_init(&body, arena, 0, 16 << 20);
    strbuf_lit(&body, "{\"own\":[");
    for (int i = 0; i < 12000; i++)
        strbuf_printf(&body, "%s[]", i ? "," : "");
    strbuf_lit(&body, "]}");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, strbuf_bytes(&body));
    expect_error(&w, 413, "PayloadTooLarge");

    body.len = 0;
    strbuf_lit(&body, "{\"own\":\"");
    for (int i = 0; i < RECORD_MEMBERS_MAX; i++)
        strbuf_char(&body, 'x');
    strbuf_lit(&body, "\"}");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, strbuf_bytes(&body));
    expect_error(&w, 413, "PayloadTooLarge");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY,
        B("{\"customFields\":[{\"Key\":\"a\\u0000b\",\"Value\":\"1\"}]}"));
    expect_error(&w, 400, "SoInvalidArgumentException");
    CHECK_BYTES(kept(&w, KIND_CONTACT, 1), B("{}"));

    body.len -= RECORD_MEMBERS_MAX / 2;
    strbuf_lit(&body, "\"}");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1", JSON_BODY, strbuf_bytes(&body));
    CHECK_INT(w.res.status, 200);
    json(&w, HTTP_GET, "/api/v1/Contact/1", TICKET, "");
    CHECK(!w.was_inline); /* too much for the event loop */
    world_close(&w);
}

TEST(a_deleted_record_leaves_nothing_behind)
{
    struct world w;

    world_open(&w);
    json(&w, HTTP_PUT, "/api/v1/Person/41", JSON_BODY, "{\"title\":\"x\"}");
    put_picture(&w, "/api/v1/Person/41/Image", PNG);
    ask(&w, HTTP_DELETE, "/api/v1/Person/41", TICKET, B(""));
    CHECK_INT(w.res.status, 204);
    CHECK_INT(w.res.body.len, 0);
    CHECK_BYTES(kept(&w, KIND_PERSON, 41), B("{}"));
    ask(&w, HTTP_GET, "/api/v1/Person/41", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST_MAIN
