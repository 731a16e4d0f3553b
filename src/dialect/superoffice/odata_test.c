/* Lists on a real store, as clients ask for them. */
#include "base/uri.h"
#include "dialect/superoffice/harness.h"
#include "dialect/superoffice/odata.h"

/* A code before the name, `idle` behind it: "c1|Ann Berg|idle" */
static void add(struct world *w, enum record_kind kind, int32_t id, const char *text,
                const char *members)
{
    struct bytes rest = bytes_str(text);
    struct bytes code;
    struct bytes name;
    struct bytes idle = { 0 };
    struct err e = { 0 };
    struct record made;
    struct principal demo = { .user_id = 2, .role = USER_ADMINISTRATOR, .may_write = true };

    CHECK(bytes_split(&rest, '|', &code));
    if (!bytes_split(&rest, '|', &name)) {
        name = code;
        code = B("");
    }
    bytes_split(&rest, '|', &idle);
    struct record record = { .kind = kind,
                             .id = id,
                             .name = name,
                             .code = code,
                             .sort = 500,
                             .active = !idle.at,
                             .members = members ? bytes_str(members) : (struct bytes){ 0 } };

    must(record_add(w->slow, &demo, w->arena, &record, &made, &e), &e);
}

/* Beside contact 1 "Somebody": 2 Alpha AS, 3 alpha beta, 4 Øst, 5 O'Neill & 10%. */
static void fill(struct world *w)
{
    world_open(w);
    add(w, KIND_CONTACT, 2, "n-2|Alpha AS",
        "{\"Department\":\"Oslo\",\"Number1\":\"c2\",\"OrgNr\":\"985\",\"Country\":{\"CountryId\":"
        "578,\"Name\":\"US:\\\"Norway\\\"\"},\"Category\":{\"Id\":1,\"Value\":\"Customer\"},"
        "\"Associate\":{\"AssociateId\":3}}");
    add(w, KIND_CONTACT, 3, "alpha beta", "{\"Department\":\"Bergen\",\"Country\":null}");
    add(w, KIND_CONTACT, 4, "\xc3\x98st", NULL);
    add(w, KIND_CONTACT, 5, "O'Neill & 10%", "{\"Department\":\"\"}");
}

/* The primary keys of the rows as a decimal number. */
static int keys(struct world *w)
{
    struct bytes rest = w->res.body;
    int found = 0;

    CHECK_INT(w->res.status, 200);
    for (;;) {
        static const char key[] = "\"PrimaryKey\":\"";
        const char *at = rest.len ? memmem(rest.at, rest.len, key, sizeof key - 1) : NULL;
        if (!at)
            return found;
        rest = bytes_from(rest, (size_t)(at - rest.at) + sizeof key - 1);
        int32_t id;
        CHECK(bytes_to_int32(bytes_first(rest, bytes_index(rest, '"')), &id));
        found = found * 10 + id;
    }
}

static void get(struct world *w, const char *target)
{
    ask(w, HTTP_GET, target, TICKET, B(""));
    CHECK(!w->was_inline || w->res.status >= 400);
}

static int found(struct world *w, const char *kind, const char *filter)
{
    char target[2000];
    struct strbuf encoded;
    struct arena *arena = arena_new(1 << 16);

    strbuf_init(&encoded, arena, 0, 4000);
    uri_encode(&encoded, bytes_str(filter));
    snprintf(target, sizeof target, "/api/v1/%s?$filter=%.*s", kind, (int)encoded.len, encoded.at);
    get(w, target);
    if (w->res.status != 200)
        test_fail(__FILE__, __LINE__, "%s: %.*s", filter, (int)w->res.body.len, w->res.body.at);
    arena_free(arena);
    return keys(w);
}

TEST(a_list_has_the_documented_envelope_and_rows)
{
    struct world w;
    fill(&w);

    get(&w, "/crm/api/v1/Contact?$select=contactId, name,department&$filter=contactId+eq+2");
    CHECK_BYTES(w.res.body,
                B("{\"odata.metadata\":\"http://localhost:8080/crm/api/v1/Archive//$metadata\","
                  "\"odata.nextLink\":null,\"value\":[{\"PrimaryKey\":\"2\",\"EntityName\":"
                  "\"contact\",\"contactId\":2,\"name\":\"Alpha AS\",\"department\":\"Oslo\"}]}"));
    CHECK_BYTES(w.res.content_type, B("application/json; charset=utf-8"));
    CHECK_BYTES(header_of(&w.res, "Cache-Control"), B("no-cache"));
    get(&w, "/api/v1/contact/?$format=xml&$select=nameDepartment,countryId&$filter=contactId=2");
    CHECK_BYTES(w.res.content_type, B("application/xml; charset=utf-8"));
    CHECK(contains(w.res.body, "<value><row><PrimaryKey>2</PrimaryKey><EntityName>contact"
                               "</EntityName><nameDepartment>Alpha AS, Oslo</nameDepartment>"
                               "<countryId>578</countryId></row></value></ODataResponse>"));
    get(&w, "/api/v1/Project");
    CHECK(contains(w.res.body, "\"value\":[{\"PrimaryKey\":\"7\",\"EntityName\":\"project\","
                               "\"projectId\":7,\"name\":\"Somebody\",\"number\":\"\","));
    CHECK(contains(w.res.body, "\"completed\":false,\"endDate\":\"0001-01-01T00:00:00\""));
    ask(&w, HTTP_GET, "/api/v1/Contact", "", B(""));
    CHECK_INT(w.res.status, 401);
    ask(&w, HTTP_GET, "/api/v1/Contact", READER, B(""));
    CHECK_INT(keys(&w), 12345);
    world_close(&w);
}

TEST(filters_find_contacts)
{
    static const struct {
        const char *filter;
        int want;
    } cases[] = {
        { "name begins 'ALPHA'", 23 },
        { "name notBegins 'alpha'", 145 },
        { "startswith(name,'\xc3\xb8')", 4 },
        { "endswith(name, 'as')", 2 },
        { "substringof('BETA', name)", 3 },
        { "name contains '%'", 5 },
        { "name notContains 'a'", 145 },
        { "name is 'o\\'neill & 10%'", 5 },
        { "name eq 'O''Neill & 10%'", 5 },
        { "name isNot 'alpha as'", 1345 },
        { "name in ('alpha as','\xc3\x98ST')", 24 },
        { "name between ('a','alpha b')", 2 },
        { "name gt 'somebody'", 4 },
        { "contactId in (1, '3' ,5)", 135 },
        { "contactId oneOf (1)", 1 },
        { "contactId notOneOf (1,2)", 345 },
        { "contactId between (2,4)", 234 },
        { "contactId<=2", 12 },
        { "contactId ge 2 and contactId lt 4", 23 },
        { "contactId=1 or contactId=2 and name begins 'x'", 1 },
        { "(contactId=1 or contactId=2) and name begins 'a'", 2 },
        { "not name begins 'a' and not contactId eq 1", 45 },
        { "department eq 'oslo'", 2 },
        { "department ne 'oslo'", 1345 },
        { "department is ''", 145 },
        { "department eq null", 145 },
        { "nameDepartment eq 'alpha as, oslo'", 2 },
        { "nameDepartment ends 'bergen'", 3 },
        { "number contains 'N-'", 2 },
        { "code eq 'C2'", 2 },
        { "category is 'customer'", 2 },
        { "countryId eq 578", 2 },
        { "countryId unequals 578", 1345 },
        { "associateId associateIsOneOf (3)", 2 },
        { "registeredBy associateIsOneOf (2)", 2345 },
        { "registeredBy associateIsOneOf ('demo')", 2345 },
        { "registeredBy associateIsNotOneOf (2)", 1 },
        { "registeredBy is 'DEMO'", 2345 },
        { "registeredBy begins 'de'", 2345 },
        { "registeredBy notContains 'em'", 1 },
        { "registeredBy eq ''", 1 },
        { "contactDeleted set true", 0 },
        { "contactDeleted set false", 12345 },
        { "contactDeleted ne true and contactId=1", 1 },
        { "registeredDate after '2020-01-01'", 12345 },
        { "registeredDate before '2020-01-01'", 0 },
        { "updatedDate between ('2020-01-01','2999-12-31')", 12345 },
        { "name eq 'x'' or 1=1 --'", 0 },
        { "CONTACTID EQ 3", 3 },
    };
    struct world w;
    fill(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        int ids = found(&w, "Contact", cases[i].filter);
        if (ids != cases[i].want)
            test_fail(__FILE__, __LINE__, "%s finds %d, not %d", cases[i].filter, ids,
                      cases[i].want);
    }
    world_close(&w);
}

TEST(persons_products_and_projects_have_columns_of_their_own)
{
    struct world w;
    world_open(&w);

    add(&w, KIND_PERSON, 2, "|Ann Mari Berg|idle",
        "{\"Firstname\":\"Ann\",\"MiddleName\":\"Mari\",\"Lastname\":\"Berg\",\"Title\":\"CEO\","
        "\"Mrmrs\":\"Ms\",\"Contact\":{\"ContactId\":3},"
        "\"Emails\":[{\"Value\":\"ann@example.com\"}]}");
    get(&w, "/api/v1/Person?$orderby=personId&$select=personId,firstName,lastName,fullName,title,"
            "contactId,mrMrs,retired,email___emailAddress,portraitThumbnail");
    CHECK(contains(w.res.body,
                   "{\"PrimaryKey\":\"2\",\"EntityName\":\"retiredPerson\",\"personId\":2,"
                   "\"firstName\":\"Ann\",\"lastName\":\"Berg\",\"fullName\":\"Ann Mari Berg\","
                   "\"title\":\"CEO\",\"contactId\":3,\"mrMrs\":\"Ms\",\"retired\":true,"
                   "\"email___emailAddress\":\"ann@example.com\",\"portraitThumbnail\":\"\"}"));
    CHECK(contains(w.res.body, "\"PrimaryKey\":\"41\",\"EntityName\":\"person\",\"personId\":41,"
                               "\"firstName\":\"\",\"lastName\":\"Somebody\","));
    CHECK_INT(found(&w, "Person", "email/emailAddress contains '@EXAMPLE'"), 2);
    CHECK_INT(found(&w, "Person", "lastName eq 'somebody'"), 41);
    add(&w, KIND_PERSON, 3, "Ann Mari Berg", NULL);
    CHECK_INT(found(&w, "Person", "firstName eq 'ann mari'"), 3);
    CHECK_INT(found(&w, "Person", "lastName eq 'BERG'"), 23);
    CHECK_INT(found(&w, "Person", "firstName eq '' and contactId eq 0"), 41);
    get(&w, "/api/v1/Person?$filter=personId=3&$select=firstName,middleName,lastName");
    CHECK(contains(w.res.body,
                   "\"firstName\":\"Ann Mari\",\"middleName\":\"\",\"lastName\":\"Berg\"}"));
    CHECK_INT(found(&w, "Person", "retired set true"), 2);
    CHECK_INT(found(&w, "Person", "retired ne true"), 71);
    get(&w, "/api/v1/Person?$entities=retiredPerson");
    CHECK_INT(keys(&w), 2);
    get(&w, "/api/v1/Person?$entities=person,%20staticPerson");
    CHECK_INT(keys(&w), 71);
    get(&w, "/api/v1/Person?$entities=person,retiredperson&$jsonSafe=true");
    CHECK_INT(keys(&w), 271);
    CHECK(contains(w.res.body, "\"email_emailAddress\":\"ann@example.com\""));
    get(&w, "/api/v1/Person?$entities=nobody");
    CHECK_INT(keys(&w), 271);

    add(&w, KIND_PRODUCT, 2, "L2|Lamp|idle",
        "{\"UnitListPrice\":100.5,\"UnitCost\":7,\"VAT\":25,"
        "\"ERPPriceListKey\":\"12\",\"Supplier\":\"Acme\"}");
    get(&w, "/api/v1/Product?$select=listPrice,cost,vat,minimumPrice,inAssortment,priceListId,"
            "supplier,thumbnail&$orderBy=listPrice desc");
    CHECK(contains(w.res.body,
                   "\"value\":[{\"PrimaryKey\":\"2\",\"EntityName\":\"productInAssortment\","
                   "\"listPrice\":100.5,\"cost\":7,\"vat\":25,\"minimumPrice\":0,"
                   "\"inAssortment\":false,\"priceListId\":12,\"supplier\":\"Acme\","
                   "\"thumbnail\":\"\"},{\"PrimaryKey\":\"8\","));
    CHECK_INT(found(&w, "Product", "listPrice gt '99.9'"), 2);
    CHECK_INT(found(&w, "Product", "vat between (20,30)"), 2);
    CHECK_INT(found(&w, "Product", "vat in (25, 12.5)"), 2);
    CHECK_INT(found(&w, "Product", "inAssortment eq true"), 8);
    get(&w, "/api/v1/Pricelist/12/Products");
    CHECK_INT(keys(&w), 28);
    get(&w, "/api/v1/pricelist/1/products?$filter=name begins 'S'");
    CHECK_INT(keys(&w), 8);
    get(&w, "/api/v1/Pricelist/x/Products");
    expect_error(&w, 404, "SoNotFoundException");

    add(&w, KIND_PROJECT, 2, "P2|Bridge|idle",
        "{\"EndDate\":\"2026-03-04T10:00:00\","
        "\"ProjectType\":{\"Value\":\"Sale\"},\"Postit\":\"note\"}");
    CHECK_INT(found(&w, "Project", "endDate date '2026-03-04'"), 2);
    CHECK_INT(found(&w, "Project", "endDate eq '2026-03-04T10:00:00'"), 2);
    CHECK_INT(found(&w, "Project", "endDate eq '2026-03-04T10:00:01'"), 0);
    CHECK_INT(found(&w, "Project", "endDate date '2026-03-04T23:00:00'"), 2);
    CHECK_INT(found(&w, "Project", "endDate dateTime '2026-03-04'"), 0);
    CHECK_INT(found(&w, "Project", "endDate afterTime '2026-03-04'"), 2);
    CHECK_INT(found(&w, "Project", "endDate beforeTime '2026-03-04T10:00:01'"), 27);
    CHECK_INT(found(&w, "Project", "endDate after '2026-03-04'"), 0);
    CHECK_INT(found(&w, "Project", "endDate after '2026-03-03'"), 2);
    CHECK_INT(found(&w, "Project", "endDate before '2026-03-04'"), 7);
    CHECK_INT(found(&w, "Project", "endDate beforeOrEqual '2026-03-04'"), 27);
    CHECK_INT(found(&w, "Project", "endDate afterOrEqual '2026-03-04'"), 2);
    CHECK_INT(found(&w, "Project", "endDate dateBetween ('2026-03-04','2026-03-04')"), 2);
    CHECK_INT(found(&w, "Project", "endDate ne '2026-03-04'"), 7);
    CHECK_INT(found(&w, "Project", "completed set true and type is 'sale' and text ends 'e'"), 2);
    world_close(&w);
}

TEST(a_page_ends_with_a_link_to_the_next)
{
    struct world w;
    fill(&w);

    get(&w,
        "/crm/api/v1/Contact/?$top=2&$skip=1&$filter=name%20ne%20'A%26b+c'&x=%C3%98&$select=name");
    CHECK_INT(keys(&w), 23);
    CHECK(contains(w.res.body,
                   "\"odata.nextLink\":\"http://localhost:8080/crm/api/v1/Contact/?$top=2"
                   "&$filter=name%20ne%20%27A%26b%20c%27&x=%C3%98&$select=name&$skip=3\""));
    get(&w, "/api/v1/Contact?$top=2&$skip=3");
    CHECK_INT(keys(&w), 45);
    CHECK(contains(w.res.body, "\"odata.nextLink\":null"));
    get(&w, "/api/v1/Contact?$top=0");
    CHECK_INT(keys(&w), 0);
    CHECK(contains(w.res.body, "\"odata.nextLink\":null,\"value\":[]"));
    get(&w, "/api/v1/Contact?$ORDERBY=name+desc,contactId&$top=&$skip=");
    CHECK_INT(keys(&w), 41532);
    get(&w, "/api/v1/Contact?$orderby=department asc, name desc");
    CHECK_INT(keys(&w), 41532);
    world_close(&w);
}

TEST(a_full_row_has_raw_and_shown_values)
{
    struct world w;
    fill(&w);

    get(&w,
        "/api/v1/Contact?$mode=Full&$filter=contactId eq 2&$select=contactId,name,contactDeleted");
    CHECK(contains(w.res.body,
                   "{\"PrimaryKey\":\"2\",\"EntityName\":\"contact\",\"StyleHint\":\"\","
                   "\"LinkHint\":\"\",\"TableRight\":{\"Mask\":15,\"Reason\":\"\"},\"Column\":{"
                   "\"contactId\":{\"RawValue\":2,\"DisplayValue\":\"2\",\"LinkHint\":\"\","
                   "\"TooltipHint\":\"\"},\"name\":{\"RawValue\":\"Alpha AS\",\"DisplayValue\":"
                   "\"Alpha AS\",\"LinkHint\":\"\",\"TooltipHint\":\"\"},\"contactDeleted\":{"
                   "\"RawValue\":false,\"DisplayValue\":\"unchecked\","));
    get(&w, "/api/v1/Contact?$output=Display&$filter=contactId=2&$select=contactDeleted");
    CHECK(contains(w.res.body, "\"contactDeleted\":\"unchecked\""));
    get(&w, "/api/v1/Contact?$mode=wide&$output=logical&$options=GrandTotal=true&$context=x"
            "&$filter=contactId=2&$select=contactDeleted,registeredBy");
    CHECK(contains(w.res.body, "\"contactDeleted\":false,\"registeredBy\":\"demo\"}"));
    world_close(&w);
}

TEST(mistakes_are_named)
{
    static const char *const cases[][2] = {
        { "$filter=nome eq 1", "$filter: there is no column 'nome' (at character 1)" },
        { "$filter=name eq 1 and", "$filter: a column is missing at its end" },
        { "$filter=contactId begins 1", "column 'contactId' has no operator 'begins'" },
        { "$filter=contactId eq 'x'", "'x' is not a whole number, which column 'contactId' needs" },
        { "$filter=countryId eq 1.5", "'1.5' is not a whole number, which column 'countryId'" },
        { "$filter=registeredDate after 'soon'", "'soon' is not a date like" },
        { "$filter=registeredDate contains '2026-01-01'", "has no operator 'contains'" },
        { "$filter=registeredBy gt 1", "column 'registeredBy' has no operator 'gt'" },
        { "$filter=contactDeleted eq 7", "'7' is not true or false" },
        { "$filter=contactDeleted gt 0", "column 'contactDeleted' has no operator 'gt'" },
        { "$select=name,nome", "$select: there is no column 'nome'" },
        { "$orderby=nome", "$orderBy: there is no column 'nome'" },
        { "$orderby=name sideways", "$orderBy: 'sideways' is neither asc nor desc" },
        { "$top=-1", "$top: '-1' is not a whole number from 0 on" },
        { "$skip=x", "$skip: 'x' is not a whole number from 0 on" },
        { "$mode=huge", "$mode: 'huge' is not Slim, Wide or Full" },
        { "$output=x", "$output: 'x' is not Logical or Display" },
        { "$select=%FF", "$select: there is no column '?'" },
    };
    struct world w;
    char target[300];
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(target, sizeof target, "/api/v1/Contact?%s", cases[i][0]);
        get(&w, target);
        expect_error(&w, 400, "SoInvalidArgumentException");
        if (!contains(w.res.body, cases[i][1]))
            test_fail(__FILE__, __LINE__, "%s: %.*s", cases[i][0], (int)w.res.body.len,
                      w.res.body.at);
    }
    get(&w, "/api/v1/Person?$filter=portraitThumbnail eq ''");
    expect_error(&w, 400, "SoInvalidArgumentException");
    get(&w, "/api/v1/Product?$orderBy=thumbnail");
    expect_error(&w, 400, "SoInvalidArgumentException");
    world_close(&w);
}

/* As nested as the grammar allows, over members: the database's own limits are further away. */
TEST(the_deepest_filter_runs)
{
    struct world w;
    char filter[1900];
    int len = 0;
    fill(&w);

    for (int i = 0; i < SO_FILTER_DEPTH_MAX; i++)
        len += snprintf(filter + len, sizeof filter - (size_t)len,
                        "countryId eq 1 or department is 'x' and (");
    len += snprintf(filter + len, sizeof filter - (size_t)len,
                    "countryId eq 1 or department is 'x' and registeredDate ne '2026-01-01'");
    for (int i = 0; i < SO_FILTER_DEPTH_MAX; i++)
        len += snprintf(filter + len, sizeof filter - (size_t)len, ")");
    CHECK_INT(found(&w, "Contact", filter), 0);
    world_close(&w);
}

TEST_MAIN
