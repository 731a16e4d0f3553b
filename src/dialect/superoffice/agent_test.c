/* The agents' pictures (superoffice 4), one method after the other. */
#include "dialect/superoffice/harness.h"

#include "base/base64.h"

#define JSON  TICKET "Accept: application/json\nContent-Type: application/json\n"
#define RAW   TICKET "Accept: application/octet-stream\nContent-Type: application/json\n"
#define XML   TICKET "Accept: application/xml\nContent-Type: application/json\n"
#define GIF64 "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="

/* Calls `method` ("BLOB/GetPersonImage"); a `'` in the arguments stands for a `"`. */
static const struct http_response *call(struct world *w, const char *method, const char *headers,
                                        const char *arguments)
{
    static char body[4096];
    char path[200];

    CHECK(strlen(arguments) < sizeof body);
    for (size_t i = 0; i <= strlen(arguments); i++)
        body[i] = arguments[i] == '\'' ? '"' : arguments[i];
    snprintf(path, sizeof path, "/api/v1/Agents/%s", method);
    return ask(w, HTTP_POST, path, headers, bytes_str(body));
}

static void expect(struct world *w, int status, const char *body)
{
    if (w->res.status != status || !bytes_eq(body_of(w), bytes_str(body)))
        test_fail(__FILE__, __LINE__, "%d %.*s", w->res.status, (int)body_of(w).len, body_of(w).at);
}

/* What SaveImageStream makes: a picture on nothing. */
static int32_t loose(struct world *w)
{
    int32_t id = 0;

    call(w, "BLOB/SaveImageStream", JSON, "{'type':'Thumbnail','image':'" GIF64 "'}");
    CHECK_INT(w->res.status, 200);
    CHECK(bytes_to_int32(w->res.body, &id) && id > 0);
    return id;
}

static const char *with_id(const char *format, int32_t id)
{
    static char text[200];

    CHECK(snprintf(text, sizeof text, "%s", format) < (int)sizeof text);
    char *place = strstr(text, "ID");
    CHECK(place != NULL);
    char rest[200];
    snprintf(rest, sizeof rest, "%s", place + 2);
    snprintf(place, sizeof text - (size_t)(place - text), "%d%s", id, rest);
    return text;
}

static const struct {
    const char *kind;
    const char *arguments; /* its id in PascalCase; the braces are open */
    const char *camel;
    const char *rest;
    const char *type; /* the conceptual type of a new one */
} kinds[] = {
    { "Contact", "{'ContactId':1", "{'contactId':1", "/api/v1/Contact/1/Image", "ContactImage" },
    { "Person", "{'PersonId':41", "{'personId':'41'", "/api/v1/Person/41/Image", "PERSONPHOTO" },
    { "Project", "{'ProjectId':7", "{'projectId':7", "/api/v1/Project/7/Image", "ProjectImage" },
    { "Product", "{'ProductId':8", "{'productId':8", "/api/v1/Product/8/Image", "ProductImage" },
};

static const struct http_response *call_of(struct world *w, const char *format, const char *kind,
                                           const char *headers, const char *id, const char *more)
{
    char method[100];
    char arguments[500];
    const char *place = strstr(format, "KIND");

    CHECK(place != NULL);
    snprintf(method, sizeof method, "%.*s%s%s", (int)(place - format), format, kind, place + 4);
    snprintf(arguments, sizeof arguments, "%s%s}", id, more);
    return call(w, method, headers, arguments);
}

TEST(what_an_agent_sets_is_what_rest_and_agents_get)
{
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        call_of(&w, "BLOB/SetKINDImage", kinds[i].kind, JSON, kinds[i].camel,
                ",'image':'" GIF64 "'");
        expect(&w, 204, "");
        CHECK(!w.was_inline);
        ask(&w, HTTP_GET, kinds[i].rest, TICKET, B(""));
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(body_of(&w), GIF);

        call_of(&w, "BLOB/GetKINDImage", kinds[i].kind, RAW, kinds[i].arguments, "");
        CHECK_INT(w.res.status, 200);
        CHECK(w.was_inline && w.res.source != NULL);
        CHECK_BYTES(w.res.content_type, B("application/octet-stream"));
        CHECK_BYTES(body_of(&w), GIF);
        call_of(&w, "BLOB/GetKINDImage", kinds[i].kind, JSON, kinds[i].camel, "");
        CHECK_BYTES(w.res.content_type, B("application/json; charset=utf-8"));
        expect(&w, 200, "\"" GIF64 "\"");

        call_of(&w, "BLOB/GetBlobEntityOnKIND", kinds[i].kind, JSON, kinds[i].camel, "");
        CHECK_INT(w.res.status, 200);
        CHECK(contains(w.res.body, "\"MimeType\":\"image/gif\""));
        CHECK(contains(w.res.body, kinds[i].type));
    }
    world_close(&w);
}

TEST(the_form_of_a_picture_goes_by_accept)
{
    static const struct {
        const char *accept;
        const char *label;
        bool text;
    } cases[] = {
        { "Accept: application/octet-stream\n", "application/octet-stream", false },
        { "Accept: */*\n", "application/octet-stream", false },
        { "Accept: image/*\n", "image/gif", false },
        { "Accept: image/png\n", "image/gif", false }, /* what it is, not what was hoped for */
        { "Accept: application/pdf\n", "application/octet-stream", false },
        { "Accept: text/plain, text/html\n", "application/octet-stream", false },
        { "Accept: application/json, text/plain, */*\n", "application/json; charset=utf-8", true },
        { "Accept: text/json\n", "text/json; charset=utf-8", true },
        { "", "application/json; charset=utf-8", true },
    };
    struct world w;
    char headers[200];

    world_open(&w);
    put_picture(&w, "/api/v1/Person/41/Image", GIF);
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(headers, sizeof headers, "%s%s", TICKET, cases[i].accept);
        call(&w, "BLOB/GetPersonImage", headers, "{'PersonId':41}");
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(w.res.content_type, bytes_str(cases[i].label));
        CHECK_BYTES(body_of(&w), cases[i].text ? B("\"" GIF64 "\"") : GIF);
    }
    call(&w, "BLOB/GetPersonImage", XML, "{'PersonId':41}");
    expect(&w, 200,
           "<base64Binary xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\">" GIF64
           "</base64Binary>");
    world_close(&w);
}

TEST(no_picture_is_said_as_each_agent_says_it)
{
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        call_of(&w, "BLOB/GetKINDImage", kinds[i].kind, JSON, kinds[i].arguments, "");
        expect(&w, 200, "\"\"");
        call_of(&w, "BLOB/GetKINDImage", kinds[i].kind, RAW, kinds[i].arguments, "");
        expect(&w, 200, "");
        CHECK_BYTES(w.res.content_type, B("application/octet-stream"));
        call_of(&w, "BLOB/GetBlobEntityOnKIND", kinds[i].kind, JSON, kinds[i].arguments, "");
        expect(&w, 200, "null");
    }
    call(&w, "BLOB/GetPersonImage", JSON, "{'PersonId':99}"); /* nor such a person */
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/GetBlobEntityOnPerson", JSON, "{'PersonId':99}");
    expect(&w, 200, "null");
    call(&w, "BLOB/GetPersonImageWithSize", JSON, "{'PersonId':41,'Width':64,'Height':64}");
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/GetProductThumbnail", JSON, "{'ProductId':8}");
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/GetBlobStream", JSON, "{'BlobEntityId':4711}");
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/GetBlobEntity?blobEntityId=4711", JSON, "null");
    expect(&w, 200, "null");
    call(&w, "Person/GetPersonImage", JSON, "{'PersonId':41}");
    expect_error(&w, 404, "SoNotFoundException");
    call(&w, "Project/GetProjectImage", RAW, "{'ProjectId':7}");
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(sibling_agents_do_the_same)
{
    struct world w;

    world_open(&w);
    call(&w, "Person/SetPersonImage", JSON, "{'personId':41,'image':'" GIF64 "'}");
    expect(&w, 204, "");
    call(&w, "Person/GetPersonImage", JSON, "{'personId':41}");
    expect(&w, 200, "\"" GIF64 "\"");
    call(&w, "Project/SetProjectImage", JSON, "{'ProjectId':7,'Image':'" GIF64 "'}");
    expect(&w, 204, "");
    call(&w, "Project/GetProjectImage", RAW, "{'ProjectId':7}");
    CHECK_BYTES(body_of(&w), GIF);
    call(&w, "Person/CreateDefaultPersonImage", JSON, "null");
    expect(&w, 200, "{\"PersonId\":0,\"ImageData\":null}");
    world_close(&w);
}

TEST(changing_links_a_stored_picture_and_0_takes_it_off)
{
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char more[60];
        int32_t id = loose(&w);

        snprintf(more, sizeof more, ",'blobId':%d", id);
        call_of(&w, "BLOB/ChangeKINDImage", kinds[i].kind, JSON, kinds[i].camel, more);
        expect(&w, 204, "");
        snprintf(more, sizeof more, "\"BlobId\":%d,", id);
        call_of(&w, "BLOB/GetBlobEntityOnKIND", kinds[i].kind, JSON, kinds[i].camel, "");
        CHECK(contains(w.res.body, more));
        call_of(&w, "BLOB/ChangeKINDImage", kinds[i].kind, JSON, kinds[i].arguments,
                ",'BlobId':4711");
        expect_error(&w, 400, "SoInvalidArgumentException");
        call_of(&w, "BLOB/ChangeKINDImage", kinds[i].kind, JSON, kinds[i].arguments, ",'BlobId':0");
        expect(&w, 204, "");
        ask(&w, HTTP_GET, kinds[i].rest, TICKET, B(""));
        CHECK_INT(w.res.status, 404);
    }
    call(&w, "BLOB/ChangePersonImage", JSON, "{'PersonId':99,'BlobId':0}");
    expect_error(&w, 400, "SoInvalidArgumentException");
    call(&w, "BLOB/ChangePersonImage", JSON, "{'PersonId':41}");
    expect_error(&w, 400, "SoInvalidArgumentException");
    world_close(&w);
}

TEST(a_shared_picture_is_changed_by_its_id_and_not_by_its_owner)
{
    struct world w;

    world_open(&w);
    int32_t id = loose(&w);
    call(&w, "BLOB/ChangePersonImage", JSON, with_id("{'PersonId':41,'BlobId':ID}", id));
    call(&w, "BLOB/ChangeContactImage", JSON, with_id("{'ContactId':1,'BlobId':ID}", id));
    expect(&w, 204, "");

    char png[500];
    struct strbuf text;
    strbuf_init(&text, w.arena, 0, 400);
    base64_write(&text, PNG);
    snprintf(png, sizeof png, "{'BlobEntityId':%d,'Stream':'%.*s'}", id, (int)text.len, text.at);
    call(&w, "BLOB/SetBlobStream", JSON, png);
    expect(&w, 204, "");
    call(&w, "BLOB/GetContactImage", RAW, "{'ContactId':1}");
    CHECK_BYTES(body_of(&w), PNG);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    CHECK_BYTES(body_of(&w), PNG);

    call(&w, "BLOB/SetPersonImage", JSON, "{'PersonId':41,'Image':'" GIF64 "'}");
    expect(&w, 204, "");
    call(&w, "BLOB/GetContactImage", RAW, "{'ContactId':1}"); /* keeps what it had */
    CHECK_BYTES(body_of(&w), PNG);

    call(&w, with_id("BLOB/DeleteBlobEntity?blobentityid=ID", id), JSON, "");
    expect(&w, 204, "");
    call(&w, with_id("BLOB/DeleteBlobEntity?BlobEntityId=ID", id), JSON, "null");
    expect(&w, 204, "");
    call(&w, "BLOB/GetContactImage", JSON, "{'ContactId':1}");
    expect(&w, 200, "\"\"");
    world_close(&w);
}

/* The number behind "BlobId": of the last answer. */
static int32_t blob_id(struct world *w)
{
    const char *at = memmem(w->res.body.at, w->res.body.len, "\"BlobId\":", 9);

    CHECK(at != NULL);
    return (int32_t)strtol(at + 9, NULL, 10);
}

TEST(a_blob_is_made_filled_described_and_read)
{
    struct world w;

    world_open(&w);
    call(&w, "BLOB/CreateDefaultBlobEntity", JSON, "null");
    CHECK_INT(w.res.status, 200);
    CHECK_INT(blob_id(&w), 0);
    CHECK(contains(w.res.body, "\"CreatedBy\":null"));
    call(&w, "BLOB/SaveBlobEntity", JSON,
         "{'blobId':0,'mimeType':'image/png','description':'Mug','extraInfo':'x',"
         "'conceptualType':'ProductImage','tableRight':{'mask':15},'createdDate':"
         "'0001-01-01T00:00:00.000Z'}");
    CHECK_INT(w.res.status, 200);
    int32_t id = blob_id(&w);
    CHECK(id > 0);
    CHECK(contains(w.res.body, "\"BlobSize\":0,\"Description\":\"Mug\",\"ExtraInfo\":\"x\""));
    CHECK(contains(w.res.body, "\"MimeType\":\"image/png\",\"OriginalSize\":0"));
    CHECK(contains(w.res.body, "\"ConceptualType\":\"ProductImage\""));
    call(&w, "BLOB/GetBlobStream", JSON, with_id("{'blobEntityId':ID}", id));
    expect(&w, 200, "\"\"");

    /* on a record it is known, but it is no picture yet */
    call(&w, "BLOB/ChangePersonImage", JSON, with_id("{'PersonId':41,'BlobId':ID}", id));
    expect(&w, 204, "");
    ask(&w, HTTP_GET, "/api/v1/Person/41/ImageInfo", TICKET, B(""));
    CHECK_INT(blob_id(&w), id);
    CHECK(contains(w.res.body, "\"MimeType\":\"image/png\""));
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    call(&w, "Person/GetPersonImage", JSON, "{'PersonId':41}");
    expect_error(&w, 404, "SoNotFoundException");
    call(&w, "BLOB/GetPersonImage", JSON, "{'PersonId':41}");
    expect(&w, 200, "\"\"");

    call(&w, "BLOB/SetBlobStream", JSON, with_id("{'blobEntityId':ID,'stream':'" GIF64 "'}", id));
    expect(&w, 204, "");
    call(&w, "BLOB/SaveBlobEntity?$select=BlobId,Description,MimeType", JSON,
         with_id("{'BlobId':'ID','Description':'Cup','MimeType':'image/tiff'}", id));
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "\"Description\":\"Cup\",\"ExtraInfo\":null"));
    CHECK(contains(w.res.body, "\"MimeType\":\"image/gif\""));
    call(&w, with_id("BLOB/GetBlobEntity?BlobEntityId=ID", id), JSON, "null");
    CHECK(contains(w.res.body, "\"Description\":\"Cup\",\"ExtraInfo\":\"x\""));
    CHECK(contains(w.res.body, "\"OriginalSize\":35"));
    call(&w, "BLOB/GetBlobStream", RAW, with_id("{'BlobEntityId':ID}", id));
    CHECK_BYTES(body_of(&w), GIF);
    call(&w, "BLOB/SaveBlobEntity", JSON, "{'BlobId':4711,'Description':'x'}");
    expect_error(&w, 404, "SoNotFoundException");
    call(&w, "BLOB/SaveBlobEntity", JSON, "");
    expect_error(&w, 400, "SoInvalidArgumentException");
    world_close(&w);
}

TEST(streams_are_saved_with_their_type_and_description)
{
    static const struct {
        const char *type;
        const char *want;
    } types[] = {
        { "'ProjectImage'", "ProjectImage" },
        { "'projectimage'", "ProjectImage" },
        { "7", "ProductImage" },
        { "'19'", "ExtraTableIcon" },
        { "null", "" },
        { "0", "" },
    };
    struct world w;
    char arguments[300];
    int32_t id;

    world_open(&w);
    for (size_t i = 0; i < COUNT(types); i++) {
        snprintf(arguments, sizeof arguments,
                 "{'Type':%s,'Image':'" GIF64 "','Description':'winter.jpg'}", types[i].type);
        call(&w, "BLOB/SaveImageStream", JSON, arguments);
        CHECK_INT(w.res.status, 200);
        CHECK(bytes_to_int32(w.res.body, &id));
        call(&w, with_id("BLOB/GetBlobEntity?blobEntityId=ID", id), JSON, "");
        snprintf(arguments, sizeof arguments, "\"ConceptualType\":\"%s\"", types[i].want);
        CHECK(contains(w.res.body, arguments));
        CHECK(contains(w.res.body, "\"Description\":\"winter.jpg\""));
    }
    call(&w, "BLOB/SaveImageStream", XML, "{'Type':1,'Image':'" GIF64 "','Description':null}");
    CHECK(contains(w.res.body, "<int xmlns="));
    call(&w, "BLOB/SaveImageStream", JSON, "{'Type':'Selfie','Image':'" GIF64 "'}");
    expect_error(&w, 400, "SoInvalidArgumentException");
    call(&w, "BLOB/SaveImageStream", JSON, "{'Type':20,'Image':'" GIF64 "'}");
    expect_error(&w, 400, "SoInvalidArgumentException");

    call(&w, "BLOB/SaveProjectImage", JSON, "{'Description':'a/b.gif','Image':'" GIF64 "'}");
    expect(&w, 204, "");
    call(&w, with_id("BLOB/GetBlobEntity?blobEntityId=ID", id + 2), JSON, "");
    CHECK(contains(w.res.body, "\"Description\":\"a/b.gif\""));
    CHECK(contains(w.res.body, "\"ConceptualType\":\"ProjectImage\""));
    world_close(&w);
}

TEST(wrong_arguments_are_named)
{
    static const struct {
        const char *method;
        const char *arguments;
        const char *names;
    } cases[] = {
        { "BLOB/GetPersonImage", "", "PersonId is missing" },
        { "BLOB/GetPersonImage", "null", "PersonId is missing" },
        { "BLOB/GetPersonImage", "{'PersonId':null}", "PersonId is missing" },
        { "BLOB/GetPersonImage", "{'PersonId':'x'}", "PersonId is not a number" },
        { "BLOB/GetPersonImage", "{'PersonId':4294967296}", "PersonId is not a number" },
        { "BLOB/GetPersonImage", "{'PersonId':41", "" },
        { "BLOB/GetPersonImage", "[41]", "" },
        { "BLOB/SetPersonImage", "{'PersonId':41}", "Image is missing" },
        { "BLOB/SetPersonImage", "{'PersonId':41,'Image':''}", "Image is missing" },
        { "BLOB/SetPersonImage", "{'PersonId':41,'Image':7}", "Image is not a text" },
        { "BLOB/SetPersonImage", "{'PersonId':41,'Image':'R0l*'}", "Image is not base64" },
        { "BLOB/SetPersonImage", "{'PersonId':41,'Image':'bm8gcGljdHVyZQ=='}", "not a JPEG" },
        { "BLOB/SetPersonImage", "{'PersonId':99,'Image':'" GIF64 "'}", "no person 99" },
        { "BLOB/SetProductImage", "{'ProductId':8,'Image':'bm8gcGljdHVyZQ=='}", "not a JPEG" },
        { "BLOB/SetProductThumbnail", "{'ProductId':99,'Image':'" GIF64 "'}", "no product 99" },
        { "BLOB/SetBlobStream", "{'BlobEntityId':4711,'Stream':'" GIF64 "'}", "no picture 4711" },
        { "BLOB/SaveProjectImage", "{'Description':'x'}", "Image is missing" },
        { "BLOB/GetBlobEntity", "null", "blobEntityId is missing" },
        { "BLOB/GetBlobEntity?blobEntityId=x", "null", "blobEntityId is not a number" },
        { "BLOB/GetBlobEntity?blobEntityId=2147483648", "", "blobEntityId is not a number" },
        { "BLOB/DeleteBlobEntity?blobEntityId=", "", "blobEntityId is missing" },
        { "BLOB/GetPersonImageWithSize", "{'PersonId':41,'Width':'w'}", "Width is not a number" },
        { "BLOB/GetBlobEntityOnCountry", "{}", "CountryId is missing" },
        { "BLOB/GetChatImageWithSize", "{'ChatTopicId':'x'}", "ChatTopicId is not a number" },
        { "BLOB/CleanupBatchTask", "", "BatchTaskId is missing" },
        { "Person/GetPersonImages", "{'PersonIds':41}", "PersonIds is not a list" },
        { "Person/GetPersonImages", "{'PersonIds':['x']}", "PersonIds holds" },
        { "Quote/GetProductImage", "{'ERPProductKey':7}", "ERPProductKey is not a text" },
    };
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        call(&w, cases[i].method, JSON, cases[i].arguments);
        if (w.res.status != 400 || (cases[i].names[0] && !contains(w.res.body, cases[i].names)))
            test_fail(__FILE__, __LINE__, "%s %s: %d %.*s", cases[i].method, cases[i].arguments,
                      w.res.status, (int)w.res.body.len, w.res.body.at);
    }
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    CHECK_INT(w.res.status, 404); /* none of them set anything */
    world_close(&w);
}

TEST(base64_may_be_wrapped_or_a_data_url)
{
    struct world w;

    world_open(&w);
    call(&w, "BLOB/SetPersonImage", JSON,
         "{'PersonId':41,'Image':'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP\\n///ywAAAAAAQABAA"
         "ACAkQBADs'}");
    expect(&w, 204, "");
    call(&w, "BLOB/GetPersonImage", RAW, "{'PersonId':41}");
    CHECK_BYTES(body_of(&w), GIF);
    world_close(&w);
}

TEST(readers_read_and_change_nothing)
{
    static const char *const writes[] = {
        "BLOB/SaveBlobEntity",     "BLOB/DeleteBlobEntity?blobEntityId=1",
        "BLOB/SetBlobStream",      "BLOB/SetPersonImage",
        "BLOB/ChangePersonImage",  "BLOB/SaveImageStream",
        "BLOB/SaveProjectImage",   "BLOB/SetProductThumbnail",
        "BLOB/CleanupBatchTask",   "Person/SetPersonImage",
        "Project/SetProjectImage",
    };
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < COUNT(writes); i++) {
        call(&w, writes[i], READER, "{'PersonId':41,'BlobId':0,'Image':'" GIF64 "'}");
        expect_error(&w, 403, "SoSentryException");
    }
    put_picture(&w, "/api/v1/Person/41/Image", GIF);
    call(&w, "BLOB/GetPersonImage", READER, "{'PersonId':41}");
    expect(&w, 200, "\"" GIF64 "\"");
    call(&w, "BLOB/GetPersonImage", "", "{'PersonId':41}");
    CHECK_INT(w.res.status, 401);
    world_close(&w);
}

TEST(what_is_not_kept_here_is_empty)
{
    struct world w;

    world_open(&w);
    call(&w, "BLOB/GetBlobEntityOnCountry", JSON, "{'countryId':47}");
    expect(&w, 200, "null");
    call(&w, "BLOB/GetChatImageWithSize", JSON, "{'chatTopicId':1,'width':9,'height':9}");
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/GetQuoteLineImage", RAW, "{'QuoteLineId':1}");
    expect(&w, 200, "");
    call(&w, "BLOB/GetOutputFromBatch", JSON, "{'BatchTaskId':1}");
    expect(&w, 200, "\"\"");
    call(&w, "BLOB/CleanupBatchTask", JSON, "{'BatchTaskId':1}");
    expect(&w, 204, "");
    world_close(&w);
}

TEST(get_describes_a_method_and_does_not_run_it)
{
    struct world w;

    world_open(&w);
    int32_t id = put_picture(&w, "/api/v1/Person/41/Image", GIF);
    ask(&w, HTTP_GET, with_id("/crm/api/v1/agents/blob/deleteblobentity?blobEntityId=ID", id), "",
        B(""));
    expect(&w, 200,
           "{\"http://localhost:8080/crm/api/v1/Agents/BLOB/DeleteBlobEntity\":"
           "{\"POST\":\"Deletes a picture and takes it off everything\"}}");
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_PUT, "/api/v1/Agents/BLOB/GetPersonImage", TICKET, B(""));
    expect_error(&w, 405, "SoNotSupportedException");
    CHECK_BYTES(header_of(&w.res, "Allow"), B("GET, HEAD, POST, OPTIONS"));
    ask(&w, HTTP_GET, "/api/v1/Agents/BLOB/GetWeather", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    call(&w, "Weather/GetPersonImage", JSON, "null");
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(conditions_do_not_apply_to_agents)
{
    struct world w;

    world_open(&w);
    put_picture(&w, "/api/v1/Person/41/Image", GIF);
    call(&w, "BLOB/GetPersonImage",
         JSON
         "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\nIf-Match: \"x\"\nRange: bytes=0-1\n",
         "{'PersonId':41}");
    expect(&w, 200, "\"" GIF64 "\"");
    call(&w, "BLOB/GetBlobEntityOnPerson",
         JSON "If-Unmodified-Since: Fri, 01 Jan 2010 00:00:00 GMT\nIf-None-Match: *\n",
         "{'PersonId':41}");
    CHECK_INT(w.res.status, 200);
    call(&w, "BLOB/SetPersonImage", JSON "If-Unmodified-Since: Fri, 01 Jan 2010 00:00:00 GMT\n",
         "{'PersonId':41,'Image':'" GIF64 "'}");
    expect(&w, 204, "");
    world_close(&w);
}

TEST(pictures_of_many_persons_come_in_one_answer)
{
    struct world w;

    world_open(&w);
    call(&w, "Person/GetPersonImages", JSON, "{'personIds':[41,99],'scaledWidth':0}");
    expect(&w, 200, "[{\"PersonId\":41,\"ImageData\":\"\"},{\"PersonId\":99,\"ImageData\":\"\"}]");
    call(&w, "Person/GetPersonImages", XML, "{'PersonIds':[41]}");
    CHECK(contains(w.res.body, "<ArrayOfPersonImage"));
    CHECK(contains(w.res.body, "<PersonImage><PersonId>41</PersonId><ImageData>"));
    put_picture(&w, "/api/v1/Person/41/Image", GIF);
    call(&w, "Person/GetPersonImages", JSON,
         "{'PersonIds':['41'],'ScaledWidth':-3,'ScaledHeight':9}");
    CHECK_INT(w.res.status, 200);
    CHECK(contains(w.res.body, "[{\"PersonId\":41,\"ImageData\":\"iVBORw0KGgo")); /* a PNG */
    world_close(&w);
}

TEST(sized_pictures_are_jpegs)
{
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < 3; i++) {
        put_picture(&w, kinds[i].rest, PNG);
        call_of(&w, "BLOB/GetKINDImageWithSize", kinds[i].kind, RAW, kinds[i].camel,
                ",'width':64,'height':-1");
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(bytes_first(body_of(&w), 3), B("\xFF\xD8\xFF"));
        CHECK_BYTES(w.res.content_type, B("application/octet-stream"));
        call_of(&w, "BLOB/GetKINDImageWithSize", kinds[i].kind, JSON, kinds[i].arguments, "");
        CHECK_BYTES(bytes_first(w.res.body, 5), B("\"/9j/"));
    }
    call(&w, "BLOB/GetProductImageWithSize", JSON, "{'ProductId':8}"); /* there is none */
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(a_product_has_a_thumbnail_made_or_its_own)
{
    struct world w;

    world_open(&w);
    put_picture(&w, "/api/v1/Product/8/Image", PNG);
    call(&w, "BLOB/GetProductThumbnail", RAW, "{'productId':8}");
    CHECK_INT(w.res.status, 200);
    CHECK_BYTES(bytes_first(body_of(&w), 4), B("\x89PNG"));
    call(&w, "BLOB/SetProductThumbnail", JSON, "{'productId':8,'image':'" GIF64 "'}");
    expect(&w, 204, "");
    call(&w, "BLOB/GetProductThumbnail", RAW, "{'ProductId':8}");
    CHECK_BYTES(body_of(&w), GIF);
    call(&w, "BLOB/GetProductImage", RAW, "{'ProductId':8}");
    CHECK_BYTES(body_of(&w), PNG);

    /* 201 pixels wide: the size stands behind GIF89a */
    call(&w, "BLOB/SetProductThumbnail", JSON,
         "{'ProductId':8,'Image':'R0lGODlhyQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs='}");
    expect_error(&w, 400, "SoInvalidArgumentException");
    CHECK(contains(w.res.body, "200 x 200"));
    call(&w, "BLOB/SetProductImage", JSON, "{'ProductId':8,'Image':'" GIF64 "'}");
    call(&w, "BLOB/GetProductThumbnail", RAW, "{'ProductId':8}"); /* of the new one, which fits */
    CHECK_INT(w.res.status, 200);
    CHECK_BYTES(bytes_first(body_of(&w), 10), bytes_first(GIF, 10)); /* type and size */
    world_close(&w);
}

TEST(a_product_is_found_by_its_erp_key)
{
    struct err e = { 0 };
    struct world w;
    struct picture added;
    struct record made;
    struct principal admin = { .role = USER_ADMINISTRATOR, .may_write = true };
    struct record product = { .kind = KIND_PRODUCT,
                              .id = 9,
                              .subtype = SUBTYPE_SIMPLE,
                              .name = B("Mug"),
                              .xml_id = B("ERP-17"),
                              .sort = 500 };
    struct picture_content png = { .bytes = PNG };

    world_open(&w);
    must(record_add(w.slow, &admin, w.arena, &product, &made, &e), &e);
    call(&w, "Quote/GetProductImage", JSON,
         "{'quoteConnectionId':1,'erpProductKey':'ERP-17','rank':1}");
    expect(&w, 200, "\"\"");
    put_picture(&w, "/api/v1/Product/9/Image", GIF);
    must(picture_add(w.slow, &admin, w.arena, (struct owner){ KIND_PRODUCT, 9 }, ROLE_MORE, &png,
                     &added, &e),
         &e);
    call(&w, "Quote/GetProductImage", JSON,
         "{'quoteConnectionId':1,'erpProductKey':'ERP-17','rank':1}");
    expect(&w, 200, "\"" GIF64 "\"");
    call(&w, "Quote/GetProductImage", RAW, "{'ERPProductKey':'ERP-17','Rank':2}");
    CHECK_BYTES(body_of(&w), PNG);
    call(&w, "Quote/GetProductImage", JSON, "{'ERPProductKey':'ERP-17','Rank':3}");
    expect(&w, 200, "\"\"");
    call(&w, "Quote/GetProductImage", JSON, "{'ERPProductKey':'ERP-18','Rank':1}");
    expect(&w, 200, "\"\"");
    call(&w, "Quote/GetProductImage", JSON, "{'ERPProductKey':'','Rank':1}");
    expect(&w, 200, "\"\"");
    world_close(&w);
}

TEST_MAIN
