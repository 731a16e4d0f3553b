#include "base/clock.h"
#include "post/post.h"
#include "test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_US (20 * SECOND_US)

/* Answers each connection with the same bytes, after it has read a request. */
struct server {
    int fd;
    int port;
    const char *answer; /* NULL: none, the connection stays open */
    pthread_t thread;
    atomic_int asked;
    char request[4096]; /* the last one */
};

static void *answer_all(void *context)
{
    struct server *s = context;
    int held = -1;
    int fd;

    while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
        ssize_t len = 0;
        ssize_t n;
        while ((n = read(fd, s->request + len, sizeof s->request - 1 - (size_t)len)) > 0) {
            len += n;
            s->request[len] = '\0';
            if (strstr(s->request, "\r\n\r\nx=1"))
                break;
        }
        atomic_fetch_add(&s->asked, 1);
        if (!s->answer) {
            held = fd;
            continue;
        }
        if (write(fd, s->answer, strlen(s->answer)) < 0)
            test_fail(__FILE__, __LINE__, "write");
        close(fd);
    }
    if (held >= 0)
        close(held);
    return NULL;
}

static void start(struct server *s, const char *answer)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof in;

    *s = (struct server){ .answer = answer, .fd = socket(AF_INET, SOCK_STREAM, 0) };
    CHECK_INT(bind(s->fd, (struct sockaddr *)&in, len), 0);
    CHECK_INT(listen(s->fd, 8), 0);
    CHECK_INT(getsockname(s->fd, (struct sockaddr *)&in, &len), 0);
    s->port = ntohs(in.sin_port);
    CHECK_INT(pthread_create(&s->thread, NULL, answer_all, s), 0);
}

static void stop(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static struct post_result finish(struct post_pool *pool)
{
    int64_t until_us = clock_monotonic_us() + PATIENCE_US;
    struct post_result result = { 0 };
    struct err e = { 0 };

    while (!post_take(pool, &result)) {
        CHECK_INT(post_wait(pool, 100, &e), ERR_NONE);
        CHECK(clock_monotonic_us() < until_us);
    }
    return result;
}

static struct post_result post(const char *url, const char *hosts)
{
    struct post_pool *pool;
    struct err e = { 0 };
    int context;

    CHECK_INT(post_pool_open(&pool, &e), ERR_NONE);
    CHECK_INT(post_begin(pool, url, B("x=1"), bytes_str(hosts), &context, &e), ERR_NONE);
    CHECK_INT(post_under_way(pool), 1);
    struct post_result result = finish(pool);
    CHECK(result.context == &context);
    CHECK_INT(post_under_way(pool), 0);
    post_pool_close(pool);
    return result;
}

TEST(a_form_is_posted_and_the_status_comes_back)
{
    struct server s;
    char url[64];

    start(&s, "HTTP/1.1 204 No Content\r\n\r\n");
    snprintf(url, sizeof url, "http://127.0.0.1:%d/a?b", s.port);
    CHECK_INT(post(url, "127.0.0.1").status, 204);
    stop(&s);
    CHECK(strncmp(s.request, "POST /a?b HTTP/1.1\r\n", 20) == 0);
    CHECK(strstr(s.request, "\r\nContent-Type: application/x-www-form-urlencoded\r\n") != NULL);
}

TEST(a_redirect_is_an_answer_like_others)
{
    struct server target;
    struct server s;
    char answer[128];
    char url[64];

    start(&target, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    snprintf(
        answer, sizeof answer,
        "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n",
        target.port);
    start(&s, answer);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", s.port);
    CHECK_INT(post(url, "127.0.0.1").status, 307);
    stop(&s);
    stop(&target);
    CHECK_INT(atomic_load(&target.asked), 0);
}

TEST(private_addresses_are_not_connected_to)
{
    static const char *const hosts[] = { "127.0.0.1", "localhost", "0x7f000001", "2130706433",
                                         "[::ffff:127.0.0.1]" };
    struct server s;
    char listed[32];
    char url[64];

    start(&s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    snprintf(listed, sizeof listed, "127.0.0.2 127.0.0.1:%d", s.port + 1);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        snprintf(url, sizeof url, "http://%s:%d/", hosts[i], s.port);
        struct post_result result = post(url, listed);
        CHECK_INT(result.status, 0);
        CHECK(strstr(result.text, "private") != NULL);
    }
    snprintf(listed, sizeof listed, "127.0.0.1:%d", s.port);
    snprintf(url, sizeof url, "http://0x7f000001:%d/", s.port);
    CHECK_INT(post(url, listed).status, 200);
    stop(&s);
    CHECK_INT(atomic_load(&s.asked), 1);
}

TEST(other_schemes_and_nonsense_are_no_answer)
{
    static const char *const urls[] = { "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/",
                                        "http://", "" };

    for (size_t i = 0; i < COUNT(urls); i++)
        CHECK_INT(post(urls[i], "127.0.0.1").status, 0);
}

TEST(nobody_there_is_no_answer)
{
    struct server s;
    char url[64];

    start(&s, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", s.port);
    stop(&s);
    struct post_result result = post(url, "127.0.0.1");
    CHECK_INT(result.status, 0);
    CHECK(*result.text);
}

TEST(so_many_at_a_time_and_the_rest_is_broken_off)
{
    struct post_pool *pool;
    struct err e = { 0 };
    struct server s;
    char url[64];

    start(&s, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", s.port);
    CHECK_INT(post_pool_open(&pool, &e), ERR_NONE);
    for (int i = 0; i < POST_PARALLEL_MAX; i++)
        CHECK_INT(post_begin(pool, url, B("x=1"), B("127.0.0.1"), NULL, &e), ERR_NONE);
    CHECK_INT(post_begin(pool, url, B("x=1"), B("127.0.0.1"), NULL, &e), ERR_BUSY);
    CHECK_INT(post_under_way(pool), POST_PARALLEL_MAX);
    post_pool_close(pool);
    stop(&s);
}

static void *wake(void *context)
{
    poll(NULL, 0, 50);
    post_wake(context);
    return NULL;
}

TEST(waiting_ends_when_somebody_wakes_it)
{
    int64_t began_us = clock_monotonic_us();
    struct post_pool *pool;
    struct err e = { 0 };
    pthread_t thread;

    CHECK_INT(post_pool_open(&pool, &e), ERR_NONE);
    CHECK_INT(pthread_create(&thread, NULL, wake, pool), 0);
    CHECK_INT(post_wait(pool, 20000, &e), ERR_NONE);
    CHECK(clock_monotonic_us() - began_us < 10 * SECOND_US);
    pthread_join(thread, NULL);
    post_pool_close(pool);
}

TEST(a_place_shows_no_secret)
{
    char out[POST_PLACE_MAX];

    CHECK(strcmp(post_place("https://me:word@a.example/secret?token=x", out),
                 "https://a.example:443") == 0);
    CHECK(strcmp(post_place("http://[::1]:81/x", out), "http://[::1]:81") == 0);
    CHECK(strcmp(post_place("%%", out), "an unreadable url") == 0);
}

TEST_MAIN
