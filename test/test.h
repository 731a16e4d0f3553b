/* test/test.h - the unit runner: every TEST of a program runs in a process of its own.
 *
 *   TEST(names_are_sentences) { CHECK(1 + 1 == 2); }
 *   TEST_MAIN
 *
 * A failing CHECK ends its test. The program prints a line per failure and a last line
 * `name: N passed, N failed`; it exits 1 when a test failed or none ran.
 * Run one test alone (under a debugger, without fork) by giving its name.
 */
#ifndef TEST_TEST_H
#define TEST_TEST_H

#include "base/base.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* fontconfig, by way of libvips' text, keeps its cache behind offsets that LeakSanitizer does not
 * take for pointers. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\n";
}
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

struct test {
    const char *name;
    void (*run)(void);
    struct test *next;
};

static struct test *test_first;
static struct test **test_last = &test_first;

#define TEST(id)                                                                                   \
    static void test_##id(void);                                                                   \
    __attribute__((constructor)) static void test_add_##id(void)                                   \
    {                                                                                              \
        static struct test t = { #id, test_##id, NULL };                                           \
        *test_last = &t;                                                                           \
        test_last = &t.next;                                                                       \
    }                                                                                              \
    static void test_##id(void)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            test_fail(__FILE__, __LINE__, "%s", #condition);                                       \
    } while (0)

#define CHECK_INT(got, want)                                                                       \
    do {                                                                                           \
        long long got_ = (long long)(got);                                                         \
        long long want_ = (long long)(want);                                                       \
        if (got_ != want_)                                                                         \
            test_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_, want_);              \
    } while (0)

#define CHECK_BYTES(got, want)                                                                     \
    do {                                                                                           \
        struct bytes got_ = (got);                                                                 \
        struct bytes want_ = (want);                                                               \
        if (!bytes_eq(got_, want_))                                                                \
            test_fail(__FILE__, __LINE__, "%s is \"%.*s\" (%zu), not \"%.*s\" (%zu)", #got,        \
                      (int)(got_.len > 200 ? 200 : got_.len), got_.at ? got_.at : "", got_.len,    \
                      (int)(want_.len > 200 ? 200 : want_.len), want_.at ? want_.at : "",          \
                      want_.len);                                                                  \
    } while (0)

/* Prints where and what, and ends this test. */
__attribute__((format(printf, 3, 4), noreturn, unused)) static void
test_fail(const char *file, int line, const char *fmt, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, fmt);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    __builtin_va_end(args);
    exit(1);
}

static inline int test_main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;

    for (const struct test *t = test_first; t; t = t->next) {
        if (argc > 1) {
            if (strcmp(argv[1], t->name) == 0)
                t->run(), passed++;
            continue;
        }
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            t->run();
            exit(0); /* not _exit: LeakSanitizer looks here */
        }
        int status = 0;
        if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0) {
            fprintf(stderr, "FAILED %s (status %#x)\n", t->name, (unsigned)status);
            failed++;
        } else {
            passed++;
        }
    }
    printf("%s: %d passed, %d failed\n", argv[0], passed, failed);
    return failed > 0 || passed == 0;
}

#define TEST_MAIN                                                                                  \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return test_main(argc, argv);                                                              \
    }

#endif
