/* GET and PUT ImageInfo on a real store. */
#include "base/clock.h"
#include "core/core.h"
#include "dialect/superoffice/harness.h"

#define PERSON       "/api/v1/Person/41/ImageInfo"
#define PERSON_IMAGE "/api/v1/Person/41/Image"

TEST(a_description_names_who_made_the_picture)
{
    struct world w;
    world_open(&w);
    char want[64];

    int32_t id = put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET "Accept: application/json; charset=utf-8\n", B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(w.was_inline);
    CHECK_BYTES(w.res.content_type, B("application/json; charset=utf-8"));
    CHECK_BYTES(header_of(&w.res, "Cache-Control"), B("no-cache"));
    CHECK_BYTES(header_of(&w.res, "Pragma"), B("no-cache"));
    CHECK_BYTES(header_of(&w.res, "Expires"), B("-1"));
    CHECK_INT(header_of(&w.res, "Last-Modified").len, 29);
    snprintf(want, sizeof want, "{\"BlobId\":%d,\"BlobSize\":%zu,", id, PNG.len);
    CHECK(bytes_starts(w.res.body, bytes_str(want)));
#define DEMO                                                                                       \
    "{\"AssociateId\":2,\"Name\":\"demo\",\"PersonId\":5,\"Rank\":0,\"Tooltip\":\"\","             \
    "\"Type\":\"InternalAssociate\",\"GroupIdx\":1,\"FullName\":\"Demo User\","                    \
    "\"FormalName\":\"User, Demo\",\"Deleted\":false,\"EjUserId\":0,\"UserName\":null,"            \
    "\"ExtraFields\":{},\"CustomFields\":{},"                                                      \
    "\"TableRight\":{\"Mask\":\"Select\",\"Reason\":\"\"},\"FieldProperties\":{}}"
    CHECK(contains(w.res.body, ",\"CreatedBy\":" DEMO ",\"UpdatedBy\":" DEMO
                               ",\"ConceptualType\":\"PERSONPHOTO\",\"TableRight\":{\"Mask\":"
                               "\"FULL\",\"Reason\":\"\"},\"FieldProperties\":{\"BlobId\":"));
    ask(&w, HTTP_HEAD, PERSON, TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(a_record_without_a_picture_answers_200_and_none_404)
{
    struct world w;
    world_open(&w);

    ask(&w, HTTP_GET, PERSON, TICKET "If-None-Match: *\n", B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(bytes_starts(w.res.body, B("{\"BlobId\":0,\"BlobSize\":0,")));
    CHECK(!header_of(&w.res, "ETag").at);
    ask(&w, HTTP_GET, "/api/v1/Person/999/ImageInfo", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    CHECK(contains(w.res.body, "\"ErrorMessage\":\"no person 999\""));
    ask(&w, HTTP_GET, "/api/v1/Person/-1/ImageInfo", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(texts_are_changed_and_the_rest_is_left)
{
    struct world w;
    world_open(&w);

    put_picture(&w, PERSON_IMAGE, PNG);
    /* as the npm client sends it */
    ask(&w, HTTP_PUT, PERSON, TICKET "Content-Type: application/json\n",
        B("{\"blobId\":0,\"blobSize\":99,\"description\":\"Front\",\"extraInfo\":\"studio-4\","
          "\"mimeType\":\"image/bmp\",\"createdDate\":\"0001-01-01T00:00:00.000Z\","
          "\"createdBy\":{\"associateId\":7},\"conceptualType\":\"PHOTO\","
          "\"tableRight\":{\"mask\":15,\"reason\":\"\"}}"));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"Description\":\"Front\",\"ExtraInfo\":\"studio-4\""));
    CHECK(contains(w.res.body, "\"MimeType\":\"image/png\""));
    CHECK(contains(w.res.body, "\"ConceptualType\":\"PHOTO\""));
    CHECK(contains(w.res.body, "\"CreatedBy\":{\"AssociateId\":2,"));

    /* absent and null leave, "" clears; no Content-Type */
    ask(&w, HTTP_PUT, PERSON, TICKET, B("{\"Description\":null,\"ConceptualType\":\"\"}"));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"Description\":\"Front\",\"ExtraInfo\":\"studio-4\""));
    CHECK(contains(w.res.body, "\"ConceptualType\":\"\""));

    /* a form, and JSON that curl calls one */
    ask(&w, HTTP_PUT, PERSON, TICKET "Content-Type: application/x-www-form-urlencoded\n",
        B("Description=Side+view&CreatedBy.Name=x&TableRight%5BMask%5D=15"));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"Description\":\"Side view\""));
    ask(&w, HTTP_PUT, PERSON, TICKET "Content-Type: application/x-www-form-urlencoded\n",
        B("{\"Description\":\"Back\"}"));
    CHECK(contains(w.res.body, "\"Description\":\"Back\""));
    world_close(&w);
}

TEST(what_was_read_in_one_form_is_changed_in_another)
{
    struct world w;
    world_open(&w);
    char etag[SO_ETAG_MAX] = { 0 };
    char headers[400];

    put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET "Accept: text/xml\nSO-TimeZone: includeTZOffset\n", B(""));
    CHECK_BYTES(w.res.content_type, B("text/xml; charset=utf-8"));
    CHECK(w.was_inline);
    struct bytes tag = header_of(&w.res, "ETag");
    memcpy(etag, tag.at, tag.len);
    snprintf(headers, sizeof headers,
             TICKET "If-Match: %s\nContent-Type: application/xml\nAccept: application/json\n",
             etag);
    ask(&w, HTTP_PUT, PERSON, headers,
        B("<BlobEntity><ExtraInfo>a &amp; b</ExtraInfo><BlobId>1</BlobId></BlobEntity>"));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"ExtraInfo\":\"a & b\""));
    ask(&w, HTTP_PUT, PERSON, headers, B("<BlobEntity><ExtraInfo>c</ExtraInfo></BlobEntity>"));
    CHECK_INT(w.res.status, 412);
    expect_error(&w, 412, "PreconditionFailed");
    world_close(&w);
}

TEST(a_text_of_many_languages_survives_whoever_reads_one)
{
    struct world w;
    world_open(&w);

    put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_PUT, PERSON, TICKET,
        B("{Description:'US:\"Front\";NO:\"Forside\"',ExtraInfo:'US:\"a\";NO:\"b\"'}"));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, PERSON, TICKET "SO-Language: nb-NO\n", B(""));
    CHECK(contains(w.res.body, "\"Description\":\"Forside\",\"ExtraInfo\":\"b\""));
    ask(&w, HTTP_PUT, PERSON, TICKET "SO-Language: nb-NO\n",
        B("{Description:'Forside',ExtraInfo:'c'}"));
    CHECK(contains(w.res.body, "\"Description\":\"Forside\",\"ExtraInfo\":\"c\""));
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    CHECK(contains(w.res.body,
                   "\"Description\":\"US:\\\"Front\\\";NO:\\\"Forside\\\"\",\"ExtraInfo\":\"c\""));
    /* without a language the text is meant as it is */
    ask(&w, HTTP_PUT, PERSON, TICKET, B("{Description:'Forside'}"));
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    CHECK(contains(w.res.body, "\"Description\":\"Forside\""));
    world_close(&w);
}

TEST(an_echo_changes_nothing)
{
    struct world w;
    world_open(&w);

    put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    char etag[SO_ETAG_MAX] = { 0 };
    struct bytes tag = header_of(&w.res, "ETag");
    CHECK(tag.len > 0 && tag.len < sizeof etag);
    memcpy(etag, tag.at, tag.len);
    char body[8192];
    size_t len = w.res.body.len;
    CHECK(len < sizeof body);
    memcpy(body, w.res.body.at, len);

    ask(&w, HTTP_PUT, PERSON, TICKET, bytes_of(body, len));
    CHECK_INT(w.res.status, 200);
    CHECK_BYTES(header_of(&w.res, "ETag"), bytes_str(etag));
    CHECK_BYTES(w.res.body, bytes_of(body, len));
    world_close(&w);
}

TEST(bad_descriptions_are_told_what_is_wrong)
{
    char letters[400];
    memset(letters, 'a', sizeof letters);
    char longer[500];
    int len = snprintf(longer, sizeof longer, "{\"extraInfo\":\"%.255s\"}", letters);

    const struct {
        const char *path;
        const char *headers;
        struct bytes body;
        int status;
        const char *type;
    } cases[] = {
        { PERSON, TICKET, B(""), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("  \r\n"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("null"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("[]"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("{\"Description\":"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("Description"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("{\"BlobId\":\"x\"}"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("{\"BlobId\":999999}"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET, B("{\"Description\":{}}"), 400, "SoValidationException" },
        { PERSON, TICKET, bytes_of(longer, (size_t)len), 400, "SoValidationException" },
        { PERSON, TICKET, B("<BlobEntity>"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET "Content-Type: application/xml\nAccept: text/json\n",
          B("<!DOCTYPE a><BlobEntity/>"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET "Content-Type: image/png\n", PNG, 415, "UnsupportedMediaType" },
        { PERSON, TICKET "Content-Encoding: gzip\n", B("{}"), 400, "SoInvalidArgumentException" },
        { PERSON, TICKET "Content-Encoding: br\n", B("{}"), 415, "UnsupportedMediaType" },
        { "/api/v1/Person/999/ImageInfo", TICKET, B("{}"), 404, "SoNotFoundException" },
        { "/api/v1/Contact/1/ImageInfo", TICKET, B("{}"), 404, "SoNotFoundException" },
        { PERSON, READER, B("{}"), 403, "SoSentryException" },
        { PERSON, "", B("{}"), 401, "SoSessionException" },
    };
    struct world w;
    world_open(&w);

    put_picture(&w, PERSON_IMAGE, PNG);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, HTTP_PUT, cases[i].path, cases[i].headers, cases[i].body);
        expect_error(&w, cases[i].status, cases[i].type);
    }
    /* the one that is too long is named as the client knows it */
    ask(&w, HTTP_PUT, PERSON, TICKET, bytes_of(longer, (size_t)len));
    CHECK(contains(w.res.body, "\"Fields\":{\"ExtraInfo\":"));
    world_close(&w);
}

TEST(254_letters_of_any_alphabet_fit)
{
    struct world w;
    world_open(&w);
    char body[700] = "{\"Description\":\"";
    size_t len = strlen(body);

    for (int i = 0; i < PICTURE_TEXT_MAX; i++, len += 2)
        memcpy(body + len, "\xC3\xA5", 2);
    memcpy(body + len, "\"}", 2);
    len += 2;
    put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_PUT, PERSON, TICKET, bytes_of(body, len));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(a_project_may_be_named_by_path_query_or_both)
{
    static const struct {
        const char *target;
        enum http_method method;
        int status;
    } cases[] = {
        { "/api/v1/Project/7/ImageInfo", HTTP_PUT, 200 },
        { "/api/v1/Project/7/ImageInfo?projectId=7", HTTP_PUT, 200 },
        { "/api/v1/Project/any/ImageInfo?PROJECTID=7", HTTP_PUT, 200 },
        { "/api/v1/Project/8/ImageInfo?projectId=7", HTTP_PUT, 400 },
        { "/api/v1/Project/7/ImageInfo?projectId=x", HTTP_PUT, 400 },
        { "/api/v1/Project/any/ImageInfo", HTTP_PUT, 404 },
        { "/api/v1/Project/any/ImageInfo?projectId=7", HTTP_GET, 404 },
        { "/api/v1/Project/7/ImageInfo?projectId=9", HTTP_GET, 200 },
        { "/api/v1/Person/any/ImageInfo?projectId=7", HTTP_PUT, 404 },
    };
    struct world w;
    world_open(&w);

    put_picture(&w, "/api/v1/Project/7/Image", PNG);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, cases[i].method, cases[i].target, TICKET, B("{\"Description\":\"Plan\"}"));
        if (w.res.status != cases[i].status)
            test_fail(__FILE__, __LINE__, "%s: %d, not %d", cases[i].target, w.res.status,
                      cases[i].status);
    }
    world_close(&w);
}

TEST(conditions_are_asked_within_the_write)
{
    struct world w;
    world_open(&w);
    char matching[300];

    put_picture(&w, PERSON_IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    struct bytes etag = header_of(&w.res, "ETag");
    snprintf(matching, sizeof matching, TICKET "If-Match: %.*s\n", (int)etag.len, etag.at);
    char known[300];
    snprintf(known, sizeof known, TICKET "If-None-Match: %.*s\n", (int)etag.len, etag.at);

    ask(&w, HTTP_GET, PERSON, known, B(""));
    CHECK_INT(w.res.status, 304);
    CHECK_INT(w.res.body.len, 0);
    ask(&w, HTTP_PUT, PERSON, matching, B("{\"Description\":\"First\"}"));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_PUT, PERSON, matching, B("{\"Description\":\"Second\"}"));
    expect_error(&w, 412, "PreconditionFailed");
    ask(&w, HTTP_PUT, PERSON, TICKET "If-Unmodified-Since: Thu, 01 Jan 1998 00:00:00 GMT\n",
        B("{\"Description\":\"Third\"}"));
    expect_error(&w, 412, "PreconditionFailed");
    ask(&w, HTTP_GET, PERSON, known, B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"Description\":\"First\""));
    world_close(&w);
}

TEST_MAIN
