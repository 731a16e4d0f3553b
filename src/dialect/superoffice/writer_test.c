#include "dialect/superoffice/writer.h"
#include "dialect/superoffice/xml.h"
#include "test.h"

static struct arena *arena;
static struct so_local local;

static struct so_writer begin(enum so_format format)
{
    struct so_writer w;

    arena = arena ? arena : arena_new(1 << 20);
    so_writer_init(&w, arena, format, &local, 1 << 16);
    return w;
}

static struct bytes end(const struct so_writer *w)
{
    CHECK(!w->out.failed);
    CHECK_INT(w->depth, 0);
    return strbuf_bytes(&w->out);
}

static void write_some(struct so_writer *w)
{
    so_object(w, B("Thing"));
    so_int(w, B("Id"), -7);
    so_string(w, B("Name"), B("a<b>&\"c\" ]]>"));
    so_string(w, B("Empty"), B(""));
    so_null(w, B("Nothing"));
    so_bool(w, B("Yes"), true);
    so_double(w, B("Half"), 0.5);
    so_date(w, B("When"), 1772618400 * 1000000LL, true);
    so_date(w, B("Never"), SO_NO_DATE, false);
    so_list(w, B("Names"));
    so_string(w, B("string"), B("x"));
    so_string(w, B("string"), B("y"));
    so_list_end(w);
    so_list(w, B("None"));
    so_list_end(w);
    so_list(w, B("Things"));
    so_object(w, B("Item"));
    so_object_end(w);
    so_object(w, B("Item"));
    so_int(w, B("Id"), 1);
    so_object_end(w);
    so_list_end(w);
    so_dict(w, B("Fields"));
    so_dict_entry(w, B("Super\"Office:1"), B("v"));
    so_dict_entry(w, B("b"), B(""));
    so_dict_end(w);
    so_object_end(w);
}

TEST(json_and_xml_say_the_same)
{
    struct so_writer w = begin(SO_FORMAT_JSON);
    write_some(&w);
    CHECK_BYTES(end(&w), B("{\"Id\":-7,\"Name\":\"a<b>&\\\"c\\\" ]]>\",\"Empty\":\"\","
                           "\"Nothing\":null,\"Yes\":true,\"Half\":0.5,"
                           "\"When\":\"2026-03-04T10:00:00\",\"Never\":\"0001-01-01T00:00:00\","
                           "\"Names\":[\"x\",\"y\"],\"None\":[],\"Things\":[{},{\"Id\":1}],"
                           "\"Fields\":{\"Super\\\"Office:1\":\"v\",\"b\":\"\"}}"));
    w = begin(SO_FORMAT_XML);
    write_some(&w);
    CHECK_BYTES(
        end(&w),
        B("<Thing xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Id>-7</Id>"
          "<Name>a&lt;b&gt;&amp;\"c\" ]]&gt;</Name><Empty/><Nothing i:nil=\"true\"/><Yes>true</Yes>"
          "<Half>0.5</Half><When>2026-03-04T10:00:00</When><Never>0001-01-01T00:00:00</Never>"
          "<Names><string>x</string><string>y</string></Names><None/>"
          "<Things><Item/><Item><Id>1</Id></Item></Things>"
          "<Fields><StringKeyValuePair><Key>Super\"Office:1</Key><Value>v</Value>"
          "</StringKeyValuePair><StringKeyValuePair><Key>b</Key><Value/></StringKeyValuePair>"
          "</Fields></Thing>"));
}

TEST(bare_values_are_named_after_their_type)
{
#define SCALARS "xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\""
    struct so_writer w = begin(SO_FORMAT_XML);
    so_int(&w, B(""), 1207);
    CHECK_BYTES(end(&w), B("<int " SCALARS ">1207</int>"));
    w = begin(SO_FORMAT_XML);
    so_string(&w, B(""), B(""));
    CHECK_BYTES(end(&w), B("<string " SCALARS "/>"));
    w = begin(SO_FORMAT_XML);
    so_string(&w, B(""), B("8A:x"));
    CHECK_BYTES(end(&w), B("<string " SCALARS ">8A:x</string>"));
    w = begin(SO_FORMAT_XML);
    so_bool(&w, B(""), false);
    CHECK_BYTES(end(&w), B("<boolean " SCALARS ">false</boolean>"));
    w = begin(SO_FORMAT_XML);
    so_base64(&w, B(""), B("GIF8"));
    CHECK_BYTES(end(&w), B("<base64Binary " SCALARS ">R0lGOA==</base64Binary>"));
    w = begin(SO_FORMAT_XML);
    so_null(&w, B("BlobEntity"));
    CHECK_BYTES(end(&w), B("<BlobEntity xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" "
                           "i:nil=\"true\"/>"));
    w = begin(SO_FORMAT_JSON);
    so_base64(&w, B(""), B("GIF8"));
    CHECK_BYTES(end(&w), B("\"R0lGOA==\""));
    w = begin(SO_FORMAT_JSON);
    so_null(&w, B("BlobEntity"));
    CHECK_BYTES(end(&w), B("null"));
}

TEST(what_xml_cannot_hold_is_replaced)
{
    struct so_writer w = begin(SO_FORMAT_XML);

    so_object(&w, B("T"));
    so_string(&w, B("A"),
              B("a\x01\x1f"
                "b\t\n\r\xEF\xBF\xBF\xED\xA0\x80\xFF\xC3\xA5\xF0\x9F\x98\x80"));
    so_object_end(&w);
#define FFFD "\xEF\xBF\xBD"
    CHECK(memmem(w.out.at, w.out.len,
                 "<A>a" FFFD FFFD "b\t\n&#xD;" FFFD FFFD FFFD FFFD FFFD "\xC3\xA5\xF0\x9F\x98\x80"
                 "</A>",
                 strlen("<A>a" FFFD FFFD "b\t\n&#xD;" FFFD FFFD FFFD FFFD FFFD
                        "\xC3\xA5\xF0\x9F\x98\x80</A>")));
}

TEST(names_that_xml_refuses_are_encoded_and_come_back)
{
    static const struct {
        struct bytes name, want;
    } cases[] = {
        { B("Name"), B("Name") },
        { B("a/b"), B("a_x002F_b") },
        { B("SuperOffice:1"), B("SuperOffice_x003A_1") },
        { B("1st"), B("_x0031_st") },
        { B("a1-.b"), B("a1-.b") },
        { B("with space"), B("with_x0020_space") },
        { B("_x002F_"), B("_x005F_x002F_") },
        { B("_x"), B("_x") },
        { B("_x004F\x13"), B("_x005F_x004F_x0013_") },
        { B("bl\xC3\xA5"), B("bl\xC3\xA5") },
        { B("\xE6\x97\xA5"), B("_x65E5_") },
        { B("\xF0\x9F\x98\x80"), B("_x0001F600_") },
        { B("\xC2\xB7"), B("_x00B7_") },
        { B(""), B("_x0000_") },
        { B("<a>"), B("_x003C_a_x003E_") },
    };
    arena = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strbuf out;
        strbuf_init(&out, arena, 0, 1000);
        so_xml_name(&out, cases[i].name);
        CHECK_BYTES(strbuf_bytes(&out), cases[i].want);
        CHECK_BYTES(so_xml_name_read(arena, cases[i].want), cases[i].name);
    }
}

TEST(any_tree_is_written_and_says_its_types)
{
    struct value *tree;
    struct err e;
    struct so_writer w = begin(SO_FORMAT_JSON);
    struct bytes text = B("{\"a/b\":[1,\"x\",null,[],{}],\"n\":-0.5,\"t\":true,\"\":\"\"}");

    CHECK_INT(json_read(arena, text, &tree, &e), ERR_NONE);
    so_value(&w, B(""), tree);
    CHECK_BYTES(end(&w), text);
    w = begin(SO_FORMAT_XML);
    so_object(&w, B("T"));
    so_value(&w, B("V"), tree);
    so_object_end(&w);
#define X "xmlns:x=\"http://www.w3.org/2001/XMLSchema\" i:type=\"x:"
    CHECK_BYTES(end(&w),
                B("<T xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><V " X "anyType\">"
                  "<a_x002F_b i:type=\"ArrayOfanyType\"><anyType " X "long\">1</anyType>"
                  "<anyType>x</anyType><anyType i:nil=\"true\"/>"
                  "<anyType i:type=\"ArrayOfanyType\"/><anyType " X "anyType\"/></a_x002F_b>"
                  "<n " X "double\">-0.5</n><t " X "boolean\">true</t><_x0000_/></V></T>"));
}

TEST(limits_hold)
{
    struct so_writer w = begin(SO_FORMAT_XML);

    for (int i = 0; i <= SO_WRITER_DEPTH_MAX; i++)
        so_object(&w, B("A"));
    CHECK(w.out.failed);
    so_writer_init(&w, arena, SO_FORMAT_JSON, &local, 10);
    so_string(&w, B(""), B("0123456789"));
    CHECK(w.out.failed);
}

TEST_MAIN
