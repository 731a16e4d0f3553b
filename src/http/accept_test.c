#include "http/accept.h"
#include "test.h"

TEST(the_best_of_what_is_offered_is_chosen)
{
    static const char *const offered[] = { "application/json", "application/xml", "text/xml" };
    struct bytes list[COUNT(offered)];
    static const struct {
        const char *accept;
        int want;
    } table[] = {
        { "", -1 },
        { "*/*", 0 },
        { "application/*", 0 },
        { "text/*", 2 },
        { "application/json; charset=utf-8", 0 },
        { "APPLICATION/XML", 1 },
        { "text/xml, application/xml", 2 },
        { "application/json;q=0.5, text/xml;q=0.6", 2 },
        { "application/json;q=0.5, text/xml; q=.6", 2 },
        { "application/xml;q=0.9, */*;q=0.8", 1 },
        { "*/*, application/xml", 1 },
        { "application/*;q=1, application/json;q=0", 1 },
        { "application/json;q=0", -1 },
        { "*/*;q=0", -1 },
        { "text/html", -1 },
        { "text/html, image/gif, *; q=.2, */*; q=.2", 0 },
        { "application/html", -1 },
        { "application/json;q=2, text/xml;q=0.1", 2 },
        { "application/json;q=x, text/xml;q=0.1", 2 },
        { "application/json;q=1.0001, text/xml;q=0.1", 2 },
        { "application/json;q=0.001", 0 },
        { "application/xml;q=1.000, application/json;q=0.999", 1 },
        { "a/b;c=\"x,application/json,y\", text/xml", 2 },
        { ",,text/xml,", 2 },
        { "/json, application/, text/xml", 2 },
        { "\"", -1 },
        { "\"\\", -1 },
    };

    for (size_t i = 0; i < COUNT(offered); i++)
        list[i] = bytes_str(offered[i]);
    for (size_t i = 0; i < COUNT(table); i++) {
        int got = accept_best(bytes_str(table[i].accept), list, COUNT(list));
        if (got != table[i].want)
            test_fail(__FILE__, __LINE__, "'%s' gives %d, not %d", table[i].accept, got,
                      table[i].want);
    }
    CHECK_INT(accept_best((struct bytes){ 0 }, list, COUNT(list)), -1);
    CHECK_INT(accept_best(B("*/*"), list, 0), -1);
}

TEST(a_media_type_is_cut_from_its_parameters)
{
    CHECK_BYTES(media_type(B(" text/plain ; charset=utf-8")), B("text/plain"));
    CHECK_BYTES(media_type(B("image/png")), B("image/png"));
    CHECK_INT(media_type((struct bytes){ 0 }).len, 0);
}

TEST(parameters_are_found)
{
    static const struct {
        const char *header, *name, *want;
    } table[] = {
        { "multipart/form-data; boundary=abc", "boundary", "abc" },
        { "multipart/form-data;Boundary=\"a b;c\"", "boundary", "a b;c" },
        { "form-data; name=\"a;filename=x\"; filename=\"y\\\".png\"", "filename", "y\\\".png" },
        { "form-data; name = a ; b", "name", "a" },
        { "form-data; name=", "name", "" },
        { "form-data; filename=x", "name", NULL },
        { "name=x", "name", NULL },
        { "a; name", "name", NULL },
        { "a; name=\"x", "name", "x" },
        { "a; name=\"", "name", "" },
        { "a; x=1; x=2", "x", "1" },
        { "", "x", NULL },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct bytes got = media_parameter(bytes_str(table[i].header), bytes_str(table[i].name));
        if (!got.at != !table[i].want || !bytes_eq(got, bytes_str(table[i].want)))
            test_fail(__FILE__, __LINE__, "row %zu gives '%.*s'", i, (int)got.len, got.at);
    }
}

TEST(tokens_have_weights_of_their_own)
{
    CHECK_INT(token_quality(B("gzip, deflate;q=0.5"), B("gzip")), 1000);
    CHECK_INT(token_quality(B("gzip, Deflate ; q=0.5"), B("deflate")), 500);
    CHECK_INT(token_quality(B("gzip;q=0"), B("gzip")), 0);
    CHECK_INT(token_quality(B("gzip;q=2"), B("gzip")), 0);
    CHECK_INT(token_quality(B("xgzip, gzipx"), B("gzip")), -1);
    CHECK_INT(token_quality(B(""), B("gzip")), -1);
}

TEST_MAIN
