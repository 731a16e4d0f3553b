#include "app/listener.h"
#include "test.h"

#include <fcntl.h>

TEST(addresses_are_read)
{
    static const struct {
        const char *input;
        const char *want; /* NULL: refused */
        bool loopback;
    } rows[] = {
        { "127.0.0.1:8080", "127.0.0.1:8080", true },
        { "127.1.2.3:1", "127.1.2.3:1", true },
        { "localhost:80", "127.0.0.1:80", true },
        { "[::1]:0", "[::1]:0", true },
        { "0.0.0.0:8080", "0.0.0.0:8080", false },
        { "*:8080", "0.0.0.0:8080", false },
        { "[::]:65535", "[::]:65535", false },
        { "10.0.0.7:80", "10.0.0.7:80", false },
        { "", NULL, false },
        { "8080", NULL, false },
        { ":8080", NULL, false },
        { "127.0.0.1", NULL, false },
        { "127.0.0.1:", NULL, false },
        { "127.0.0.1:65536", NULL, false },
        { "127.0.0.1:-1", NULL, false },
        { "::1:80", NULL, false },
        { "[::1]", NULL, false },
        { "[127.0.0.1]:80", NULL, false },
        { "example.com:80", NULL, false },
        { "127.0.0.1;x:80", NULL, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct listener l;
        struct err e = { 0 };
        enum err_code rc = listener_parse(rows[i].input, false, &l, &e);
        CHECK_INT(rc, rows[i].want ? ERR_NONE : ERR_INVALID);
        if (!rc) {
            CHECK(strcmp(l.text, rows[i].want) == 0);
            CHECK_INT(l.loopback, rows[i].loopback);
        }
    }
}

TEST(port_0_becomes_a_free_port_that_nobody_else_gets)
{
    struct listener first;
    struct listener second;
    struct err e = { 0 };

    CHECK_INT(listener_parse("127.0.0.1:0", false, &first, &e), ERR_NONE);
    CHECK_INT(listener_bind(&first, &e), ERR_NONE);
    CHECK(strcmp(first.text, "127.0.0.1:0") != 0);
    CHECK(fcntl(first.fd, F_GETFL) & O_NONBLOCK); /* workers that share it must never wait in it */
    CHECK_INT(listener_parse(first.text, false, &second, &e), ERR_NONE);
    CHECK_INT(listener_bind(&second, &e), ERR_CONFLICT);
    close(first.fd);
}

TEST_MAIN
