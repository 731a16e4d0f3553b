#include "app/nginx_conf.h"
#include "test.h"

static const char *const environment[] = { "HOME=/root", "CAMEO_PUBLIC_URL=https://a.example",
                                           "CAMEO_x;y=1", "XCAMEO_A=1", NULL };
static struct listener listeners[2];
static const struct settings settings = { .body_bytes_max = 12345678 };

static struct nginx_conf example(void)
{
    struct err e = { 0 };

    CHECK_INT(listener_parse("127.0.0.1:8080", false, &listeners[0], &e), ERR_NONE);
    CHECK_INT(listener_parse("[::1]:8443", true, &listeners[1], &e), ERR_NONE);
    return (struct nginx_conf){ .dir = "/srv/our \"own\" pictures",
                                .module = "/usr/lib/nginx/modules/m.so",
                                .workers = 3,
                                .connections = 4096,
                                .listeners = listeners,
                                .listener_count = 1,
                                .settings = &settings,
                                .environment = environment };
}

static const char *written(struct arena *arena, const struct nginx_conf *conf)
{
    struct bytes text;
    struct err e = { 0 };

    CHECK_INT(nginx_conf_write(conf, arena, &text, &e), ERR_NONE);
    return arena_str(arena, text);
}

TEST(what_was_asked_for_stands_in_the_text)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct nginx_conf conf = example();
    const char *text = written(arena, &conf);

    CHECK(strstr(text, "\nworker_processes 3;\n"));
    CHECK(strstr(text, " listen 127.0.0.1:8080 backlog"));
    CHECK(strstr(text, " client_max_body_size 12345678;"));
    CHECK(strstr(text, " cameo \"/srv/our \\\"own\\\" pictures\";"));
    CHECK(!strstr(text, "\nuser "));
    CHECK(!strstr(text, "ssl"));
}

TEST(only_our_own_environment_reaches_the_workers)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct nginx_conf conf = example();
    const char *text = written(arena, &conf);

    CHECK(strstr(text, "\nenv CAMEO_READY_FD;\n"));
    CHECK(strstr(text, "\nenv CAMEO_PUBLIC_URL;\n"));
    CHECK(!strstr(text, "HOME"));
    CHECK(!strstr(text, "XCAMEO"));
    CHECK(!strstr(text, "x;y"));
    CHECK(!strstr(text, "a.example"));
}

TEST(a_tls_listener_brings_its_settings)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct nginx_conf conf = example();

    conf.listener_count = 2;
    conf.cert = "/srv/cert.pem";
    conf.key = "/srv/key.pem";
    conf.user = "cameo";
    const char *text = written(arena, &conf);
    CHECK(strstr(text, " listen [::1]:8443 ssl http2 backlog"));
    CHECK(strstr(text, " ssl_certificate \"/srv/cert.pem\";"));
    CHECK(strstr(text, " ssl_certificate_key \"/srv/key.pem\";"));
    CHECK(strstr(text, " ssl_protocols TLSv1.2 TLSv1.3;"));
    CHECK(strstr(text, "\nuser cameo;\n"));
}

TEST(paths_that_nginx_would_take_for_something_else_are_refused)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    static const char *const bad[] = { "/srv/$host", "/srv/a\nb", "/srv/\x7f" };

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct nginx_conf conf = example();
        struct bytes text;
        struct err e = { 0 };
        conf.dir = bad[i];
        CHECK_INT(nginx_conf_write(&conf, arena, &text, &e), ERR_INVALID);
    }
}

TEST_MAIN
