#include "base/clock.h"
#include "dialect/superoffice/superoffice.h"
#include "test.h"

static struct http_request req;
static struct http_response res;
static struct arena *arena;
static struct so_call state;

static struct call call_as(enum user_role role, const char *query)
{
    if (!arena)
        arena = arena_new(1 << 20);
    req = (struct http_request){ .query = bytes_str(query) };
    res = (struct http_response){ 0 };
    state = (struct so_call){ .label = B("application/json; charset=utf-8") };
    return (struct call){ .req = &req,
                          .res = &res,
                          .arena = arena,
                          .state = &state,
                          .principal = { .role = role, .may_write = role != USER_READER } };
}

/* Nobody made it, so that no user is looked up. */
static const struct picture mug = {
    .id = 77,
    .name = B("mug.jpg"),
    .description = B("Front \"view\", bl\xC3\xA5"),
    .extra_info = B("studio-4\n"),
    .conceptual_type = B("ProductImage"),
    .header = { PICTURE_JPEG, 640, 480, 1, 1 },
    .created_us = 1772348400 * SECOND_US + 999999, /* 2026-03-01T07:00:00 */
    .updated_us = 1772618400 * SECOND_US,          /* 2026-03-04T10:00:00 */
    .version = 3,
    .kind = KIND_PRODUCT,
    .record_id = 8,
    .size_bytes = 48211,
    .stored_bytes = 40000,
    .zipped = true,
};

#define READ           "{\"FieldRight\":{\"Mask\":\"Read\",\"Reason\":\"\"},"
#define UPDATE         "{\"FieldRight\":{\"Mask\":\"Update\",\"Reason\":\"\"},"
#define ASSOCIATE_TYPE "\"FieldType\":\"SuperOffice.CRM.Services.Associate\",\"FieldLength\":4}"

/* clang-format off */
#define FIELD_PROPERTIES                                                                           \
    "{\"BlobId\":" READ "\"FieldType\":\"System.Int32\",\"FieldLength\":4},"                       \
    "\"BlobSize\":" READ "\"FieldType\":\"System.UInt32\",\"FieldLength\":4},"                     \
    "\"Description\":" UPDATE "\"FieldType\":\"System.String\",\"FieldLength\":254},"              \
    "\"ExtraInfo\":" UPDATE "\"FieldType\":\"System.String\",\"FieldLength\":254},"                \
    "\"IsEncrypted\":" READ "\"FieldType\":\"System.Boolean\",\"FieldLength\":2},"                 \
    "\"IsZipped\":" READ "\"FieldType\":\"System.Boolean\",\"FieldLength\":2},"                    \
    "\"MimeType\":" READ "\"FieldType\":\"System.String\",\"FieldLength\":254},"                   \
    "\"OriginalSize\":" READ "\"FieldType\":\"System.UInt32\",\"FieldLength\":4},"                 \
    "\"CreatedDate\":" READ "\"FieldType\":\"System.DateTime\",\"FieldLength\":16},"               \
    "\"UpdatedDate\":" READ "\"FieldType\":\"System.DateTime\",\"FieldLength\":16},"               \
    "\"CreatedBy\":" READ ASSOCIATE_TYPE ",\"UpdatedBy\":" READ ASSOCIATE_TYPE ","                 \
    "\"ConceptualType\":" UPDATE "\"FieldType\":\"System.String\",\"FieldLength\":254}}"
/* clang-format on */

static struct bytes body_of(struct call *c, const struct picture *picture)
{
    struct err e = { 0 };

    CHECK_INT(so_blob_entity_reply(c, picture, &e), ERR_NONE);
    CHECK_INT(res.status, 200);
    return res.body;
}

TEST(every_member_is_written_in_the_documented_order)
{
    struct call c = call_as(USER_ADMINISTRATOR, "");

    CHECK_BYTES(
        body_of(&c, &mug),
        B("{\"BlobId\":77,\"BlobSize\":40000,\"Description\":\"Front \\\"view\\\", bl\xC3\xA5"
          "\",\"ExtraInfo\":\"studio-4\\n\",\"IsEncrypted\":false,\"IsZipped\":true,"
          "\"MimeType\":\"image/jpeg\",\"OriginalSize\":48211,"
          "\"CreatedDate\":\"2026-03-01T07:00:00\",\"UpdatedDate\":\"2026-03-04T10:00:00\","
          "\"CreatedBy\":null,\"UpdatedBy\":null,\"ConceptualType\":\"ProductImage\","
          "\"TableRight\":{\"Mask\":\"FULL\",\"Reason\":\"\"},"
          "\"FieldProperties\":" FIELD_PROPERTIES "}"));
}

TEST(a_record_without_a_picture_has_an_empty_entity)
{
    struct call c = call_as(USER_EDITOR, "");

    CHECK_BYTES(body_of(&c, NULL),
                B("{\"BlobId\":0,\"BlobSize\":0,\"Description\":\"\",\"ExtraInfo\":\"\","
                  "\"IsEncrypted\":false,\"IsZipped\":false,\"MimeType\":\"\",\"OriginalSize\":0,"
                  "\"CreatedDate\":\"0001-01-01T00:00:00\",\"UpdatedDate\":\"0001-01-01T00:00:00\","
                  "\"CreatedBy\":null,\"UpdatedBy\":null,\"ConceptualType\":\"\","
                  "\"TableRight\":{\"Mask\":\"Select, Update\",\"Reason\":\"\"},"
                  "\"FieldProperties\":" FIELD_PROPERTIES "}"));
}

TEST(a_reader_is_told_that_he_may_only_read)
{
    struct call c = call_as(USER_READER, "");
    struct bytes body = body_of(&c, &mug);

    static const char want[] =
        "\"TableRight\":{\"Mask\":\"Select\",\"Reason\":\"[SR_ACCESS_READ_ONLY]\"}";

    CHECK(memmem(body.at, body.len, want, sizeof want - 1));
    CHECK(!memmem(body.at, body.len, "\"Update\"", 8));
}

TEST(select_nulls_what_it_does_not_name)
{
    static const char *const queries[] = {
        "$select=BlobId,description,UpdatedBy/Name",
        "%24Select=blobid%2C%20Description,%20UPDATEDBY/FullName,Nonsense",
    };

    for (size_t i = 0; i < COUNT(queries); i++) {
        struct call c = call_as(USER_EDITOR, queries[i]);
        CHECK_BYTES(
            body_of(&c, &mug),
            B("{\"BlobId\":77,\"BlobSize\":null,\"Description\":\"Front \\\"view\\\", bl\xC3\xA5"
              "\",\"ExtraInfo\":null,\"IsEncrypted\":null,\"IsZipped\":null,\"MimeType\":null,"
              "\"OriginalSize\":null,\"CreatedDate\":null,\"UpdatedDate\":null,\"CreatedBy\":null,"
              "\"UpdatedBy\":null,\"ConceptualType\":null,\"TableRight\":null,"
              "\"FieldProperties\":{}}"));
    }
}

TEST(the_tag_changes_with_texts_bytes_and_rights)
{
    struct call c = call_as(USER_EDITOR, "");
    char first[SO_ETAG_MAX];
    char second[SO_ETAG_MAX];
    struct picture other = mug;
    struct bytes tag = so_blob_entity_validators(&c, &mug, first).etag;

    CHECK(tag.len > 2 && tag.at[0] == '"' && tag.at[tag.len - 1] == '"');
    CHECK(bytes_eq(tag, so_blob_entity_validators(&c, &other, second).etag));
    other.version++;
    CHECK(!bytes_eq(tag, so_blob_entity_validators(&c, &other, second).etag));
    other = mug;
    other.updated_us++;
    CHECK(!bytes_eq(tag, so_blob_entity_validators(&c, &other, second).etag));
    c.principal.may_write = false;
    CHECK(!bytes_eq(tag, so_blob_entity_validators(&c, &mug, second).etag));

    other = (struct picture){ .id = -1, .version = INT32_MAX, .updated_us = -1 };
    CHECK(so_blob_entity_validators(&c, &other, second).etag.len <= SO_ETAG_MAX);
}

TEST(xml_says_the_same)
{
    struct call c =
        call_as(USER_EDITOR, "$select=BlobId,Description,ExtraInfo,CreatedDate,IsZipped");

    state.format = SO_FORMAT_XML;
    state.label = B("text/xml; charset=utf-8");
    CHECK_BYTES(
        body_of(&c, &mug),
        B("<BlobEntity xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><BlobId>77</BlobId>"
          "<BlobSize i:nil=\"true\"/><Description>Front \"view\", bl\xC3\xA5</Description>"
          "<ExtraInfo>studio-4\n</ExtraInfo><IsEncrypted i:nil=\"true\"/><IsZipped>true</IsZipped>"
          "<MimeType i:nil=\"true\"/><OriginalSize i:nil=\"true\"/>"
          "<CreatedDate>2026-03-01T07:00:00</CreatedDate><UpdatedDate i:nil=\"true\"/>"
          "<CreatedBy i:nil=\"true\"/><UpdatedBy i:nil=\"true\"/>"
          "<ConceptualType i:nil=\"true\"/><TableRight i:nil=\"true\"/><FieldProperties/>"
          "</BlobEntity>"));
    CHECK_BYTES(res.content_type, B("text/xml; charset=utf-8"));
}

/* The picture as a tree, for the writer that knows only the table. */
static const struct value *tree_of(const struct picture *picture)
{
    struct strbuf json;
    struct value *tree;
    struct err e;

    strbuf_init(&json, arena, 0, 10000);
    strbuf_printf(&json,
                  "{BlobId:%d,BlobSize:%d,Description:'%.*s',ExtraInfo:'%.*s',IsZipped:%s,"
                  "MimeType:'image/jpeg',OriginalSize:%d,CreatedDate:%lld,UpdatedDate:%lld,"
                  "ConceptualType:'ProductImage'}",
                  picture->id, (int)picture->stored_bytes, (int)picture->description.len,
                  picture->description.at, (int)picture->extra_info.len, picture->extra_info.at,
                  picture->zipped ? "true" : "false", (int)picture->size_bytes,
                  (long long)picture->created_us, (long long)picture->updated_us);
    CHECK_INT(json_read(arena, strbuf_bytes(&json), &tree, &e), ERR_NONE);
    return tree;
}

TEST(both_forms_are_what_the_table_makes_of_them)
{
    static const char *const languages[] = { "", "no" };
    static const char *const queries[] = { "", "$select=description,CreatedDate,tableright" };

    for (int i = 0; i < 48; i++) {
        struct call c = call_as((enum user_role)(1 + i / 16), queries[i / 8 % 2]);
        state.format = i & 1 ? SO_FORMAT_XML : SO_FORMAT_JSON;
        memcpy(state.local.language, languages[i / 2 % 2], 3 * (size_t)(i / 2 % 2));
        state.local.offsets = i & 4;
        struct picture picture = mug;
        picture.description = B("US:\"Front <view>\";NO:\"Forfra & mer\"");
        picture.extra_info = B("");
        struct bytes got = body_of(&c, &picture);

        const struct so_select *selected;
        struct err e;
        struct so_writer w;
        CHECK_INT(so_select_read(&c, &selected, &e), ERR_NONE);
        so_reply_begin(&c, &w, 1 << 16);
        so_carrier_write(&w, so_blob_entity.name, &so_blob_entity, tree_of(&picture), selected);
        CHECK_BYTES(got, strbuf_bytes(&w.out));
    }
}

TEST(texts_and_dates_are_the_callers)
{
    struct call c = call_as(USER_READER, "");
    struct picture picture = mug;

    picture.description = B("US:\"Front\";NO:\"Forside\"");
    memcpy(state.local.language, "no", 3);
    state.local.offsets = true;
    struct bytes body = body_of(&c, &picture);
    static const char *const parts[] = { "\"Description\":\"Forside\"",
                                         "\"CreatedDate\":\"2026-03-01T07:00:00Z\"",
                                         "\"Reason\":\"Du kan lese dette, men ikke endre det\"" };
    for (size_t i = 0; i < COUNT(parts); i++)
        CHECK(memmem(body.at, body.len, parts[i], strlen(parts[i])));
    /* never shifted, but marked */
    body = body_of(&c, NULL);
    CHECK(memmem(body.at, body.len, "\"CreatedDate\":\"0001-01-01T00:00:00Z\"", 36));
}

TEST(the_tag_tells_apart_what_is_told_differently)
{
    struct call c = call_as(USER_EDITOR, "");
    char tags[4][SO_ETAG_MAX] = { { 0 } };

    so_blob_entity_validators(&c, &mug, tags[0]);
    state.format = SO_FORMAT_XML;
    so_blob_entity_validators(&c, &mug, tags[1]);
    state.local.offsets = true;
    so_blob_entity_validators(&c, &mug, tags[2]);
    memcpy(state.local.language, "no", 3);
    so_blob_entity_validators(&c, &mug, tags[3]);
    for (size_t i = 0; i < COUNT(tags); i++) {
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(tags[i], tags[k]) != 0);
        /* what a write asks for is before the ~ */
        CHECK(strncmp(tags[i], tags[0], strcspn(tags[0], "~") + 1) == 0);
    }
}

static enum err_code read_it(const char *json, struct picture_texts *out, struct err *e)
{
    struct value *value;

    if (!arena)
        arena = arena_new(1 << 20);
    CHECK_INT(json_read(arena, bytes_str(json), &value, e), ERR_NONE);
    return so_blob_entity_read(value, out, e);
}

TEST(names_are_read_in_any_case_and_the_rest_passed_over)
{
    struct picture_texts texts;
    struct err e = { 0 };

    CHECK_INT(read_it("{\"blobId\":77,\"blobSize\":1,\"description\":\"Front\",\"EXTRAINFO\":\"\","
                      "\"conceptualType\":null,\"mimeType\":7,\"createdDate\":"
                      "\"0001-01-01T00:00:00.000Z\",\"createdBy\":{\"name\":\"x\",\"type\":2},"
                      "\"tableRight\":{\"mask\":15,\"reason\":\"\"},\"fieldProperties\":{\"a\":"
                      "{\"fieldRight\":{\"mask\":3}}},\"unknown\":[1,2]}",
                      &texts, &e),
              ERR_NONE);
    CHECK_INT(texts.must_be_id, 77);
    CHECK_BYTES(texts.description, B("Front"));
    CHECK(texts.extra_info.at && texts.extra_info.len == 0);
    CHECK(!texts.conceptual_type.at);
}

TEST(an_empty_object_wants_nothing)
{
    struct picture_texts texts;
    struct err e = { 0 };

    CHECK_INT(read_it("{}", &texts, &e), ERR_NONE);
    CHECK_INT(texts.must_be_id, 0);
    CHECK(!texts.description.at && !texts.extra_info.at && !texts.conceptual_type.at);
}

TEST(an_id_may_be_a_text)
{
    struct picture_texts texts;
    struct err e = { 0 };

    CHECK_INT(read_it("{\"BlobId\":\"5\",\"ConceptualType\":\"\"}", &texts, &e), ERR_NONE);
    CHECK_INT(texts.must_be_id, 5);
    CHECK(texts.conceptual_type.at && texts.conceptual_type.len == 0);
}

TEST(wrong_types_are_named)
{
    struct picture_texts texts;
    struct err e = { 0 };

    CHECK_INT(read_it("{\"Description\":[\"a\"]}", &texts, &e), ERR_INVALID);
    CHECK(strcmp(e.field, "Description") == 0);
    e = (struct err){ 0 };
    CHECK_INT(read_it("{\"BlobId\":\"many\"}", &texts, &e), ERR_INVALID);
    e = (struct err){ 0 };
    CHECK_INT(read_it("{\"BlobId\":2147483648}", &texts, &e), ERR_INVALID);
}

TEST_MAIN
