#include "dialect/dialect.h"
#include "test.h"

TEST(each_path_has_its_dialect)
{
    static const struct {
        const char *path;
        const struct dialect *dialect;
    } cases[] = {
        { "/api/v1/Person/1/Image", &superoffice },
        { "/crm/API/v1/Person/1/Image", &superoffice },
        { "/api", &superoffice },
        { "/rest/1/secret/catalog.productImage.get.json", &bitrix24 },
        { "/rest/catalog.productImage.get", &bitrix24 },
        { "/rest/api/1/secret/catalog.productImage.get", &bitrix24 },
        { "/", &native },
        { "", &native },
        { "/apis", &native },
        { "/favicon.ico", &native },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_request req = { .path = bytes_str(cases[i].path) };
        const struct dialect *got = dialect_of(&req);
        if (got != cases[i].dialect)
            test_fail(__FILE__, __LINE__, "%s is %s's", cases[i].path, got->name);
    }
}

TEST(what_is_nobodys_is_a_plain_404)
{
    struct http_request req = { .path = B("/favicon.ico") };
    struct http_response res = { 0 };
    struct call c = { .req = &req, .res = &res, .arena = arena_new(1 << 16) };

    CHECK_INT(native.plan(&c), PLAN_ANSWERED);
    CHECK_INT(res.status, 404);
    CHECK_BYTES(res.body, B("{\"error\":\"not_found\",\"message\":\"there is nothing at this "
                            "address\"}"));
    native.fail(&c, 413, "body over \"64 MiB\"");
    CHECK_INT(res.status, 413);
    CHECK_BYTES(res.body, B("{\"error\":\"too_large\",\"message\":\"body over \\\"64 MiB\\\"\"}"));
    native.fail(&c, 502, "x");
    CHECK_BYTES(res.body, B("{\"error\":\"internal\",\"message\":\"x\"}"));
    arena_free(c.arena);
}

TEST_MAIN
