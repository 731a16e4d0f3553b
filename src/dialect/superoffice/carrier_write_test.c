/* Carriers in and out: normalise.c, carrier_write.c, select.c. */
#include "dialect/superoffice/superoffice.h"
#include "test.h"

static struct arena *arena;
static struct so_local local;

static const struct value *json(const char *text)
{
    struct value *value;
    struct err e;

    arena = arena ? arena : arena_new(1 << 22);
    CHECK_INT(json_read(arena, bytes_str(text), &value, &e), ERR_NONE);
    return value;
}

static struct value *normal(const struct so_carrier *carrier, const char *text)
{
    struct value *value;
    struct err e = { 0 };
    enum err_code rc = so_normalise(arena, carrier, &local, json(text), &value, &e);

    if (rc)
        test_fail(__FILE__, __LINE__, "%s: %s", text, e.text);
    return value;
}

static struct bytes text_of(const struct value *value)
{
    struct so_writer w;

    so_writer_init(&w, arena, SO_FORMAT_JSON, &local, 1 << 16);
    so_value(&w, B(""), value);
    CHECK(!w.out.failed);
    return strbuf_bytes(&w.out);
}

static struct bytes written(enum so_format format, const struct so_carrier *carrier,
                            const struct value *value, const struct so_select *selected)
{
    struct so_writer w;

    arena = arena ? arena : arena_new(1 << 22);
    so_writer_init(&w, arena, format, &local, 1 << 18);
    so_carrier_write(&w, carrier->name, carrier, value, selected);
    CHECK(!w.out.failed);
    CHECK_INT(w.depth, 0);
    return strbuf_bytes(&w.out);
}

static bool has(struct bytes text, const char *part)
{
    bool found = memmem(text.at, text.len, part, strlen(part)) != NULL;

    if (!found)
        fprintf(stderr, "no %s in %.*s\n", part, (int)text.len, text.at);
    return found;
}

TEST(known_members_get_their_names_and_types)
{
    CHECK_BYTES(
        text_of(normal(&so_product, "{\"productid\":5,\"name\":\"Mug\",\"erpproductkey\":17,"
                                    "\"VAT\":\"25.5\",\"inassortment\":\"true\","
                                    "\"isSubscription\":1,\"tableRight\":{\"mask\":15},"
                                    "\"fieldProperties\":{},\"instock\":3,\"x\":{\"Y\":[1]},"
                                    "\"url\":null}")),
        B("{\"Name\":\"Mug\",\"ERPProductKey\":\"17\",\"VAT\":25.5,\"InAssortment\":true,"
          "\"IsSubscription\":true,\"InStock\":3,\"x\":{\"Y\":[1]},\"Url\":null}"));
    /* in any case, the last of two wins */
    CHECK_BYTES(text_of(normal(&so_product, "{\"NAME\":\"a\",\"name\":\"b\"}")),
                B("{\"Name\":\"b\"}"));
    CHECK_BYTES(text_of(normal(&so_associate, "{\"type\":2,\"rank\":\" 7 \",\"deleted\":\"\"}")),
                B("{\"Type\":\"ResourceAssociate\",\"Rank\":7,\"Deleted\":null}"));
    CHECK_BYTES(text_of(normal(&so_associate, "{\"type\":\"systemassociate\"}")),
                B("{\"Type\":\"SystemAssociate\"}"));
    CHECK_BYTES(text_of(normal(&so_contact_entity, "{\"_links\":{\"Self\":\"x\"},"
                                                   "\"createdDate\":\"nonsense\"}")),
                B("{}")); /* read-only: not even looked at */
}

TEST(dates_become_utc)
{
    CHECK_BYTES(text_of(normal(&so_project_entity, "{\"endDate\":\"2026-03-04T10:00:00\","
                                                   "\"startDate\":\"0001-01-01T00:00:00.000Z\"}")),
                B("{\"EndDate\":\"2026-03-04T10:00:00\",\"StartDate\":\"0001-01-01T00:00:00\"}"));
}

TEST(lists_and_dictionaries_come_in_several_shapes)
{
    static const char *const shapes[] = {
        "{\"emails\":[{\"value\":\"a@b.no\"}]}",
        "{\"Emails\":{\"EntityElement\":{\"Value\":\"a@b.no\"}}}",
        "{\"Emails\":{\"EntityElement\":[{\"Value\":\"a@b.no\"}]}}",
    };
    static const char *const dictionaries[] = {
        "{\"customFields\":{\"a\":\"1\",\"b\":\"true\"}}",
        "{\"customFields\":{\"a\":1,\"b\":true}}",
        "{\"CustomFields\":[{\"Key\":\"a\",\"Value\":1},{\"Key\":\"b\",\"Value\":\"true\"}]}",
        ("{\"CustomFields\":{\"StringKeyValuePair\":[{\"Key\":\"a\",\"Value\":\"1\"},"
         "{\"Key\":\"b\",\"Value\":\"true\"}]}}"),
    };

    for (size_t i = 0; i < COUNT(shapes); i++)
        CHECK_BYTES(text_of(normal(&so_contact_entity, shapes[i])),
                    B("{\"Emails\":[{\"Value\":\"a@b.no\"}]}"));
    for (size_t i = 0; i < COUNT(dictionaries); i++)
        CHECK_BYTES(text_of(normal(&so_contact_entity, dictionaries[i])),
                    B("{\"CustomFields\":{\"a\":\"1\",\"b\":\"true\"}}"));
    CHECK_BYTES(text_of(normal(&so_contact_entity, "{\"Emails\":[],\"Phones\":\"\","
                                                   "\"Domains\":[\"a\",2]}")),
                B("{\"Emails\":[],\"Phones\":null,\"Domains\":[\"a\",\"2\"]}"));
    CHECK_BYTES(text_of(normal(&so_contact_entity,
                               "{\"address\":{\"localizedAddress\":[[{\"name\":\"x\"}],[]]}}")),
                B("{\"Address\":{\"LocalizedAddress\":[[{\"Name\":\"x\"}],[]]}}"));
    CHECK_BYTES(text_of(normal(&so_principal, "{\"SecondaryGroups\":[\"1\",2]}")),
                B("{\"SecondaryGroups\":[1,2]}"));
}

TEST(a_wrong_member_is_named_however_deep)
{
    char longer[400] = "{\"department\":\"";
    memset(longer + 15, 'a', 255);
    memcpy(longer + 270, "\"}", 3);

    const struct {
        const struct so_carrier *carrier;
        const char *text;
        const char *field;
        const char *what;
    } cases[] = {
        { &so_product, "{\"name\":{}}", "Name", "Name is not a text" },
        { &so_product, "{\"vat\":\"much\"}", "VAT", "VAT is not a number" },
        { &so_product, "{\"vat\":\"0x10\"}", "VAT", "VAT is not a number" },
        { &so_product, "{\"inassortment\":\"maybe\"}", "InAssortment",
          "InAssortment is neither true nor false" },
        { &so_contact_entity, longer, "Department", "Department is longer than 254 characters" },
        { &so_contact_entity, "{\"groupid\":\"x\"}", "GroupId",
          "GroupId is not a whole number of 32 bits" },
        { &so_contact_entity, "{\"groupid\":2147483648}", "GroupId",
          "GroupId is not a whole number of 32 bits" },
        { &so_contact_entity, "{\"emails\":[{},{\"value\":[]}]}", "Emails[1].Value",
          "Emails[1].Value is not a text" },
        { &so_contact_entity, "{\"emails\":\"x\"}", "Emails", "Emails is not a list" },
        { &so_contact_entity, "{\"country\":5}", "Country", "Country is not an object" },
        { &so_contact_entity, "{\"associate\":{\"type\":\"Boss\"}}", "Associate.Type",
          "Associate.Type is none of the names it may have" },
        { &so_contact_entity, "{\"associate\":{\"type\":9}}", "Associate.Type",
          "Associate.Type is none of the names it may have" },
        { &so_contact_entity, "{\"customfields\":{\"a\":[]}}", "CustomFields.a",
          "CustomFields.a is not a text" },
        { &so_contact_entity, "{\"customfields\":[{\"value\":1}]}", "CustomFields",
          "CustomFields has an entry without a Key" },
        { &so_project_entity, "{\"enddate\":\"soon\"}", "EndDate",
          "EndDate is not a date such as 2026-03-04T10:00:00Z" },
        { &so_product, "[]", "", "the request body is not an object" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };
        struct value *out = NULL;
        const struct value *given = json(cases[i].text);
        CHECK_INT(so_normalise(arena, cases[i].carrier, &local, given, &out, &e), ERR_INVALID);
        CHECK_BYTES(bytes_str(e.field), bytes_str(cases[i].field));
        CHECK_BYTES(bytes_str(e.text), bytes_str(cases[i].what));
        CHECK(!out);
    }
}

TEST(every_carrier_has_a_neutral_form_in_both_formats)
{
    for (size_t i = 0; i < so_carrier_count; i++) {
        struct value *back;
        struct err e = { 0 };
        struct bytes text = written(SO_FORMAT_JSON, so_carriers[i], NULL, NULL);
        CHECK_INT(json_read(arena, text, &back, &e), ERR_NONE);
        CHECK_INT(back->count, so_carriers[i]->count);
        const struct value *child = back->first;
        for (size_t m = 0; m < so_carriers[i]->count; m++, child = child->next)
            CHECK_BYTES(child->name, so_carriers[i]->members[m].name);
        text = written(SO_FORMAT_XML, so_carriers[i], NULL, NULL);
        CHECK(text.len > 20);
    }
}

TEST(rights_stand_on_the_outermost_only)
{
    const struct value *value = json("{\"Name\":\"A\",\"Associate\":{\"Name\":\"demo\"}}");
    struct so_writer w;

    so_writer_init(&w, arena, SO_FORMAT_JSON, &local, 1 << 18);
    w.rights = SO_RIGHTS_UPDATE;
    so_carrier_write(&w, B(""), &so_contact_entity, value, NULL);
    struct bytes text = strbuf_bytes(&w.out);
    CHECK(has(text, "\"TableRight\":{\"Mask\":\"Select, Update\",\"Reason\":\"\"},"
                    "\"FieldProperties\":{\"ContactId\":{\"FieldRight\":{\"Mask\":\"Read\","
                    "\"Reason\":\"\"},\"FieldType\":\"System.Int32\",\"FieldLength\":4},"
                    "\"Name\":{\"FieldRight\":{\"Mask\":\"Update, UIHintMandatory\","
                    "\"Reason\":\"\"},\"FieldType\":\"System.String\",\"FieldLength\":254},"));
    CHECK(has(text, "\"UserName\":\"\",\"ExtraFields\":{},\"CustomFields\":{},"
                    "\"TableRight\":{\"Mask\":\"Select\",\"Reason\":\"\"},"
                    "\"FieldProperties\":{}}"));
    CHECK(has(text, "\"FieldType\":\"SuperOffice.CRM.Services.Associate\",\"FieldLength\":4"));
    CHECK(
        has(text, "\"FieldType\":\"SuperOffice.CRM.Services.EntityElement[]\",\"FieldLength\":0"));
    CHECK(has(text, "\"FieldType\":\"System.DateTime\",\"FieldLength\":16"));
    CHECK(!memmem(text.at, text.len, "\"FULL\"", 6));

    so_writer_init(&w, arena, SO_FORMAT_XML, &local, 1 << 18);
    so_carrier_write(&w, B("Product"), &so_product, NULL, NULL);
    text = strbuf_bytes(&w.out);
    CHECK(has(text, "<TableRight><Mask>Select</Mask><Reason>[SR_ACCESS_READ_ONLY]</Reason>"
                    "</TableRight><FieldProperties><FieldPropertyKeyValuePair><Key>ProductId</Key>"
                    "<Value><FieldRight><Mask>Read</Mask><Reason/></FieldRight>"
                    "<FieldType>System.Int32</FieldType><FieldLength>4</FieldLength></Value>"
                    "</FieldPropertyKeyValuePair>"));
}

TEST(unknown_members_and_links_come_last)
{
    const struct value *value =
        json("{\"x\":[1],\"_Links\":{\"Self\":\"http://h/a\"},\"Name\":\"A\"}");
    struct bytes text = written(SO_FORMAT_JSON, &so_contact_entity, value, NULL);

    CHECK(has(text, "}},\"x\":[1],\"_Links\":{\"Self\":\"http://h/a\"}}"));
    text = written(SO_FORMAT_XML, &so_contact_entity, value, NULL);
    CHECK(has(text, "<_Links><StringKeyValuePair><Key>Self</Key><Value>http://h/a</Value>"
                    "</StringKeyValuePair></_Links></ContactEntity>"));
}

TEST(what_is_not_selected_is_null_or_empty)
{
    struct http_request req = { .query = B("$Select=name,%20country/name,X") };
    struct call c = { .req = &req };
    const struct so_select *selected;
    struct err e = { 0 };
    const struct value *value =
        json("{\"Name\":\"A\",\"Department\":\"D\",\"Country\":{\"Name\":\"Norge\"},\"y\":1,"
             "\"x\":2,\"_Links\":{}}");

    c.arena = arena;
    CHECK_INT(so_select_read(&c, &selected, &e), ERR_NONE);
    struct bytes text = written(SO_FORMAT_JSON, &so_contact_entity, value, selected);
    CHECK(has(text, "{\"ContactId\":null,\"Name\":\"A\",\"Department\":null,"));
    CHECK(has(text, "\"Emails\":[],"));
    CHECK(has(text, "\"EnglishName\":\"\""));
    CHECK(has(text, "\"CustomFields\":{},\"TableRight\":null,\"FieldProperties\":{},\"x\":2,"
                    "\"_Links\":{}}"));

    req.query = B("a=b");
    CHECK_INT(so_select_read(&c, &selected, &e), ERR_NONE);
    CHECK(!selected);
    req.query = B("$select=%20");
    CHECK_INT(so_select_read(&c, &selected, &e), ERR_NONE);
    CHECK(!selected);
    char many[500] = "$select=";
    memset(many + 8, ',', 300);
    req.query = bytes_str(many);
    CHECK_INT(so_select_read(&c, &selected, &e), ERR_INVALID);
}

TEST_MAIN
