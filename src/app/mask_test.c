#include "app/mask.h"
#include "test.h"

static struct bytes masked(const char *path)
{
    static char out[256];

    return mask_path(bytes_str(path), out, sizeof out);
}

TEST(the_secret_of_a_webhook_is_hidden)
{
    CHECK_BYTES(masked("/rest/1/s3cret/catalog.productImage.get"),
                B("/rest/1/***/catalog.productImage.get"));
    CHECK_BYTES(masked("/rest/1/secret/profile.json/"), B("/rest/1/***/profile.json"));
    CHECK_BYTES(masked("/rest//1//secret/profile"), B("/rest/1/***/profile"));
    CHECK_BYTES(masked("/REST/1/secret/profile"), B("/REST/1/***/profile"));
    CHECK_BYTES(masked("/rest/api/1/secret/profile"), B("/rest/api/1/***/profile"));
}

TEST(a_method_alone_is_shown)
{
    CHECK_BYTES(masked("/rest/catalog.productImage.get"), B("/rest/catalog.productImage.get"));
    CHECK_BYTES(masked("/rest/api/profile"), B("/rest/api/profile"));
}

TEST(what_may_be_a_secret_in_another_place_is_hidden)
{
    CHECK_BYTES(masked("/rest/1/secret"), B("/rest/1/***"));
    CHECK_BYTES(masked("/rest/1/secret/"), B("/rest/1/***"));
    CHECK_BYTES(masked("/rest/s3cret"), B("/rest/***"));
    CHECK_BYTES(masked("/rest/x/secret/profile"), B("/rest/***/***/profile"));
    CHECK_BYTES(masked("/rest/api/1/s3cret"), B("/rest/api/1/***"));
    CHECK_BYTES(masked("/rest/1/rest/1/secret"), B("/rest/1/***/***/***"));
    CHECK_BYTES(masked("/upload/a/key/name.png"), B("/upload/***"));
}

TEST(other_paths_are_shown_as_they_are)
{
    CHECK_BYTES(masked("/api/v1/Product/1/Image"), B("/api/v1/Product/1/Image"));
    CHECK_BYTES(masked("/oauth/token/"), B("/oauth/token/")); /* its secrets are in the query */
    CHECK_BYTES(masked("/"), B("/"));
    CHECK_BYTES(masked(""), B(""));
}

TEST(no_more_than_the_room_is_written)
{
    char out[12];

    CHECK_BYTES(mask_path(B("/rest/1/secret/profile"), out, 10), B("/rest/1/**"));
}

TEST_MAIN
