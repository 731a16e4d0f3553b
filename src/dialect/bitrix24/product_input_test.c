#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_input.h"
#include "dialect/bitrix24/product_property.h"
#include "test.h"

#define PHOTOS 44

static struct value *parse(struct arena *arena, const char *json)
{
    struct value *value = NULL;
    struct err e = { 0 };

    CHECK_INT(json_read(arena, bytes_str(json), &value, &e), ERR_NONE);
    return value;
}

static enum err_code apply(struct arena *arena, struct record *record, const char *sent,
                           struct err *e)
{
    return b24_product_apply(arena, parse(arena, sent), PHOTOS, record, e);
}

static const struct {
    const char *before;
    const char *sent;
    const char *after;
} documents[] = {
    { "{}", "{}", "{}" },
    { "{}", "{\"quantity\":\"2.50\",\"WEIGHT\":3,\"measure\":\"5\"}",
      "{\"quantity\":2.5,\"weight\":3,\"measure\":5}" },
    { "{\"quantity\":2.5}", "{\"quantity\":\"\"}", "{\"quantity\":null}" },
    { "{}", "{\"quantity\":null,\"detailText\":\"\",\"bundle\":\"N\"}", "{}" },
    { "{}", "{\"bundle\":\"y\",\"subscribe\":true,\"canBuyZero\":\"1\",\"vatIncluded\":\"X\"}",
      "{\"bundle\":true,\"subscribe\":true,\"canBuyZero\":true}" },
    { "{}", "{\"dateActiveFrom\":\" 2026-09-21T01:00:00+03:00 \"}",
      "{\"dateActiveFrom\":\"2026-09-20T22:00:00\"}" },
    { "{}", "{\"detailTextType\":\"HTML\",\"previewTextType\":\"text\",\"previewText\":5}",
      "{\"detailTextType\":\"html\",\"previewText\":\"5\"}" },
    { "{}", "{\"iblockSectionId\":\"7\"}", "{\"iblockSectionId\":7,\"iblockSection\":[7]}" },
    { "{}", "{\"iblockSection\":[9,\"8\",9,0]}",
      "{\"iblockSectionId\":9,\"iblockSection\":[9,8]}" },
    { "{\"iblockSectionId\":7,\"iblockSection\":[7]}", "{\"iblockSection\":\"\"}",
      "{\"iblockSectionId\":null,\"iblockSection\":null}" },
    { "{\"x\":1}", "{\"id\":5,\"nonsense\":{\"a\":1},\"property44\":\"x\",\"parentId\":3}",
      "{\"x\":1}" },
    { "{}", "{\"property7\":\"a\"}",
      "{\"valueIds\":1,\"property7\":[{\"value\":\"a\",\"valueId\":\"1\"}]}" },
    { "{}", "{\"PROPERTY_7\":[{\"VALUE\":1},\"\",{\"value\":null},\"b\"]}",
      "{\"valueIds\":2,\"property7\":[{\"value\":1,\"valueId\":\"1\",\"many\":true},"
      "{\"value\":\"b\",\"valueId\":\"2\"}]}" },
    { "{}", "{\"property7\":{\"5\":{\"value\":\"a\"},\"9\":\"b\"}}",
      "{\"valueIds\":2,\"property7\":[{\"value\":\"a\",\"valueId\":\"1\",\"many\":true},"
      "{\"value\":\"b\",\"valueId\":\"2\"}]}" },
    { "{\"valueIds\":4,\"property7\":[{\"value\":\"a\",\"valueId\":\"3\",\"many\":true},"
      "{\"value\":\"b\",\"valueId\":\"4\"}]}",
      "{\"property7\":[{\"valueId\":4},{\"value\":\"A\",\"valueId\":\"3\"},{\"valueId\":\"9\"}]}",
      "{\"valueIds\":4,\"property7\":[{\"value\":\"b\",\"valueId\":\"4\",\"many\":true},"
      "{\"value\":\"A\",\"valueId\":\"3\"}]}" },
    { "{\"valueIds\":1,\"property7\":[{\"value\":\"a\",\"valueId\":\"1\"}]}",
      "{\"property7\":{\"value\":{\"text\":\"t\",\"type\":\"HTML\"}}}",
      "{\"valueIds\":1,\"property7\":[{\"value\":{\"text\":\"t\",\"type\":\"HTML\"},"
      "\"valueId\":\"1\"}]}" },
    { "{\"valueIds\":1,\"property7\":[{\"value\":\"a\",\"valueId\":\"1\"}]}", "{\"property7\":[]}",
      "{\"valueIds\":1,\"property7\":null}" },
};

TEST(what_is_sent_is_put_over_what_is_there)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct record record = { .subtype = SUBTYPE_SIMPLE,
                                 .fields = bytes_str(documents[i].before) };
        struct err e = { 0 };

        CHECK_INT(apply(arena, &record, documents[i].sent, &e), ERR_NONE);
        CHECK_BYTES(record.fields, bytes_str(documents[i].after));
        /* what is kept is what was kept: an update of nothing changes nothing */
        CHECK_INT(apply(arena, &record, "{}", &e), ERR_NONE);
        CHECK_BYTES(record.fields, bytes_str(documents[i].after));
    }
}

TEST(columns_are_those_of_the_record)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct record record = { .subtype = SUBTYPE_OFFER, .sort = 1, .fields = B("{}") };
    struct err e = { 0 };

    CHECK_INT(apply(arena, &record,
                    "{\"NAME\":\"Mug\",\"code\":7,\"XML_ID\":\"x\",\"sort\":\"340\","
                    "\"active\":\"Y\",\"parentId\":{\"value\":\"36\",\"valueId\":9}}",
                    &e),
              ERR_NONE);
    CHECK_BYTES(record.name, B("Mug"));
    CHECK_BYTES(record.code, B("7"));
    CHECK_BYTES(record.xml_id, B("x"));
    CHECK_INT(record.sort, 340);
    CHECK(record.active);
    CHECK_INT(record.parent_id, 36);
    CHECK_INT(apply(arena, &record, "{\"sort\":\"\",\"active\":\"N\",\"parentId\":37}", &e),
              ERR_NONE);
    CHECK_INT(record.sort, 500);
    CHECK(!record.active);
    CHECK_INT(record.parent_id, 37);
    CHECK_INT(apply(arena, &record, "{\"parentId\":{\"value\":\"\"}}", &e), ERR_NONE);
    CHECK_INT(record.parent_id, 0);
}

static const struct {
    const char *sent;
    enum b24_reason reason;
} wrong[] = {
    { "{\"name\":\" \"}", B24_REQUIRED },
    { "{\"name\":[\"x\"]}", B24_PARAMETER_TYPE },
    { "{\"parentId\":\"x\"}", B24_PARAMETER_TYPE },
    { "{\"parentId\":{\"value\":-1}}", B24_PARAMETER_TYPE },
    { "{\"quantity\":\"0x10\"}", B24_PARAMETER_TYPE },
    { "{\"quantity\":\"1e999\"}", B24_PARAMETER_TYPE },
    { "{\"quantity\":[1]}", B24_PARAMETER_TYPE },
    { "{\"vatId\":1.5}", B24_PARAMETER_TYPE },
    { "{\"sort\":2147483648}", B24_PARAMETER_TYPE },
    { "{\"dateActiveTo\":0}", B24_PARAMETER_TYPE },
    { "{\"property7\":{\"value\":{\"fileData\":[\"a\",\"b\"]}}}", B24_FIELD_NOT_A_FILE },
    { "{\"property7\":[[[[[[1]]]]]]}", B24_PARAMETER_TYPE },
};

TEST(what_is_wrong_changes_nothing)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct record record = {
            .subtype = SUBTYPE_OFFER, .parent_id = 3, .name = B("Mug"), .fields = B("{\"x\":1}")
        };
        struct err e = { 0 };

        CHECK(apply(arena, &record, wrong[i].sent, &e) != ERR_NONE);
        CHECK_INT(e.reason, wrong[i].reason);
        CHECK_BYTES(record.name, B("Mug"));
        CHECK_INT(record.parent_id, 3);
        CHECK_BYTES(record.fields, B("{\"x\":1}"));
    }
}

TEST(properties_are_known_by_their_numbers)
{
    CHECK_INT(b24_property_number(B("property7")), 7);
    CHECK_INT(b24_property_number(B("PROPERTY_2147483647")), INT32_MAX);
    CHECK_INT(b24_property_number(B("property")), 0);
    CHECK_INT(b24_property_number(B("property7x")), 0);
    CHECK_INT(b24_property_number(B("property2147483648")), 0);
    CHECK_INT(b24_property_number(B("7")), 0);
    CHECK(b24_product_field(B("property")) == NULL);
    CHECK(b24_product_field(B("")) == NULL);
    CHECK(b24_product_field(B("VAT_ID")) != NULL);
}

TEST(the_table_of_fields_is_sorted)
{
    for (size_t i = 1; i < B24_PRODUCT_FIELDS; i++) {
        struct bytes a = b24_product_fields[i - 1].name;
        struct bytes b = b24_product_fields[i].name;
        size_t len = a.len < b.len ? a.len : b.len;
        int order = memcmp(a.at, b.at, len);

        CHECK(order < 0 || (order == 0 && a.len < b.len));
    }
}

TEST_MAIN
