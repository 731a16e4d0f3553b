#include "dialect/bitrix24/route.h"
#include "test.h"

static const struct {
    const char *path;
    enum b24_route_kind kind;
    const char *user;
    const char *secret;
    const char *method;
    bool xml;
} routes[] = {
    { "/rest/1/abc/catalog.productImage.get", B24_ROUTE_METHOD, "1", "abc",
      "catalog.productImage.get", false },
    { "/rest/1/abc/catalog.productimage.get/", B24_ROUTE_METHOD, "1", "abc",
      "catalog.productimage.get", false },
    { "/rest/1/abc/catalog.productImage.get.json", B24_ROUTE_METHOD, "1", "abc",
      "catalog.productImage.get", false },
    { "/rest/1/abc/catalog.productImage.get.json/", B24_ROUTE_METHOD, "1", "abc",
      "catalog.productImage.get", false },
    { "/rest/1/abc/profile.xml", B24_ROUTE_METHOD, "1", "abc", "profile", true },
    { "/rest/profile", B24_ROUTE_METHOD, NULL, NULL, "profile", false },
    { "/rest/server.time.xml/", B24_ROUTE_METHOD, NULL, NULL, "server.time", true },
    { "/rest/server.time.html", B24_ROUTE_METHOD, NULL, NULL, "server.time.html", false },
    { "/rest/server.time.JSON", B24_ROUTE_METHOD, NULL, NULL, "server.time.JSON", false },
    { "/rest/json", B24_ROUTE_METHOD, NULL, NULL, "json", false },
    { "/rest/.json", B24_ROUTE_METHOD, NULL, NULL, "", false },
    { "//rest//profile", B24_ROUTE_METHOD, NULL, NULL, "/profile", false }, /* not merged */
    { "/rest", B24_ROUTE_METHOD, NULL, NULL, "", false },
    { "/rest/", B24_ROUTE_METHOD, NULL, NULL, "", false },
    /* a webhook without its user is taken for a method (bitrix24 14) */
    { "/rest/abc/profile", B24_ROUTE_METHOD, NULL, NULL, "abc/profile", false },
    { "/rest/1/a/b/c", B24_ROUTE_METHOD, "1", "a", "b/c", false },
    { "/rest/bob/abc/profile", B24_ROUTE_METHOD, "bob", "abc", "profile", false },
    { "/rest/download.json", B24_ROUTE_DOWNLOAD, NULL, NULL, "download", false },
    { "/rest/download", B24_ROUTE_DOWNLOAD, NULL, NULL, "download", false },
    { "/rest/download/", B24_ROUTE_DOWNLOAD, NULL, NULL, "download", false },
    { "/rest/1/abc/download/", B24_ROUTE_DOWNLOAD, "1", "abc", "download", false },
    { "/rest/api/catalog.product.get", B24_ROUTE_V3, NULL, NULL, NULL, false },
    { "/rest/api/1/abc/profile", B24_ROUTE_V3, NULL, NULL, NULL, false },
    { "/rest/api/", B24_ROUTE_V3, NULL, NULL, NULL, false },
    { "/oauth/token", B24_ROUTE_TOKEN, NULL, NULL, NULL, false },
    { "/oauth/token/", B24_ROUTE_TOKEN, NULL, NULL, NULL, false },
    { "/OAuth/Authorize/", B24_ROUTE_AUTHORIZE, NULL, NULL, NULL, false },
    { "/oauth/authorize", B24_ROUTE_AUTHORIZE, NULL, NULL, NULL, false },
    { "/rest/API/abc/profile", B24_ROUTE_METHOD, "API", "abc", "profile", false },
    { "/upload/c/12", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/upload/c/12-k", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/upload/c/12-k/", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/upload/c/x-k/a.png", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/upload/iblock/6f1/a.png", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/upload", B24_ROUTE_NONE, NULL, NULL, NULL, false },
    { "/restore", B24_ROUTE_NONE, NULL, NULL, NULL, false },
};

static bool same(struct bytes got, const char *want)
{
    return want ? bytes_eq(got, bytes_str(want)) && got.at : !got.at;
}

TEST(every_form_of_an_address_is_understood)
{
    for (size_t i = 0; i < COUNT(routes); i++) {
        struct b24_route route = b24_route_read(bytes_str(routes[i].path));
        bool fine = route.kind == routes[i].kind && route.xml == routes[i].xml &&
                    same(route.user, routes[i].user) && same(route.secret, routes[i].secret) &&
                    (!routes[i].method || bytes_eq(route.method, bytes_str(routes[i].method)));
        if (!fine)
            test_fail(__FILE__, __LINE__, "%s is read wrongly", routes[i].path);
    }
}

TEST(a_detail_url_gives_id_and_key)
{
    struct b24_route route = b24_route_read(B("/upload/c/412-Abc-_9/mug \xC3\xA4.png"));

    CHECK_INT(route.kind, B24_ROUTE_DETAIL);
    CHECK_INT(route.picture_id, 412);
    CHECK(bytes_eq(route.key, B("Abc-_9")));
}

TEST(an_id_over_int32_is_no_detail_url)
{
    CHECK_INT(b24_route_read(B("/upload/c/2147483648-k/a.png")).kind, B24_ROUTE_NONE);
}

TEST(only_rest_upload_and_oauth_are_claimed)
{
    CHECK(b24_route_claims(B("/rest")));
    CHECK(b24_route_claims(B("/rest/")));
    CHECK(b24_route_claims(B("/rest/1/a/profile")));
    CHECK(b24_route_claims(B("//rest/1/a/profile")));
    CHECK(b24_route_claims(B("/upload/c/1-k/a.png")));
    CHECK(b24_route_claims(B("/oauth/token/")));
    CHECK(!b24_route_claims(B("/oauth")));
    CHECK(!b24_route_claims(B("/oauth/token/x")));
    CHECK(!b24_route_claims(B("/oauth/login")));
    CHECK(!b24_route_claims(B("/rest2/profile")));
    CHECK(!b24_route_claims(B("/api/v1/Contact/1")));
    CHECK(!b24_route_claims(B("")));
    CHECK(!b24_route_claims(B("/")));
}

TEST_MAIN
