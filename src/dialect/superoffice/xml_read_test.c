#include "dialect/superoffice/superoffice.h"
#include "dialect/superoffice/xml.h"
#include "test.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static struct arena *arena;
static struct err err;
static struct so_local local;

static enum err_code read_bytes(struct bytes text, const struct so_carrier *carrier,
                                struct value **out)
{
    if (!arena)
        arena = arena_new(256 << 20);
    err = (struct err){ 0 };
    *out = NULL;
    return so_xml_read(arena, text, carrier, out, &err);
}

/* What was read, as JSON. */
static struct bytes seen(const char *text, const struct so_carrier *carrier)
{
    struct value *value;
    struct so_writer w;

    if (read_bytes(bytes_str(text), carrier, &value))
        test_fail(__FILE__, __LINE__, "%s: %s", text, err.text);
    so_writer_init(&w, arena, SO_FORMAT_JSON, &local, 1 << 20);
    so_value(&w, B(""), value);
    CHECK(!w.out.failed);
    return strbuf_bytes(&w.out);
}

TEST(an_entity_is_read_by_local_names_in_any_order)
{
    CHECK_BYTES(
        seen("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<!-- c --><?pi x?>\n"
             "<a:BlobEntity xmlns:a=\"urn:x\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
             " xmlns=\"http://schemas.datacontract.org/2004/07/SuperOffice\">\r\n"
             "  <ExtraInfo i:nil=\"true\"/>\n  <Nothing i:nil='1'><Deep>x</Deep></Nothing>\n"
             "  <Description>Front &lt;view&gt; &#x26; <![CDATA[<b>]]><!-- c -->bl&#229;"
             "</Description>\n  <a:BlobId>77</a:BlobId><ConceptualType/>\n"
             "  <CreatedBy><AssociateId>2</AssociateId><Rank> 1 </Rank></CreatedBy>\n"
             "  <TableRight><Mask>FULL</Mask></TableRight><FieldProperties>"
             "<FieldPropertyKeyValuePair><Key>a</Key></FieldPropertyKeyValuePair>"
             "</FieldProperties>\n</a:BlobEntity>\n<!-- end -->\n",
             &so_blob_entity),
        B("{\"Description\":\"Front <view> & <b>bl\xC3\xA5\",\"BlobId\":\"77\","
          "\"ConceptualType\":\"\",\"CreatedBy\":{\"AssociateId\":\"2\",\"Rank\":\" 1 \"}}"));
}

TEST(lists_and_dictionaries_are_known_from_the_table)
{
    CHECK_BYTES(seen("<x><Emails><EntityElement><Value>a</Value></EntityElement></Emails>"
                     "<Phones/><Urls><E><Value>u</Value></E><E/></Urls><Domains><string>d</string>"
                     "</Domains><CustomFields><StringKeyValuePair><Key>a b</Key><Value>1</Value>"
                     "</StringKeyValuePair><KeyValueOfstringstring><Key>c</Key><Value/>"
                     "</KeyValueOfstringstring><x_x0020_y>2</x_x0020_y></CustomFields>"
                     "<ExtraFields/></x>",
                     &so_contact_entity),
                B("{\"Emails\":[{\"Value\":\"a\"}],\"Phones\":[],\"Urls\":[{\"Value\":\"u\"},{}],"
                  "\"Domains\":[\"d\"],\"CustomFields\":{\"a b\":\"1\",\"c\":\"\",\"x y\":\"2\"},"
                  "\"ExtraFields\":{}}"));
    CHECK_BYTES(seen("<x><Address><LocalizedAddress><ArrayOfLocalizedField><LocalizedField>"
                     "<Name>n</Name></LocalizedField></ArrayOfLocalizedField></LocalizedAddress>"
                     "</Address></x>",
                     &so_person_entity),
                B("{\"Address\":{\"LocalizedAddress\":[[{\"Name\":\"n\"}]]}}"));
    CHECK_BYTES(seen("<x><SecondaryGroups><int>1</int></SecondaryGroups></x>", &so_principal),
                B("{\"SecondaryGroups\":[\"1\"]}"));
}

TEST(what_no_table_knows_is_read_by_its_type_or_looks)
{
    CHECK_BYTES(seen("<r><PersonIds><int>1</int><int>2</int></PersonIds><A><b>1</b></A>"
                     "<A2>t</A2><B> <c/> <d/> </B></r>",
                     NULL),
                B("{\"PersonIds\":[\"1\",\"2\"],\"A\":{\"b\":\"1\"},\"A2\":\"t\","
                  "\"B\":{\"c\":\"\",\"d\":\"\"}}"));
#define TYPES                                                                                      \
    " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""                                       \
    " xmlns:x=\"http://www.w3.org/2001/XMLSchema\""
    CHECK_BYTES(seen("<r" TYPES "><a i:type=\"x:long\">-5</a><b i:type=\"x:double\">0.5</b>"
                     "<c i:type=\"x:boolean\">true</c><d i:type=\"x:int\">five</d>"
                     "<e i:type=\"ArrayOfanyType\"><f i:nil=\"true\"/></e><g i:type=\"x:anyType\"/>"
                     "<h i:type=\"x:string\">1</h></r>",
                     NULL),
                B("{\"a\":-5,\"b\":0.5,\"c\":true,\"d\":\"five\",\"e\":[null],\"g\":{},"
                  "\"h\":\"1\"}"));
    /* the last of one name stays, prefixes need no declaration */
    CHECK_BYTES(seen("<r><a>1</a><b:a>2</b:a><c i:nil=\"true\"/></r>", NULL), B("{\"a\":\"2\"}"));
    CHECK_BYTES(seen("<r i:nil=\"true\"/>", NULL), B("null"));
    CHECK_BYTES(seen("<r/>", NULL), B("{}"));
    CHECK_BYTES(seen("<r><a/><a/></r>", &so_blob_entity), B("{\"a\":\"\"}"));
}

TEST(a_picture_in_base64_is_one_text)
{
    size_t len = 12 << 20;
    char *text = malloc(len + 100);
    struct value *value;

    CHECK(text != NULL);
    memcpy(text, "<r><Image>", 10);
    memset(text + 10, 'A', len);
    memcpy(text + 10 + len, "</Image></r>", 12);
    CHECK_INT(read_bytes(bytes_of(text, len + 22), NULL, &value), ERR_NONE);
    CHECK_INT(value_get(value, B("Image"))->string.len, len);
    free(text);
}

TEST(what_is_not_xml_is_told_why)
{
    static const struct {
        const char *text;
        const char *why;
    } cases[] = {
        { "", "not XML: empty, or not the text it says it is" },
        { "<a>\xFF</a>", "not XML: empty, or not the text it says it is" },
        { "hello", "not XML: " },
        { "<a><b></a>", "not XML: line 1: Opening and ending tag mismatch" },
        { "<a>\n\n&undefined;</a>", "not XML: line 3: Entity 'undefined' not defined" },
        { "<a>&#0;</a>", "not XML: line 1: " },
        { "<a>", "not XML: line 1: " },
        { "<a/>x", "not XML: line 1: " },
        { "<a/><b/>", "not XML: line 1: " },
        { "<a b='1' b='2'/>", "not XML: line 1: Attribute b redefined" },
        { "<a", "not XML: a tag without an end" },
        { "<a><!-- ", "not XML: it ends within a comment or section" },
        { "<?xml version='1.0'?><!DOCTYPE a><a/>", "XML with a DOCTYPE is not taken" },
        { "<!-- --><!doctype a><a/>", "XML with a DOCTYPE is not taken" },
        { "<a><!ENTITY x 'y'></a>", "XML with a DOCTYPE is not taken" },
        { "<?oasis-xml-catalog catalog='file:///etc/passwd'?><a/>",
          "XML with a catalog is not taken" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct value *value;
        CHECK_INT(read_bytes(bytes_str(cases[i].text), NULL, &value), ERR_INVALID);
        CHECK(!value);
        if (!bytes_starts(bytes_str(err.text), bytes_str(cases[i].why)))
            test_fail(__FILE__, __LINE__, "%s: %s", cases[i].text, err.text);
    }
}

TEST(a_doctype_within_a_text_is_a_text)
{
    CHECK_BYTES(seen("<r><a><![CDATA[<!DOCTYPE html>]]></a><!-- <!DOCTYPE x> --></r>", NULL),
                B("{\"a\":\"<!DOCTYPE html>\"}"));
}

static struct bytes repeated(const char *before, const char *part, size_t times, const char *after)
{
    struct strbuf out;

    arena = arena ? arena : arena_new(256 << 20);
    strbuf_init(&out, arena, 0, 64 << 20);
    strbuf_add(&out, bytes_str(before));
    for (size_t i = 0; i < times; i++)
        strbuf_add(&out, bytes_str(part));
    strbuf_add(&out, bytes_str(after));
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

TEST(limits_hold_before_anything_is_built)
{
    struct value *value;

    CHECK_INT(read_bytes(repeated("", "<a>", 100000, ""), NULL, &value), ERR_INVALID);
    CHECK(strstr(err.text, "deeper than"));
    CHECK_INT(read_bytes(repeated("<r>", "<a/>", VALUE_COUNT_MAX, "</r>"), NULL, &value),
              ERR_INVALID);
    CHECK(strstr(err.text, "more than"));
    CHECK_INT(read_bytes(repeated("<r ", "a='' ", 100000, "/>"), NULL, &value), ERR_INVALID);
    CHECK_INT(read_bytes(repeated("<r a='", "x", 100000, "'/>"), NULL, &value), ERR_INVALID);
    CHECK_INT(read_bytes(repeated("<", "x", 100000, "/>"), NULL, &value), ERR_INVALID);
    /* and just below they do not */
    CHECK_INT(read_bytes(repeated("<r>", "<a/>", VALUE_COUNT_MAX - 1, "</r>"), NULL, &value),
              ERR_NONE);
    CHECK_INT(value->count, 1); /* of one name */
}

static struct bytes nested(int depth)
{
    struct strbuf out;

    arena = arena ? arena : arena_new(256 << 20);
    strbuf_init(&out, arena, 0, 1 << 20);
    for (int i = 0; i < depth; i++)
        strbuf_lit(&out, "<a>");
    for (int i = 0; i < depth; i++)
        strbuf_lit(&out, "</a>");
    return strbuf_bytes(&out);
}

TEST(as_deep_as_json_and_no_deeper)
{
    struct value *value;

    CHECK_INT(read_bytes(nested(VALUE_DEPTH_MAX + 1), NULL, &value), ERR_NONE);
    CHECK_INT(read_bytes(nested(VALUE_DEPTH_MAX + 2), NULL, &value), ERR_INVALID);
}

/* From here on this thread dies when it opens a file or a socket. */
static void open_nothing(void)
{
#define DENY(number)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),                                           \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        DENY(__NR_openat),
#ifdef __NR_open
        DENY(__NR_open),
#endif
        DENY(__NR_socket),
        DENY(__NR_connect),
        DENY(__NR_execve),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { COUNT(filter), filter };

    CHECK_INT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    CHECK_INT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static const char *const bombs[] = {
    "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><r>&c;</r>",
    "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><Description>&x;</Description></r>",
    "<!DOCTYPE r [<!ENTITY x SYSTEM \"http://127.0.0.1:9/\">]><r><Description>&x;</Description>"
    "</r>",
    "<!DOCTYPE r SYSTEM \"http://127.0.0.1:9/x.dtd\"><r/>",
    "<!DOCTYPE r PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"/etc/passwd\"><r/>",
    "<!DOCTYPE r [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]><r/>",
    "<!DOCTYPE r [<!ENTITY % p \"<!ENTITY q SYSTEM 'http://127.0.0.1:9/'>\">%p;]><r>&q;</r>",
    "<?xml-stylesheet href=\"http://127.0.0.1:9/\"?><r><Description>&x;</Description></r>",
    "<?xml version=\"1.0\" standalone=\"no\"?><r>&x;</r>",
    "<r xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"file:///etc/passwd\">&x;"
    "</xi:include></r>",
};

static void *read_bombs(void *context)
{
    enum err_code *codes = context;

    open_nothing();
    for (size_t i = 0; i < COUNT(bombs); i++) {
        struct value *value;
        codes[i] = read_bytes(bytes_str(bombs[i]), &so_blob_entity, &value);
    }
    struct value *value; /* and what is well-formed opens nothing either */
    codes[COUNT(bombs)] = read_bytes(
        B("<r xmlns:xi=\"http://www.w3.org/2001/XInclude\" xmlns:i=\"http://www.w3.org/2001/"
          "XMLSchema-instance\" i:schemaLocation=\"urn:a http://127.0.0.1:9/a.xsd\">"
          "<?xml-stylesheet href=\"http://127.0.0.1:9/\"?>"
          "<xi:include href=\"file:///etc/passwd\"/></r>"),
        &so_blob_entity, &value);
    return NULL;
}

TEST(bombs_and_foreign_files_are_refused_and_nothing_is_opened)
{
    enum err_code codes[COUNT(bombs) + 1] = { 0 };
    pthread_t thread;

    CHECK_INT(pthread_create(&thread, NULL, read_bombs, codes), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    for (size_t i = 0; i < COUNT(bombs); i++)
        CHECK_INT(codes[i], ERR_INVALID);
    CHECK_INT(codes[COUNT(bombs)], ERR_NONE);
}

TEST_MAIN
