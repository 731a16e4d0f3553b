#include "base/guard.h"
#include "test.h"

#include <signal.h>
#include <sys/mman.h>

static char *map_of(FILE *file)
{
    char *map = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fileno(file), 0);

    CHECK(map != MAP_FAILED);
    return map;
}

struct sum {
    const char *at;
    size_t len;
    int total;
};

static void add_up(void *context)
{
    struct sum *sum = context;

    for (size_t i = 0; i < sum->len; i++)
        sum->total += sum->at[i];
}

TEST(what_is_there_is_read)
{
    FILE *file = tmpfile();
    CHECK(file && fputs("\1\2\3", file) >= 0 && fflush(file) == 0);
    struct sum sum = { .at = map_of(file), .len = 3 };

    CHECK(guard_run(add_up, &sum));
    CHECK_INT(sum.total, 6);
    fclose(file);
}

TEST(what_is_gone_is_told_again_and_again)
{
    FILE *file = tmpfile();
    CHECK(file && fputs("\1", file) >= 0 && fflush(file) == 0);
    struct sum sum = { .at = map_of(file) + 4096, .len = 1 }; /* behind the end */

    for (int i = 0; i < 3; i++)
        CHECK(!guard_run(add_up, &sum));
    sum.at -= 4096;
    CHECK(guard_run(add_up, &sum));
    CHECK_INT(sum.total, 1);
    fclose(file);
}

TEST(outside_of_the_guard_it_is_deadly)
{
    FILE *file = tmpfile();
    CHECK(file != NULL);
    struct sum sum = { .at = map_of(file), .len = 1 };

    CHECK(!guard_run(add_up, &sum));
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        add_up(&sum);
        _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status != 0); /* killed, or ended by a sanitizer that saw it */
    fclose(file);
}

TEST_MAIN
