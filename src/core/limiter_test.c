#include "core/limiter.h"

#include "base/clock.h"
#include "support/temp.h"
#include "test.h"

#include <signal.h>
#include <sys/stat.h>

#define NOW    (1790000000 * SECOND_US) /* twenty seconds into a minute */
#define MINUTE (60 * SECOND_US)
#define LIMIT  (480 * SECOND_US)

static struct limiter *opened(void)
{
    struct limiter *limiter = NULL;
    struct err e = { 0 };
    char path[100];

    snprintf(path, sizeof path, "%s/run", temp_dir());
    mkdir(path, 0700);
    if (limiter_open(temp_dir(), &limiter, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return limiter;
}

static int64_t ask(struct limiter *limiter, uint64_t who, int64_t now_us)
{
    return limiter_request(limiter, who, 50, 2, now_us);
}

static int64_t spend(struct limiter *limiter, uint64_t who, int64_t seconds, int64_t now_us)
{
    return limiter_spend(limiter, who, 7, seconds * SECOND_US, LIMIT, now_us).used_us / SECOND_US;
}

TEST(fifty_requests_pass_and_then_two_a_second)
{
    struct limiter *limiter = opened();

    for (int i = 0; i < 50; i++)
        CHECK_INT(ask(limiter, 1, NOW), 0);
    CHECK_INT(ask(limiter, 1, NOW), 1);
    CHECK_INT(ask(limiter, 1, NOW + 499999), 1);
    CHECK_INT(ask(limiter, 1, NOW + 500000), 0);
    CHECK_INT(ask(limiter, 1, NOW + 500000), 1);
    CHECK_INT(ask(limiter, 2, NOW + 500000), 0);
    for (int i = 0; i < 50; i++)
        CHECK_INT(ask(limiter, 1, NOW + 60 * SECOND_US), 0);
    CHECK_INT(ask(limiter, 1, NOW + 60 * SECOND_US), 1);
    CHECK_INT(ask(limiter, 1, NOW - 3600 * SECOND_US), 0); /* the clock was set back */
    limiter_close(limiter);
}

TEST(a_slow_bucket_says_when_there_is_room)
{
    struct limiter *limiter = opened();

    for (int i = 0; i < 3; i++)
        CHECK_INT(limiter_request(limiter, 1, 3, 1, NOW), 0);
    CHECK_INT(limiter_request(limiter, 1, 3, 1, NOW), 1);
    CHECK_INT(limiter_request(limiter, 1, 1, 1, NOW + SECOND_US), 0); /* another limit was set */
    CHECK_INT(limiter_request(limiter, 1, 1, 1, NOW + SECOND_US), 1);
    limiter_close(limiter);
}

TEST(a_crowd_makes_nobody_forgotten_who_is_over_his_limit)
{
    struct limiter *limiter = opened();

    for (int i = 0; i < 50; i++)
        CHECK_INT(ask(limiter, 1, NOW), 0);
    CHECK_INT(spend(limiter, 1, 480, NOW), 480);
    for (uint64_t who = 2; who < 40000; who++) {
        CHECK_INT(ask(limiter, who, NOW), 0);
        CHECK_INT(spend(limiter, who, 1, NOW), 1);
    }
    CHECK_INT(ask(limiter, 1, NOW), 1);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW).used_us, LIMIT);
    limiter_close(limiter);
}

TEST(where_all_are_over_their_limit_who_comes_is_let_through)
{
    struct limiter *limiter = opened();

    for (uint64_t who = 1; who < 40000; who++) {
        limiter_request(limiter, who, 1, 1, NOW);
        spend(limiter, who, 480, NOW);
    }
    CHECK_INT(limiter_request(limiter, 40000, 1, 1, NOW), 0);
    CHECK_INT(limiter_request(limiter, 40000, 1, 1, NOW), 0);
    CHECK_INT(spend(limiter, 40000, 480, NOW), 0);
    limiter_close(limiter);
}

TEST(the_calls_of_ten_minutes_count)
{
    struct limiter *limiter = opened();
    int64_t minute = NOW / MINUTE * 60;

    CHECK_INT(limiter_usage(limiter, 1, 7, NOW).used_us, 0);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW).reset_s, 0);
    CHECK_INT(limiter_spend(limiter, 1, 7, 99999, LIMIT, NOW).used_us, 0);
    CHECK_INT(limiter_spend(limiter, 1, 7, 100000, LIMIT, NOW).used_us, 100000);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW).reset_s, minute + 600);
    CHECK_INT(limiter_spend(limiter, 1, 7, 200000, LIMIT, NOW + 3 * MINUTE).used_us, 300000);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW + 9 * MINUTE).used_us, 300000);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW + 10 * MINUTE).used_us, 200000);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW + 10 * MINUTE).reset_s, minute + 180 + 600);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW + 13 * MINUTE).used_us, 0);
    CHECK_INT(limiter_usage(limiter, 1, 8, NOW).used_us, 0);
    CHECK_INT(limiter_usage(limiter, 2, 7, NOW).used_us, 0);
    limiter_close(limiter);
}

TEST(usage_outlives_the_process_but_no_leap_of_the_clock)
{
    struct limiter *limiter = opened();

    CHECK_INT(spend(limiter, 1, 5, NOW), 5);
    limiter_close(limiter);
    limiter = opened();
    CHECK_INT(spend(limiter, 1, 1, NOW - 2 * MINUTE), 6);
    CHECK_INT(spend(limiter, 1, 1, NOW - 60 * MINUTE), 1);
    CHECK_INT(spend(limiter, 1, 1, NOW + 600 * MINUTE), 1);
    limiter_close(limiter);
}

TEST(time_beyond_all_measure_stays_in_bounds)
{
    struct limiter *limiter = opened();

    CHECK_INT(spend(limiter, 1, 1 << 20, NOW), UINT32_MAX / SECOND_US);
    CHECK_INT(spend(limiter, 1, 1 << 20, NOW), UINT32_MAX / SECOND_US);
    limiter_close(limiter);
}

TEST(the_tokens_of_an_application_count_as_one)
{
    struct principal hook = { .user_id = 1, .credential_id = 5 };
    struct principal first = { .user_id = 1, .credential_id = 6, .application_id = 3 };
    struct principal next = { .user_id = 1, .credential_id = 7, .application_id = 3 };
    struct principal other = { .user_id = 2, .credential_id = 8, .application_id = 3 };

    CHECK_INT(limiter_who(&hook), 5);
    CHECK(limiter_who(&first) == limiter_who(&next));
    CHECK(limiter_who(&first) != limiter_who(&other));
    CHECK(limiter_who(&first) != limiter_who(&hook));
}

/* Every word of the file becomes `word`: locks, counts and times. */
static void overwrite(int64_t word)
{
    char path[100];
    struct stat st;

    snprintf(path, sizeof path, "%s/run/limits", temp_dir());
    CHECK(stat(path, &st) == 0);
    FILE *file = fopen(path, "r+");
    CHECK(file);
    for (off_t at = 0; at < st.st_size; at += (off_t)sizeof word)
        CHECK_INT(fwrite(&word, sizeof word, 1, file), 1);
    fclose(file);
}

TEST(whatever_the_file_holds_it_goes_on)
{
    int64_t words[] = { -1, INT64_MAX, INT64_MIN, 1, 0x5A5A5A5A5A5A5A5A, clock_monotonic_us() };
    struct limiter *limiter = opened();

    for (size_t i = 0; i < COUNT(words); i++) {
        overwrite(words[i]); /* the last: as if all were held by somebody who has died just now */
        for (int k = 0; k < 50; k++)
            CHECK_INT(ask(limiter, 1, NOW), 0);
        CHECK_INT(ask(limiter, 1, NOW), 1);
        CHECK(spend(limiter, 1, 3, NOW) >= 3);
    }
    limiter_close(limiter);
}

#define CHILDREN 4

TEST(processes_count_together)
{
    struct limiter *limiter = opened();
    int passed = 0;
    pid_t children[CHILDREN];

    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        CHECK(children[i] >= 0);
        if (children[i] == 0) {
            int mine = 0;
            struct limiter *own = opened();
            for (int k = 0; k < 5000; k++) {
                mine += limiter_request(own, 1, 100, 1, NOW) == 0;
                limiter_spend(own, 1, 7, LIMITER_CALL_MIN_US, LIMIT, NOW);
            }
            _exit(mine);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status;
        CHECK(waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status));
        passed += WEXITSTATUS(status);
    }
    CHECK_INT(passed, 100);
    CHECK_INT(limiter_usage(limiter, 1, 7, NOW).used_us, 5000LL * CHILDREN * LIMITER_CALL_MIN_US);
    limiter_close(limiter);
}

TEST(who_is_killed_at_work_stops_nobody)
{
    struct limiter *limiter = opened();
    int64_t start_us = clock_monotonic_us();

    for (int i = 0; i < 50; i++) {
        int tell[2];
        char c;
        CHECK(pipe(tell) == 0);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            CHECK(write(tell[1], "x", 1) == 1);
            for (;;)
                ask(limiter, 1, NOW);
        }
        CHECK(read(tell[0], &c, 1) == 1);
        for (int k = 0; k < 2000; k++)
            ask(limiter, 1, NOW);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(tell[0]);
        close(tell[1]);
        ask(limiter, 1, NOW);
    }
    CHECK(clock_monotonic_us() - start_us < 60 * SECOND_US);
    CHECK_INT(ask(limiter, 1, NOW), 1);
    limiter_close(limiter);
}

TEST_MAIN
